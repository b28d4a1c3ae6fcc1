# SPDX-License-Identifier: Apache-2.0
"""A real upgrade of simulated NB-IoT and MQTT devices over real sockets, to be watched. scripts/demo builds and calls it."""

import argparse
import json
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import broker
import demo_view
import lab
import screen
from demo_view import FAMILIES, MQTT, NB_IOT

# Cells of all qualities, each with devices of both kinds.
CELLS = "4242:81:good,4243:50:middling,4244:7:bad,4245:40:mixed,4246:22:good"
MQTT_CELLS = "4242:24:good,4243:15:middling,4244:3:bad,4245:12:mixed,4246:6:good"
# Stock kits, none of which subscribes: whole files, blocks over one connection, headers with bare line feeds.
MQTT_DIALECTS = "standard:3,progress:1,ranges:1,bare-lf:1"
SIZES = {NB_IOT: 20_000, MQTT: 1_000_000}
CHUNK = 500


class Demonstration:
    """The daemon and the broker, a vendor with a package for each product, an application server, the fleet."""

    def __init__(self, options, on):
        self.on, self.options = on, options
        self.binaries = lab.Binaries(options.build)
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="cellwise-demo-"))
        logins = self.root / "logins.sock"
        self.identity = lab.make_certificate(self.root, "broker")
        self.broker = broker.Broker(self.binaries.plugin, self.root / "broker", logins, self.identity)
        self.daemon = lab.Daemon(self.binaries, self.root, task__start_delay="3s", coap__ack_timeout="2s",
                                 mqtt__logins_socket=str(logins))
        self.receiver = lab.PushReceiver()
        self.fleet = lab.Fleet(
            self.binaries, "--cells", options.cells, "--mqtt-cells", options.mqtt_cells, "--seed", options.seed,
            "--loss", options.loss, "--mqtt-dialects", MQTT_DIALECTS, "--time-scale", "10", "--uplink-interval", "20",
            "--from-version", "V1.0", "--mqtt-from-version", "V1.0", protocol="mixed", folder=self.root)
        self.vendors, self.devices, self.tasks = {}, {}, {}

    def set_up(self):
        """Until everything is there but the tasks."""
        self.on.tell("vendor", f"signs V2.0 for two products: {SIZES[NB_IOT] // 1000} kB for NB-IoT, "
                               f"{SIZES[MQTT] // 1000} kB for MQTT")
        for family, protocol in ((NB_IOT, "LWM2M"), (MQTT, "MQTT")):
            self.vendors[family] = lab.Vendor(self.binaries, self.root / "vendor", size=SIZES[family], chunk=CHUNK,
                                              protocol=protocol)
        self.broker.start()
        self.daemon.settings["mqtt.broker"] = f"mqtt://127.0.0.1:{self.broker.port}"
        self.daemon.start()
        self.on.tell("daemon", f"HTTP {self.daemon.http}, CoAP {self.daemon.coap}, downloads {self.daemon.download}")
        self.on.tell("broker", f"Mosquitto with our plugin; devices log in by TLS on 127.0.0.1:{self.broker.tls_port}")
        self.files = {family: lab.set_up_product(self.daemon.api, self.vendors[family]) for family in FAMILIES}
        self.server = lab.ApplicationServer(self.daemon)
        self.server.subscribe(self.receiver.url)
        ids = self.fleet.register_with(self.daemon.api, self.server.app_id)
        self.listed = self.fleet.devices()
        for family in FAMILIES:
            self.devices[family] = {device_id for device_id, device in zip(ids, self.listed)
                                    if device["protocol"] == family.protocol}

    def switch_on_devices(self):
        """The fleet runs until every device has ended; its exit code and its report are the verdict."""
        meters, trackers = self.vendors[NB_IOT], self.vendors[MQTT]
        trusted = self.root / "trusted.pem"  # two that made their certificates themselves: the broker, the daemon
        trusted.write_text(self.identity[0].read_text() + (self.root / "state/https.crt").read_text())
        self.fleet.start(self.daemon.coap, "--broker", f"mqtts://127.0.0.1:{self.broker.tls_port}", "--ca", trusted,
                         "--expect-sha256", meters.sha256, "--target-version", meters.version,
                         "--mqtt-expect-sha256", trackers.sha256, "--mqtt-target-version", trackers.version,
                         "--download-rate", "400000", "--until-done", "--timeout", "600", "--report-interval", "0",
                         "--json", self.root / "fleet.json",
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.on.tell("devices", f"{len(self.devices[NB_IOT])} register by LwM2M, {len(self.devices[MQTT])} log in at the "
                                "broker, in the same cells")
        self.until(lambda: self.daemon.metric("cellwise_lwm2m_registered") >= len(self.devices[NB_IOT])
                   and self.daemon.metric("cellwise_mqtt_devices_online") >= len(self.devices[MQTT]), 120)

    def create_tasks(self):
        for family in FAMILIES:
            self.tasks[family] = self.server.create_task(self.files[family], sorted(self.devices[family]))
            self.on.tell("task", f"{self.tasks[family]} for {family.name}, by the northbound call")

    def watch(self):
        """Until every job of both tasks has ended; how they ended, and how long it took."""
        cells = demo_view.Cells(self.listed)
        began = said = time.monotonic()
        while True:
            standings = [demo_view.Standing(self.server.task(self.tasks[family])["staResult"], self.pushes_of(family))
                         for family in FAMILIES]
            usages = list(self.daemon.api.all("/api/v1/cells"))
            cells.update(usages, [(family.protocol, job) for family in FAMILIES
                                  for job in self.daemon.api.all(f"/api/v1/tasks/{self.tasks[family]}/jobs")])
            seconds = time.monotonic() - began
            self.on.draw(demo_view.live_lines(self.on, standings, cells, seconds))
            if not self.on.live and time.monotonic() - said >= 5:
                said = time.monotonic()
                done = ", ".join(f"{standing.counters['success']} of {standing.counters['total']} {family.name}"
                                 for family, standing in zip(FAMILIES, standings))
                self.on.say(f"  {seconds:5.1f} s: {done} upgraded; {sum(usage['inUse'] for usage in usages)} at once")
            if all(standing.done() == standing.counters["total"] for standing in standings):
                self.on.close()
                return standings, seconds
            self.check_alive()
            time.sleep(0.15)

    def conclude(self, standings, seconds):
        """Compares what three sides say: the devices, the daemon, the application server. True when all is well."""
        said, _ = self.fleet.process.communicate(timeout=120)
        (self.root / "fleet.txt").write_text(said)
        everybody = sum(map(len, self.devices.values()))
        self.until(lambda: len(self.receiver.results()) >= everybody, 30, or_fail=False)
        report = json.loads((self.root / "fleet.json").read_text())
        self.on.say("\nAt once, both kinds together, as the devices counted it themselves:\n")
        self.on.say("\n".join(demo_view.closing_table(self.on, report)))
        upgraded = sum(standing.counters["success"] for standing in standings)
        right = {push["deviceId"] for push in self.receiver.results() if push["swUpgradeResult"] == "SUCCESS"}
        metric = self.daemon.metric
        chunks, files = metric("cellwise_chunks_served_total"), metric("cellwise_downloads_total")
        self.on.say()
        self.on.tell("daemon", f"{upgraded} of {everybody} upgraded in {seconds:.0f} s, "
                               f"{metric('cellwise_job_steps_total'):,.0f} steps of jobs in "
                               f"{metric('cellwise_store_commits_total'):,.0f} commits")
        self.on.tell("server", f"{len(self.receiver.pushes):,} pushes received, {len(right)} devices SUCCESS")
        self.on.tell("traffic", f"{chunks:,.0f} chunks of {CHUNK} bytes by UDP, "
                                f"{report['mqttTraffic']['bytes'] / 1e6:,.0f} MB by HTTPS in {files:,.0f} answers")
        is_well = self.fleet.process.returncode == 0 and upgraded == len(right) == everybody
        if is_well:
            self.on.say(self.on.colour("32", "\n✔ Every device checked its package and runs V2.0; no cell was over its limit."))
        else:
            self.on.say(said + self.on.colour("31", "✘ SOMETHING WENT WRONG."))
        return is_well

    def pushes_of(self, family):
        return sum(push.get("deviceId") in self.devices[family] for push in list(self.receiver.pushes))

    def check_alive(self):
        for name, process in (("cellwised", self.daemon.process), ("mosquitto", self.broker.process)):
            if process.poll() is not None:
                raise RuntimeError(f"{name} ended with {process.returncode}")
        if self.fleet.process.poll() not in (None, 0, 1):  # 0 and 1 are verdicts
            raise RuntimeError(f"the simulator ended with {self.fleet.process.returncode}")

    def until(self, holds, seconds, or_fail=True):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                if or_fail:
                    raise RuntimeError(f"not ready within {seconds} s")
                return
            self.check_alive()
            time.sleep(0.1)

    def logs(self):
        log = self.root / "cellwised.log"
        return (log.read_text(errors="replace")[-3000:] if log.exists() else "") + self.broker.tail()

    def leave_up(self):
        daemon, mosquitto = self.daemon.process.pid, self.broker.process.pid
        self.on.say(f"\nThe daemon and the broker stay up (processes {daemon} and {mosquitto}). Try:\n"
                    f"  curl -H \"Authorization: Bearer $(cat {self.root}/state/admin.token)\" "
                    f"http://{self.daemon.http}/api/v1/tasks\n"
                    f"  less {self.root}/fleet.txt   # all that the devices counted\n"
                    f"  kill {daemon} {mosquitto}; rm -r {self.root}   # when you have seen enough")

    def close(self, keep):
        self.on.close()
        self.fleet.stop()
        self.receiver.close()
        if keep and self.broker.is_up() and self.daemon.process and self.daemon.process.poll() is None:
            return self.leave_up()
        try:
            self.daemon.stop()
        finally:
            self.broker.stop()
            shutil.rmtree(self.root, ignore_errors=True)


def run(options, on):
    demonstration = Demonstration(options, on)
    try:
        demonstration.set_up()
        demonstration.switch_on_devices()
        demonstration.create_tasks()
        return demonstration.conclude(*demonstration.watch())
    except (lab.Refused, RuntimeError, OSError, subprocess.SubprocessError) as error:
        on.close()
        print(f"demo: {error}\n{demonstration.logs()}", file=sys.stderr)
        return False
    finally:
        demonstration.close(options.keep)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="the build directory")
    parser.add_argument("--keep", action="store_true", help="leave the daemon and the broker up")
    parser.add_argument("--loss", default="0", help="share of datagrams that the simulated radio loses")
    parser.add_argument("--seed", default="1", help="the same seed, the same fleet")
    parser.add_argument("--cells", default=CELLS, help="NB-IoT devices: CELL:DEVICES:COVERAGE,… (%(default)s)")
    parser.add_argument("--mqtt-cells", default=MQTT_CELLS, help="MQTT devices: the same (%(default)s)")
    options = parser.parse_args()
    # What has been started is ended, also when somebody ends this or its terminal goes.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(1))
    try:
        return 0 if run(options, screen.Screen()) else 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
