# SPDX-License-Identifier: Apache-2.0
"""The daemon and the simulator as processes, over real sockets. ctest passes the build directory in E2E_BUILD."""

import hashlib
import http.client
import json
import os
import pathlib
import random
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])
BAD_RADIO = ["--loss", "0.2", "--duplicate", "0.1", "--reorder", "0.1"]
CELLS = "4242:90:good,4243:40:middling,4244:6:bad,4245:40:mixed,4246:24:good"


class Trial:
    """One fleet, one daemon, one application server; the devices are filed and registered. `run` says until when the
    fleet runs, if not until it is stopped."""

    def __init__(self, case, *fleet_options, size=5_000, receiver_identity=None, run=("--until-done",), **settings):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        case.addCleanup(directory.cleanup)
        self.root = pathlib.Path(directory.name)
        self.vendor = lab.Vendor(BINARIES, self.root / "vendor", size=size)
        self.daemon = lab.Daemon(BINARIES, self.root, **{"task__start_delay": "1s", "coap__ack_timeout": "1s",
                                                         "limits__repeat": "2s", **settings}).start()
        case.addCleanup(self.daemon.stop)
        self.receiver = lab.PushReceiver(receiver_identity)
        case.addCleanup(self.receiver.close)
        self.file_id = lab.set_up_product(self.daemon.api, self.vendor)
        self.server = lab.ApplicationServer(self.daemon)
        self.server.subscribe(self.receiver.url)
        self.fleet = lab.Fleet(BINARIES, "--time-scale", "20", "--uplink-interval", "20", "--from-version", "V1.0",
                               *fleet_options)
        self.devices = self.fleet.register_with(self.daemon.api, self.server.app_id)
        self.fleet.start(self.daemon.coap, "--expect-sha256", self.vendor.sha256, "--target-version", self.vendor.version,
                         *run, "--timeout", "900", "--report-interval", "0", "--json", self.root / "fleet.json",
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        case.addCleanup(self.fleet.stop)
        self.until(lambda: self.daemon.metric("cellwise_lwm2m_registered") >= len(self.devices), 120)

    def until(self, holds, seconds):
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s; the daemon's log ends so:\n{self.log()[-4000:]}")
            time.sleep(0.1)

    def log(self):
        return (self.root / "cellwised.log").read_text(errors="replace")

    def finish(self, case, seconds):
        """Waits for the fleet; its report and exit code say whether every device ended as its script says."""
        out, _ = self.fleet.process.communicate(timeout=seconds)
        case.assertEqual(self.fleet.process.returncode, 0, out + self.log()[-4000:])
        return out


class Watcher:
    """Reads server-sent events until the daemon ends them."""

    def __init__(self, case, daemon, path):
        self.events, self.ended = [], False
        host, _, port = daemon.http.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=300)
        connection.request("GET", path, headers=daemon.api.headers)
        self.answer = connection.getresponse()
        case.assertEqual(self.answer.status, 200)
        case.assertEqual(self.answer.getheader("Content-Type"), "text/event-stream")
        self.thread = threading.Thread(target=self.read, daemon=True)
        self.thread.start()

    def read(self):
        name = None
        try:
            for line in self.answer:
                field, _, value = line.decode().rstrip("\n").partition(": ")
                if field == "event":
                    name = value
                elif field == "data":
                    self.events.append((name, json.loads(value)))
            self.ended = True
        except http.client.HTTPException:
            pass

    def last(self, wanted):
        return next((data for name, data in reversed(self.events) if name == wanted), {})


