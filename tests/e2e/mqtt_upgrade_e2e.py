# SPDX-License-Identifier: Apache-2.0
"""MQTT devices upgraded by the daemon over a real Mosquitto with the plugin, beside NB-IoT devices of the same cells.
ctest passes the build directory in E2E_BUILD."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402
from mqtt_wire import MOSQUITTO, Broker  # noqa: E402

BUILD = pathlib.Path(os.environ.get("E2E_BUILD", "build/dev"))
PLUGIN = BUILD.resolve() / "src/plugin/mosquitto/cellwise_mosquitto.so"
SIZE = 60_000
# All that devices of one product model may do; those that count a Range from 1 are of another.
DIALECTS = ("standard:3,hush:1,reboots:1,late-version:1,no-version:1,says-twice+progress:1,unsolicited+subscribes:1,"
            "careful+chatty:1,ranges:1,bare-lf:1,pretty+radio-text+old-stamp:1,no-radio:1")
# What the daemon must say of a device that ended so.
EXPECTED = {"succeeded": "succeeded", "already-current": "succeeded", "verified-by-query": "succeeded",
            "refused-notice": "failed", "download-failed": "failed", "install-failed": "failed"}


@unittest.skipUnless(pathlib.Path(MOSQUITTO).exists() and PLUGIN.exists(), "no broker, or a build without the plugin")
class MqttUpgrade(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="cellwise-mqtt-")))
        self.binaries = lab.Binaries(BUILD)

    def begin(self, fleet_protocol, *fleet_options, **settings):
        logins = self.root / "logins.sock"
        self.broker = Broker(self.root / "broker", PLUGIN, logins, quiet=True).start()
        self.addCleanup(self.broker.stop)
        self.daemon = lab.Daemon(
            self.binaries, self.root, task__start_delay="1s", coap__ack_timeout="1s", limits__repeat="2s",
            limits__update="15s", limits__query_version="20s", limits__download_idle="10s", mqtt__logins_socket=str(logins),
            mqtt__broker=f"mqtt://127.0.0.1:{self.broker.port}", **settings).start()
        self.addCleanup(self.daemon.stop)
        self.told = lab.PushReceiver()
        self.addCleanup(self.told.close)
        self.server = lab.ApplicationServer(self.daemon)
        self.server.subscribe(self.told.url)
        self.vendor = lab.Vendor(self.binaries, self.root / "vendor", size=SIZE, protocol="MQTT")
        self.file = lab.set_up_product(self.daemon.api, self.vendor)
        self.meters = None
        if fleet_protocol == "mixed":
            self.meters = lab.Vendor(self.binaries, self.root / "vendor", size=SIZE, protocol="LWM2M")
            self.meters_file = lab.set_up_product(self.daemon.api, self.meters)
        self.fleet = lab.Fleet(self.binaries, "--time-scale", "20", "--from-version", "V1.0", *fleet_options,
                               protocol=fleet_protocol, folder=self.root)
        self.devices = self.fleet.register_with(self.daemon.api, self.server.app_id)
        self.addCleanup(self.fleet.stop)
        options = ["--ca", self.root / "state/https.crt", "--ramp-up", "2", "--target-version", self.vendor.version,
                   "--expect-sha256", self.vendor.sha256, "--until-done", "--timeout", "300",
                   "--json", self.root / "fleet.json"]
        to = f"mqtt://127.0.0.1:{self.broker.port}"
        if fleet_protocol == "mixed":
            options += ["--broker", to]
            to = self.daemon.coap
        self.fleet.start(to, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def until(self, holds, seconds):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                self.fail(f"not within {seconds} s:\n{self.log()[-4000:]}")
            time.sleep(0.1)

    def log(self):
        return (self.root / "cellwised.log").read_text(errors="replace")

    def devices_told_of(self, notice):
        return {push["deviceId"] for push in self.told.pushes if push["notifyType"] == notice}

    def restart_all(self):
        """The daemon is killed and the broker restarted, each while devices are being upgraded."""
        self.daemon.kill()
        self.daemon.start()
        time.sleep(2)
        self.broker.stop()
        self.broker.start()

    def finish(self):
        out, _ = self.fleet.process.communicate(timeout=400)
        self.assertEqual(self.fleet.process.returncode, 0, out + self.log()[-6000:])
        return json.loads((self.root / "fleet.json").read_text())["devices"]

    def states(self, operation):
        return {job["deviceId"]: job["state"] for job in self.daemon.api.all(f"/api/v1/tasks/{operation}/jobs")}

    def test_reaches_every_device_and_tells_the_application_server(self):
        self.begin("mqtt", "--devices", "30", "--cells", "2", "--no-cell", "0.2", "--profile", "good")
        operation = self.server.create_task(self.file, self.devices)
        self.finish()
        self.until(lambda: self.server.task(operation)["status"] == "success", 60)
        self.assertEqual(set(self.states(operation).values()), {"succeeded"})
        self.until(lambda: self.devices_told_of("swUpgradeResultNotify") == set(self.devices), 60)
        self.assertNotIn("access_token", self.log())

    def test_ends_every_behaviour_as_scripted_through_restarts(self):
        self.begin("mqtt", "--devices", "90", "--cells", "6", "--no-cell", "0.1", "--no-sinr", "0.1", "--dialects",
                   DIALECTS, "--reconnect-time", "120", "--hush-time", "60", "--faults", "none:2,all:1", "--limits", "6,4,2,4,10", limiter__level0="6", limiter__level1="4",
                   limiter__level2="2", limiter__cell_only="4", limiter__no_cell="10")
        operation = self.server.create_task(self.file, self.devices)
        self.until(lambda: self.server.task(operation)["status"] == "processing", 30)
        time.sleep(3)
        self.restart_all()
        ended = {device["nodeId"]: device["end"] for device in self.finish()}
        names = dict(line.split(",") for line in self.fleet.names.read_text().splitlines())
        expected = {names[node]: EXPECTED[end] for node, end in ended.items() if end in EXPECTED}
        self.assertGreater(len(expected), 60)
        self.until(lambda: expected.items() <= self.states(operation).items(), 60)

    def test_counts_the_devices_of_a_cell_together_whatever_they_speak(self):
        limits = {"limiter__level0": "4", "limiter__level1": "2", "limiter__level2": "1", "limiter__cell_only": "2"}
        self.begin("mixed", "--devices", "16", "--cells", "2", "--mqtt-devices", "16", "--limits", "4,2,1,2,10", **limits)
        listed = {device["nodeId"]: device["protocol"] for device in self.fleet.devices()}
        names = dict(line.split(",") for line in self.fleet.names.read_text().splitlines())
        by_mqtt = [names[node] for node, protocol in listed.items() if protocol == "mqtt"]
        by_lwm2m = [names[node] for node, protocol in listed.items() if protocol != "mqtt"]
        self.assertEqual((len(by_mqtt), len(by_lwm2m)), (16, 16))
        operations = [self.server.create_task(self.file, by_mqtt), self.server.create_task(self.meters_file, by_lwm2m)]
        time.sleep(4)
        self.restart_all()
        self.finish()  # its meter convicts a daemon that exceeds a limit
        for operation in operations:
            self.until(lambda: self.server.task(operation)["status"] == "success", 60)


if __name__ == "__main__":
    unittest.main(verbosity=2)
