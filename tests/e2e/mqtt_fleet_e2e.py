#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""cellwise-sim's MQTT devices against a real Mosquitto and a platform of this test's own, which keeps the protocol or
breaks it on purpose: who judges the daemon must acquit the one and convict the other."""

import hashlib
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))

import lab
import mqtt_platform

SUCCEEDS = {"succeeded", "already-current", "verified-by-query"}


class MqttFleet(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.content = random.Random(1).randbytes(60_000)
        self.sha256 = hashlib.sha256(self.content).hexdigest()
        self.broker = mqtt_platform.Broker(self.folder).start()
        self.addCleanup(self.broker.stop)
        self.broker_url = f"mqtt://127.0.0.1:{self.broker.port}"
        self.files = mqtt_platform.FileServer(self.folder, self.content)
        self.addCleanup(self.files.stop)
        self.binary = lab.Binaries(os.environ["E2E_BUILD"]).sim

    def platform(self, **kwargs):
        platform = mqtt_platform.Platform(self.broker, self.files, "V2.0", **kwargs)
        self.addCleanup(platform.stop)
        return platform

    def arguments(self, *options):
        return [self.binary, "mqtt", "--broker", self.broker_url, "--ca", self.files.ca,
                "--subscribe", "--time-scale", "20", "--ramp-up", "0.5", "--target-version", "V2.0",
                "--expect-sha256", self.sha256, *map(str, options)]

    def start(self, *options, timeout=100):
        """Lists the fleet, so that the platform knows what an operator would, and runs it."""
        listed = subprocess.run([*self.arguments(*options), "--list", "--list-format", "ndjson"], check=True,
                                capture_output=True, text=True).stdout
        self.devices = [json.loads(line) for line in listed.splitlines()]
        self.files.from_one = {d["device"] for d in self.devices if "one-based" in d["dialect"]}
        self.report_file = self.folder / "report.json"
        return subprocess.Popen([*self.arguments(*options), "--until-done", "--timeout", str(timeout), "--json",
                                 self.report_file], stdout=subprocess.DEVNULL)

    def finish(self, process):
        code = process.wait(300)
        self.report = json.loads(self.report_file.read_text())
        self.assertEqual(code, self.report["exitCode"])
        self.deviations = {d["nodeId"]: d["deviations"] for d in self.report["devices"] if d["deviations"]}
        return code

    def run_fleet(self, *options, timeout=100):
        return self.finish(self.start(*options, timeout=timeout))

    def test_ends_every_behaviour_as_scripted(self):
        platform = self.platform(slots=6, patience=60)  # of a platform on a busy machine
        code = self.run_fleet("--devices", 132, "--cells", "11", "--dialects", "all", "--faults", "none:1,all:1",
                              "--no-cell", "0.05", "--no-sinr", "0.1", "--limits", "6,6,6,6,6", "--hush-time", "20",
                              "--node-prefix", "odd_name-1_0_", timeout=240)
        told = {node: (vars(platform.jobs[node]), how) for node, how in self.deviations.items()}
        self.assertEqual((code, told), (0, {}))
        until = time.monotonic() + 90
        while time.monotonic() < until and not all(job.is_over() for job in platform.jobs.values()):
            time.sleep(0.1)
        outcomes = {device["device"]: platform.jobs[device["device"]] for device in self.devices}
        told = {name: (job.state, job.why) for name, job in outcomes.items()}
        rightful = {d["device"]: "succeeded" if d["expectedEnd"] in SUCCEEDS else "failed" for d in self.devices}
        self.assertEqual({name: state for name, (state, _) in told.items()}, rightful, told)
        self.assertGreater(max(row["maxAtOnce"] for row in self.report["classes"]), 1)
        ranged = next(d for d in self.report["devices"] if d["dialect"] == "ranges+subscribes"
                      or d["dialect"] == "subscribes+ranges")
        self.assertGreater(ranged["requests"], 3)

    def test_comes_back_after_the_broker_has_dropped_a_device_that_is_silent_in_its_download(self):
        self.platform(patience=60)
        code = self.run_fleet("--devices", 3, "--dialects", "hush", "--keepalive", 5, "--hush-time", 300)
        self.assertEqual((code, self.deviations), (0, {}))
        for device in self.report["devices"]:
            self.assertEqual((device["losses"], device["connections"], device["end"]), (1, 2, "succeeded"))

    def test_says_its_result_again_when_the_broker_went_away_on_the_way(self):
        platform = self.platform(patience=60)
        process = self.start("--devices", 60, "--cells", 1, "--profile", "good", "--limits", "60,60,60,60,60",
                             "--dialects", "standard:1,reboots:1,ranges:1", "--install-time", 60)
        until = time.monotonic() + 30
        while time.monotonic() < until and len(self.files.whole) < 20:
            time.sleep(0.05)
        self.broker.stop()
        time.sleep(1)
        self.broker.start()
        self.assertEqual((self.finish(process), self.deviations), (0, {}))
        self.assertGreater(self.report["mqttTraffic"]["losses"], 0)
        self.assertEqual({job.state for job in platform.jobs.values()}, {"succeeded"})

    def test_succeeds_in_the_end_where_a_fault_happens_once(self):
        platform = self.platform()
        again = mqtt_platform.Platform.finish

        def finish(job, state, why):  # tries again at once
            again(platform, job, "waiting" if state == "failed" else state, why)

        platform.finish = finish
        code = self.run_fleet("--devices", 8, "--faults", "wrong-hash:1,refuse-4:1,fail-install-10:1",
                              "--fault-attempts", 1)
        self.assertEqual((code, self.deviations), (0, {}))
        self.assertTrue(all(device["notices"] == 2 for device in self.report["devices"]))

    def test_convicts_a_platform_that_serves_other_bytes_than_it_signs(self):
        self.platform()
        self.files.served = self.content[:-1] + b"!"
        code = self.run_fleet("--devices", 4, "--dialects", "standard:1,ranges:1,bare-lf:1,reboots:1")
        self.assertEqual((code, len(self.deviations)), (1, 4))
        for device in self.report["devices"]:
            self.assertEqual((device["end"], device["installs"]), ("download-failed", 0))

    def test_convicts_a_platform_that_signs_another_package(self):
        self.platform()
        self.files.content = self.files.served = b"another package"
        code = self.run_fleet("--devices", 2)
        self.assertEqual((code, len(self.deviations)), (1, 2))
        self.assertTrue(all("SHA-256" in how for hows in self.deviations.values() for how in hows), self.deviations)

    def test_convicts_a_platform_that_says_a_notice_twice(self):
        for dialect, deviations in (("standard", 1), ("careful", 0)):
            self.files.whole.clear()
            platform = self.platform(patience=40, settles_after=20)
            platform.notices_twice = True
            code = self.run_fleet("--devices", 3, "--dialects", dialect, "--install-time", 100,
                                  "--node-prefix", f"{dialect}_")
            platform.stop()
            self.assertEqual((code, len(self.deviations)), (deviations, deviations), self.deviations)
            self.assertEqual(sum(device["repeatedNotices"] for device in self.report["devices"]), 1)
            if deviations:
                self.assertIn("installed the same version 2 times", str(self.deviations))

    def test_convicts_a_platform_that_gives_more_slots_than_there_are(self):
        self.platform(slots=5)
        options = ("--devices", 12, "--cells", 1, "--profile", "good", "--install-time", 20)
        self.assertEqual(self.run_fleet(*options, "--limits", "4,1,1,1,1"), 1)
        self.assertEqual((self.report["totals"]["limitsExceeded"], self.deviations), (1, {}))
        self.assertEqual(self.report["classes"][0]["maxAtOnce"], 5)

    def test_convicts_a_download_server_that_no_small_device_understands(self):
        self.platform()
        serve = self.files.serve

        def quoted(request):
            send = request.send_header
            request.send_header = lambda name, value: send(name, value.replace("=meter.bin", '="meter.bin"'))
            serve(request)

        self.files.serve = quoted
        code = self.run_fleet("--devices", 2, "--dialects", "bare-lf:1,standard:1")
        self.assertEqual((code, len(self.deviations)), (1, 1), self.deviations)
        self.assertIn("quoted", str(self.deviations))

    def test_speaks_to_the_broker_by_tls_and_to_none_that_its_file_does_not_vouch_for(self):
        self.broker.stop()
        self.broker.add_tls(self.files.ca, self.files.key)
        self.broker.start()
        self.platform()
        self.broker_url = f"mqtts://127.0.0.1:{self.broker.tls_port}"
        self.assertEqual((self.run_fleet("--devices", 4), self.deviations), (0, {}))
        other = self.folder / "other"
        other.mkdir()
        self.files.ca = mqtt_platform.FileServer(other, self.content).ca
        self.assertEqual(self.run_fleet("--devices", 1, timeout=4), 1)
        self.assertEqual(self.report["mqttTraffic"]["connections"], 0)

    def test_counts_a_mixed_fleet_as_one(self):
        self.platform()
        fleet = ["--cells", 1, "--mqtt-cells", 1, "--devices", 2, "--mqtt-devices", 3, "--profile", "good",
                 "--mqtt-profile", "good"]
        report = self.folder / "mixed.json"
        run = subprocess.run([self.binary, "mixed", "--server", f"127.0.0.1:{mqtt_platform.free_port()}", "--broker",
                              self.broker_url, "--ca", self.files.ca, "--subscribe", "--time-scale", "20",
                              "--timeout", "12", "--json", report, *map(str, fleet)], stdout=subprocess.DEVNULL)
        self.assertEqual(run.returncode, 1)  # nobody speaks to its LwM2M devices
        report = json.loads(report.read_text())
        self.assertEqual([(row["devices"], row["coverage"]) for row in report["classes"]], [(5, "level0")])
        self.assertEqual([(d["protocol"], d["end"]) for d in report["devices"]],
                         [("lwm2m", "none")] * 2 + [("mqtt", "succeeded")] * 3)
        listed = subprocess.run([self.binary, "mixed", "--list", *map(str, fleet)], check=True, capture_output=True,
                                text=True).stdout
        self.assertEqual([json.loads(line)["protocol"] for line in listed.splitlines()], ["lwm2m"] * 2 + ["mqtt"] * 3)

    def test_trusts_no_certificate_but_those_of_its_file(self):
        self.platform()
        other = self.folder / "other"
        other.mkdir()
        foreign = mqtt_platform.FileServer(other, self.content)
        self.addCleanup(foreign.stop)
        self.files.ca = foreign.ca
        code = self.run_fleet("--devices", 2, "--dialects", "bare-lf:1,standard:1", timeout=6)
        self.assertEqual((code, len(self.deviations)), (1, 2))
        self.assertEqual(sum(self.files.requests.values()), 0)


if __name__ == "__main__":
    unittest.main(verbosity=2)