class Upgrade(unittest.TestCase):
    def test_reaches_every_device_and_tells_the_application_server(self):
        trial = Trial(self, "--cells", "4242:30:good,4243:15:middling,4244:2:bad", "--dialects", "all",
                      task__start_delay="5s")
        operation = trial.server.create_task(trial.file_id, trial.devices)
        self.assertEqual(trial.server.task(operation)["status"], "wait")
        trial.until(lambda: trial.server.task(operation)["status"] != "wait", 60)
        trial.finish(self, 300)
        trial.until(lambda: trial.server.task(operation)["status"] == "success", 60)
        self.assertEqual(trial.server.task(operation)["staResult"]["success"], len(trial.devices))
        trial.until(lambda: len(trial.receiver.results()) >= len(trial.devices), 60)
        self.assertEqual({push["deviceId"] for push in trial.receiver.results()}, set(trial.devices))
        for push in trial.receiver.results():
            self.assertEqual(push["swUpgradeResult"], "SUCCESS")
            self.assertEqual(push["curVersion"], trial.vendor.version)

    def test_tells_those_who_watch_how_a_task_goes(self):
        trial = Trial(self, "--cells", "4242:12:good,4243:4:bad", task__start_delay="5s")
        everything = Watcher(self, trial.daemon, "/api/v1/events")
        operation = trial.server.create_task(trial.file_id, trial.devices)
        one = Watcher(self, trial.daemon, f"/api/v1/events?taskId={operation}")
        trial.finish(self, 300)
        trial.until(lambda: trial.server.task(operation)["status"] == "success", 60)
        trial.until(lambda: one.last("task").get("state") == "success", 60)
        self.assertEqual(one.last("task")["counters"]["success"], len(trial.devices))
        ended = {job["deviceId"] for name, job in one.events if name == "job" and job["state"] == "succeeded"}
        self.assertEqual(ended, set(trial.devices))
        cells = {cell["cell"] for name, data in everything.events if name == "cells" for cell in data["items"]}
        self.assertEqual(cells, {"4242", "4243"})
        self.assertNotIn("job", {name for name, _ in everything.events}, "only those of a task that is asked for")
        trial.daemon.stop()
        one.thread.join(60)
        self.assertTrue(one.ended, "whole, with its last chunk")

    def test_ends_each_fault_as_scripted(self):
        trial = Trial(self, "--cells", "4242:60:good,4243:40:middling", "--dialects", "all", "--faults", "all",
                      limits__query_version="10s", limits__radio="10s", limits__download="60s", limits__download_idle="8s",
                      limits__update="20s")
        trial.server.create_task(trial.file_id, trial.devices)
        trial.finish(self, 500)

    def test_loses_and_doubles_nothing_through_a_hundred_kills(self):
        self.upgrade_through_a_hundred_kills(random.Random(2))

    def test_loses_and_doubles_nothing_through_a_hundred_kills_on_a_bad_radio(self):
        self.upgrade_through_a_hundred_kills(random.Random(1), *BAD_RADIO)

    def upgrade_through_a_hundred_kills(self, chance, *radio):
        kills = 0
        while kills < 100:  # a fast machine may be done with one fleet before that
            kills += self.upgrade_through_kills(chance, 100 - kills, *radio)

    def upgrade_through_kills(self, chance, most, *radio):
        trial = Trial(self, "--cells", CELLS, "--dialects", "all", *radio, size=20_000)
        operation = trial.server.create_task(trial.file_id, trial.devices)
        kills = 0
        while kills < most and trial.fleet.process.poll() is None:
            time.sleep(chance.uniform(0.02, 0.8))
            trial.daemon.kill()
            kills += 1
            trial.daemon.start()
        trial.finish(self, 900)
        trial.until(lambda: trial.server.task(operation)["status"] == "success", 120)
        counters = trial.server.task(operation)["staResult"]
        self.assertEqual(counters["success"], len(trial.devices), counters)
        trial.until(lambda: {p["deviceId"] for p in trial.receiver.results()} == set(trial.devices), 120)
        trial.daemon.stop()
        return kills


class Sanitized(unittest.TestCase):
    """A short trial that has every thread of the daemon at work; for builds in which a race or a leak ends in a
    report and an exit code."""

    def test_upgrades_while_operators_read_and_upload(self):
        trial = Trial(self, "--cells", "4242:30:good,4243:10:middling", "--dialects", "all", "--loss", "0.05")
        trial.server.create_task(trial.file_id, trial.devices)
        api = trial.daemon.api
        uploads = 0
        while trial.fleet.process.poll() is None:
            for path in ("/api/v1/devices", "/api/v1/tasks", "/api/v1/cells", "/api/v1/packages", "/metrics", "/readyz"):
                api.get(path)
            uploads += 1
            newer = lab.Vendor(BINARIES, trial.root / "vendor", version=f"V3.{uploads}", size=1_000)
            api.call("DELETE", f"/api/v1/packages/{lab.set_up_product(api, newer)}")
        trial.finish(self, 300)
        trial.until(lambda: len(trial.receiver.results()) >= len(trial.devices), 60)
        trial.daemon.stop(60)


