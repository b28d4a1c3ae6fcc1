# SPDX-License-Identifier: Apache-2.0
"""MQTT devices upgraded by the daemon over a real Mosquitto with the plugin, beside NB-IoT devices of the same cells.
ctest passes the build directory in E2E_BUILD; E2E_MQTT_DEVICES says how many devices go through the restarts."""

import collections
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
DEVICES = int(os.environ.get("E2E_MQTT_DEVICES", "1000"))
SIZE = 60_000
TARGETS_OF_A_TASK = 250
# What the daemon must say of a device that ended so.
EXPECTED = {"succeeded": "succeeded", "already-current": "succeeded", "verified-by-query": "succeeded",
            "refused-notice": "failed", "download-failed": "failed", "install-failed": "failed",
            "ignored-query": "failed", "ignored-notice": "failed", "silent-in-download": "failed",
            "reported-old-version": "failed"}
INSTALLED = {"succeeded", "verified-by-query"}


@unittest.skipUnless(pathlib.Path(MOSQUITTO).exists() and PLUGIN.exists(), "no broker, or a build without the plugin")
class MqttUpgrade(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.root = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="cellwise-mqtt-")))
        self.binaries = lab.Binaries(BUILD)

    def begin(self, protocol, *fleet_options, **settings):
        """Everything set up, every device known to the daemon, none of them switched on."""
        self.protocol = protocol
        logins = self.root / "logins.sock"
        self.broker = Broker(self.root / "broker", PLUGIN, logins, quiet=True).start()
        self.addCleanup(self.broker.stop)
        self.daemon = lab.Daemon(self.binaries, self.root, **{
            "task__start_delay": "1s", "coap__ack_timeout": "1s", "limits__repeat": "2s", "limits__update": "15s",
            "limits__query_version": "20s", "limits__download_idle": "10s", "mqtt__logins_socket": str(logins),
            "mqtt__broker": f"mqtt://127.0.0.1:{self.broker.port}", **settings}).start()
        self.addCleanup(self.daemon.stop)
        self.told = lab.PushReceiver()
        self.addCleanup(self.told.close)
        self.server = lab.ApplicationServer(self.daemon)
        self.server.subscribe(self.told.url)
        self.fleet = lab.Fleet(self.binaries, "--time-scale", "20", "--from-version", "V1.0", *fleet_options,
                               protocol=protocol, folder=self.root)
        self.addCleanup(self.fleet.stop)
        listed = self.fleet.devices()
        self.files = {model: self.file_of(model) for model in sorted({lab.model_of(device) for device in listed})}
        self.ids = dict(zip((device["nodeId"] for device in listed),
                            self.fleet.register_with(self.daemon.api, self.server.app_id)))
        self.of_model = collections.defaultdict(list)
        for device in listed:
            self.of_model[lab.model_of(device)].append(self.ids[device["nodeId"]])

    def file_of(self, model):
        self.vendor = lab.Vendor(self.binaries, self.root / "vendor", size=SIZE, model=model,
                                 protocol="LWM2M" if model == lab.MODEL else "MQTT")
        return lab.set_up_product(self.daemon.api, self.vendor)

    def upgrade(self, timeout=300):
        """Switches the devices on and makes the tasks for all of them."""
        options = ["--ca", self.root / "state/https.crt", "--target-version", self.vendor.version, "--expect-sha256",
                   self.vendor.sha256, "--until-done", "--timeout", timeout, "--json", self.root / "fleet.json"]
        to = f"mqtt://127.0.0.1:{self.broker.port}"
        if self.protocol == "mixed":
            options += ["--broker", to]
            to = self.daemon.coap
        self.fleet.start(to, *options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.tasks = [self.server.create_task(self.files[model], devices[at:at + TARGETS_OF_A_TASK])
                      for model, devices in self.of_model.items()
                      for at in range(0, len(devices), TARGETS_OF_A_TASK)]

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

    def until_ended(self, share):
        """Until the application server was told the result of that share of all devices."""
        self.until(lambda: len(self.devices_told_of("swUpgradeResultNotify")) >= share * len(self.ids), 200)

    def restart_daemon(self):
        self.daemon.kill()
        self.daemon.start()

    def restart_broker(self):
        self.broker.stop()
        self.broker.start()

    def restart_both(self):
        """The broker is back before the daemon is, so devices come to a broker that can ask nobody."""
        self.daemon.kill()
        self.restart_broker()
        time.sleep(1)
        self.daemon.start()

    def restart_on_the_way(self, *shares):
        """The daemon is killed twice and the broker restarted twice, each while devices are being upgraded."""
        for share, restart in zip(shares, (self.restart_daemon, self.restart_broker, self.restart_both)):
            self.until_ended(share)
            self.assertLess(len(self.devices_told_of("swUpgradeResultNotify")), len(self.ids))
            restart()

    def finish(self):
        """What the simulator says of its devices, which judges their ends, their bytes and the limits of the cells."""
        out, _ = self.fleet.process.communicate(timeout=400)
        self.assertEqual(self.fleet.process.returncode, 0, self.deviations() + out[-2000:] + self.log()[-6000:])
        devices = self.report()["devices"]
        for device in devices:
            if device["end"] in INSTALLED:
                self.assertEqual(device["sha256"], self.vendor.sha256, device)
        return devices

    def report(self):
        return json.loads((self.root / "fleet.json").read_text())

    def deviations(self):
        report = self.report()
        exceeded = [row for row in report["classes"] if row["exceeded"]]
        return "".join(f"{device}\n" for device in exceeded + [d for d in report["devices"] if d["deviations"]])

    def states(self):
        return {job["deviceId"]: job["state"]
                for task in self.tasks for job in self.daemon.api.all(f"/api/v1/tasks/{task}/jobs")}

    def expect(self, devices):
        """The daemon says of each device what the device says of itself, and has told the application server."""
        expected = {self.ids[device["nodeId"]]: EXPECTED[device["end"]] for device in devices}
        self.assertEqual(len(expected), len(self.ids))
        deadline = time.monotonic() + 150
        while self.states() != expected and time.monotonic() < deadline:
            time.sleep(0.5)
        states = self.states()
        told = [f"{device['nodeId']} {states[self.ids[device['nodeId']]]}: {device}" for device in devices
                if states[self.ids[device["nodeId"]]] != EXPECTED[device["end"]]]
        self.assertEqual(told, [], self.log()[-4000:])
        self.until(lambda: self.devices_told_of("swUpgradeResultNotify") == set(self.ids.values()), 60)

    def test_reaches_every_device_and_tells_the_application_server(self):
        self.begin("mqtt", "--devices", "30", "--cells", "2", "--no-cell", "0.2", "--profile", "good", "--ramp-up", "2")
        self.upgrade()
        devices = self.finish()
        self.assertEqual({device["end"] for device in devices}, {"succeeded"})
        self.expect(devices)
        self.assertNotIn("access_token", self.log())

    def test_ends_every_behaviour_as_scripted_through_restarts(self):
        self.begin("mqtt", "--devices", DEVICES, "--cells", max(1, DEVICES // 25), "--no-cell", "0.05", "--no-sinr",
                   "0.1", "--dialects", "standard:1,all:4", "--faults", "none:2,all:1", "--ramp-up", "5",
                   "--keepalive", "5", "--hush-time", "160", "--reconnect-time", "120", "--limits", "4,3,2,3,20",
                   limiter__level0="4", limiter__level1="3", limiter__level2="2", limiter__cell_only="3",
                   limiter__no_cell="20", limits__mqtt_download="90s", limits__radio="20s",
                   limits__repeat="5s", limits__update="30s", limits__query_version="30s", limits__download_idle="15s")
        self.upgrade(timeout=500)
        self.restart_on_the_way(0.1, 0.3, 0.5)
        self.expect(self.finish())

    def test_counts_the_devices_of_a_cell_together_whatever_they_speak(self):
        self.begin("mixed", "--devices", "40", "--cells", "2", "--mqtt-devices", "40", "--mqtt-cells", "2", "--limits",
                   "4,2,1,2,10", "--ramp-up", "2", limiter__level0="4", limiter__level1="2", limiter__level2="1",
                   limiter__cell_only="2")
        self.assertEqual({model: len(devices) for model, devices in self.of_model.items()},
                         {lab.MODEL: 40, lab.MQTT_MODEL: 40})
        self.upgrade()
        self.restart_on_the_way(0.1, 0.35, 0.6)
        self.expect(self.finish())  # its meter convicts a daemon that exceeds a limit
        self.assertTrue(any(row["maxAtOnce"] == row["limit"] for row in self.report()["classes"]))

    def test_serves_devices_that_count_the_bytes_of_a_range_from_one(self):
        self.begin("mqtt", "--devices", "6", "--cells", "1", "--profile", "good", "--dialects",
                   "one-based:2,ranges:1", "--faults", "none:1,cut-download:1")
        self.assertGreater(len(self.of_model[lab.FROM_ONE_MODEL]), 2)
        self.upgrade()
        devices = self.finish()
        self.assertEqual({device["end"] for device in devices}, {"succeeded"})
        self.assertTrue(all(device["requests"] > 3 for device in devices), devices)
        self.expect(devices)


if __name__ == "__main__":
    unittest.main(verbosity=2)