class Https(unittest.TestCase):
    def directory(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        self.addCleanup(directory.cleanup)
        return pathlib.Path(directory.name)

    def test_serves_everything_and_pushes_by_tls(self):
        identity = lab.make_certificate(self.directory(), "receiver")
        trial = Trial(self, "--cells", "4242:4:good", receiver_identity=identity, http__listen="")
        self.assertFalse(trial.daemon.http)
        made = (trial.root / "state/https.crt").read_text()
        der = ssl.PEM_cert_to_DER_cert(made)
        self.assertIn(f"sha256={hashlib.sha256(der).hexdigest()}", trial.log())
        self.assertEqual((trial.root / "state/https.key").stat().st_mode & 0o777, 0o600)

        path = f"/api/v1/applications/{trial.server.app_id}"
        trial.daemon.api.call("PATCH", path, {"callbackCa": identity[0].read_text()})
        trial.daemon.kill()
        trial.daemon.start()
        self.assertEqual((trial.root / "state/https.crt").read_text(), made)
        shown, = trial.daemon.api.get(path)["callbackCa"]
        self.assertEqual(shown["subject"], "CN=receiver")

        operation = trial.server.create_task(trial.file_id, trial.devices)
        trial.finish(self, 300)
        trial.until(lambda: {push["deviceId"] for push in trial.receiver.results()} == set(trial.devices), 60)
        self.assertEqual(trial.server.task(operation)["staResult"]["success"], len(trial.devices))

    def test_tells_why_a_push_by_tls_is_not_delivered(self):
        identity = lab.make_certificate(self.directory(), "receiver")
        trial = Trial(self, "--cells", "4242:1:good", receiver_identity=identity)
        trial.server.create_task(trial.file_id, trial.devices)
        failed = lambda: [p for p in trial.daemon.api.get("/api/v1/outbox")["items"] if p["attempts"] > 0]  # noqa: E731
        trial.until(failed, 60)
        self.assertIn("self-signed certificate", failed()[0]["lastError"])
        self.assertEqual(trial.receiver.pushes, [])
        path = f"/api/v1/applications/{trial.server.app_id}"
        trial.daemon.api.call("PATCH", path, {"callbackCa": identity[0].read_text()})
        trial.until(lambda: len(trial.receiver.results()) == 1, 120)

    def test_shows_a_new_certificate_after_sighup_while_connections_go_on(self):
        root = self.directory()
        first, second = lab.make_certificate(root, "first"), lab.make_certificate(root, "second")
        shown = [root / "shown.crt", root / "shown.key"]

        def show(files):
            for source, target in zip(files, shown):
                target.write_bytes(source.read_bytes())

        show(first)
        daemon = lab.Daemon(BINARIES, root, https__certificate=str(shown[0]), https__key=str(shown[1])).start()
        self.addCleanup(daemon.stop)

        def connect(trusted):
            connection = lab.Api(daemon.https, tls=ssl.create_default_context(cafile=trusted[0])).connect(timeout=20)
            connection.connect()
            return connection

        def alive(connection):
            connection.request("GET", "/healthz")
            answer = connection.getresponse()
            answer.read()
            self.assertEqual(answer.status, 200)
            self.assertIn("max-age", answer.getheader("Strict-Transport-Security"))

        def reload_until(said):
            log = (root / "cellwised.log")
            before = log.read_text().count(said)
            daemon.process.send_signal(signal.SIGHUP)
            deadline = time.monotonic() + 20
            while log.read_text().count(said) == before:
                self.assertLess(time.monotonic(), deadline, log.read_text()[-2000:])
                time.sleep(0.05)

        old = connect(first)
        alive(old)
        show(second)
        reload_until("CN=second")
        alive(old)
        alive(connect(second))
        self.assertRaises(ssl.SSLCertVerificationError, connect, first)

        shown[1].write_bytes(first[1].read_bytes())
        reload_until("the old ones stay in force")
        self.assertIn("https.key: " + str(shown[1]), (root / "cellwised.log").read_text())
        alive(old)
        alive(connect(second))

    def test_refuses_files_that_do_not_belong_together_with_exit_code_2(self):
        root = self.directory()
        certificate, key = lab.make_certificate(root, "one")[0], lab.make_certificate(root, "two")[1]
        for more in ([], ["--check-config"]):
            run = subprocess.run([BINARIES.daemon, "--set", f"state.dir={root}/state", "--set", f"https.key={key}",
                                  "--set", f"https.certificate={certificate}", *more],
                                 capture_output=True, text=True, timeout=30)
            self.assertEqual(run.returncode, 2, run.stderr)
            self.assertEqual(run.stderr, f"cellwised: https.key: {key}: the private key is not that of the certificate\n")


class Process(unittest.TestCase):
    def test_stops_within_five_seconds_of_sigterm(self):
        with tempfile.TemporaryDirectory(prefix="cellwise-e2e-") as root:
            daemon = lab.Daemon(BINARIES, root).start()
            began = time.monotonic()
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(10), 0)
            self.assertLess(time.monotonic() - began, 5)

    def test_keeps_its_admin_token_to_itself(self):
        with tempfile.TemporaryDirectory(prefix="cellwise-e2e-") as root:
            daemon = lab.Daemon(BINARIES, root).start()
            self.addCleanup(daemon.stop)
            token = pathlib.Path(root) / "state/admin.token"
            self.assertEqual(token.stat().st_mode & 0o777, 0o600)
            self.assertNotIn(token.read_text().strip(), (pathlib.Path(root) / "cellwised.log").read_text())

    def test_reloads_limits_and_log_level_at_sighup(self):
        with tempfile.TemporaryDirectory(prefix="cellwise-e2e-") as directory:
            config = pathlib.Path(directory) / "cellwised.toml"
            config.write_text("[limiter]\nlevel2 = 1\n")
            # Each download takes some seconds, so that the line is there for a minute.
            trial = Trial(self, "--cells", "4242:12:bad", "--limits", "50,10,4,10", "--delay-ms", "20,30", size=50_000,
                          config=config)
            trial.server.create_task(trial.file_id, trial.devices)
            cell = lambda: next(iter(trial.daemon.api.get("/api/v1/cells")["items"]), {})  # noqa: E731
            trial.until(lambda: cell().get("waiting", 0) >= 6, 60)
            self.assertEqual(cell()["limit"], 1)
            self.assertLessEqual(cell()["inUse"], 1)

            def reload(text, until):
                config.write_text(text)
                trial.daemon.process.send_signal(signal.SIGHUP)
                trial.until(lambda: until in trial.log(), 30)

            reload("[limiter]\nlevel2 = 4\nlevel1 = 0\n", "configuration not reloaded")
            self.assertIn("cellwised.toml:3: limiter.level1: must be 1 .. 100000", trial.log())
            self.assertEqual(cell()["limit"], 1, "a wrong configuration changes nothing")

            reload('[limiter]\nlevel2 = 4\n[outbox]\nkeep = "2h"\n[log]\nlevel = "warning"\n',
                   "configuration changed that needs a restart keys=outbox.keep")
            self.assertNotIn("configuration reloaded", trial.log(), "that is of the level that was turned off")
            self.assertEqual(cell()["limit"], 4)
            trial.until(lambda: cell().get("inUse", 0) > 1, 30)
            trial.finish(self, 300)

    def test_refuses_a_wrong_configuration_with_exit_code_2(self):
        run = subprocess.run([BINARIES.daemon, "--set", "limiter.levl0=3", "--check-config"], capture_output=True, text=True)
        self.assertEqual(run.returncode, 2)
        self.assertIn("did you mean limiter.level0?", run.stderr)

    def test_says_which_port_is_taken(self):
        with tempfile.TemporaryDirectory(prefix="cellwise-e2e-") as root:
            first = lab.Daemon(BINARIES, pathlib.Path(root) / "a").start()
            self.addCleanup(first.stop)
            second = subprocess.run([BINARIES.daemon, "--set", f"state.dir={root}/b", "--set", f"http.listen={first.http}",
                                     "--set", "https.listen=", "--set", "coap.listen=127.0.0.1:0",
                                     "--set", "download.listen="],
                                    capture_output=True, text=True, timeout=30)
            self.assertEqual(second.returncode, 1)
            self.assertIn("http.listen", second.stderr)


if __name__ == "__main__":
    unittest.main(verbosity=2)
