# SPDX-License-Identifier: Apache-2.0
"""cellwisectl against the daemon, as processes. ctest passes the build directory in E2E_BUILD."""

import fcntl
import json
import os
import pathlib
import pty
import signal
import struct
import subprocess
import sys
import tempfile
import termios
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])
MODEL = ["--manufacturer", lab.MANUFACTURER, "--type", lab.DEVICE_TYPE, "--model", lab.MODEL]


class Ctl(unittest.TestCase):
    """One daemon for all; each test makes what it needs, under names of its own."""

    @classmethod
    def setUpClass(cls):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-e2e-")
        cls.addClassCleanup(directory.cleanup)
        cls.root = pathlib.Path(directory.name)
        cls.vendor = lab.Vendor(BINARIES, cls.root / "vendor", size=5_000)
        cls.daemon = lab.Daemon(BINARIES, cls.root, task__start_delay="1s", coap__ack_timeout="1s",
                                limits__repeat="2s").start()
        cls.addClassCleanup(cls.daemon.stop)
        cls.environment = {"HOME": str(cls.root), "PATH": os.environ["PATH"],
                           "CELLWISE_CTL_SERVER": f"http://{cls.daemon.http}",
                           "CELLWISE_CTL_TOKEN_FILE": str(cls.root / "state/admin.token")}

    def ctl(self, *words, code=0, stdin=None, **environment):
        """What it says on standard output; the exit code is as expected."""
        done = subprocess.run([BINARIES.ctl, *map(str, words)], env={**self.environment, **environment}, input=stdin,
                              capture_output=True, text=True, timeout=600)
        if code is not None:
            self.assertEqual(done.returncode, code, f"{words}: {done.stdout}{done.stderr}")
        self.last_error = done.stderr
        return done.stdout

    def json(self, *words, **kwargs):
        return json.loads(self.ctl("--json", *words, **kwargs))

    @classmethod
    def product_and_package(cls, case):
        """Once for all tests, by the program itself; the package's id."""
        if not hasattr(cls, "package"):
            cls.product = case.json("products", "create", *MODEL)["productId"]
            case.ctl("public-keys", "create", cls.vendor.directory / "public.pem", "--manufacturer", lab.MANUFACTURER)
            signed = cls.vendor.directory / "meter_package_signed.zip"
            cls.package = case.json("packages", "upload", signed)["fileId"]
        return cls.package

    def test_goes_from_a_product_to_upgraded_devices(self):
        package = self.product_and_package(self)
        self.assertIn(package, self.ctl("packages", "list", "--model", lab.MODEL))
        app = self.json("applications", "create", "upgrades")["appId"]
        fleet = lab.Fleet(BINARIES, "--time-scale", "20", "--uplink-interval", "20", "--from-version", "V1.0", "--cells",
                          "4242:12:good,4243:6:middling")
        nodes = [device["nodeId"] for device in fleet.devices()]
        lines = "nodeId,productId,appId\n" + "".join(f"{node},{self.product},{app}\n" for node in nodes)
        (self.root / "fleet.csv").write_text(lines)
        self.assertIn(f"{len(nodes)} devices created, 0 refused", self.ctl("devices", "import", self.root / "fleet.csv"))
        self.assertIn("device.node_id.duplicate", self.ctl("devices", "import", self.root / "fleet.csv", code=1))
        fleet.start(self.daemon.coap, "--expect-sha256", self.vendor.sha256, "--target-version", self.vendor.version,
                    "--until-done", "--timeout", "300", "--report-interval", "0", stdout=subprocess.DEVNULL)
        self.addCleanup(fleet.stop)
        (self.root / "nodes").write_text("\n".join(nodes))
        task = self.json("tasks", "create", "--name", "fleet", "--package", package, "--devices-from",
                         self.root / "nodes")["taskId"]
        watched = self.ctl("task", "watch", task)
        self.assertRegex(watched.splitlines()[-1], rf"success  {len(nodes)} of {len(nodes)} upgraded, 0 failed")
        self.assertEqual(fleet.wait(120), 0)
        jobs = self.json("tasks", "jobs", task, "--all")
        self.assertEqual({job["status"] for job in jobs["items"]}, {"success"})
        self.assertEqual(len(jobs["items"]), len(nodes))
        device = self.json("devices", "show", nodes[0])
        self.assertEqual(device["softwareVersion"], self.vendor.version)
        self.assertIn(task, self.ctl("tasks", "list", "--state", "success", "--device", device["deviceId"]))
        self.assertEqual(self.json("cells", "list")["items"], [], "nobody is under way any more")
        self.ctl("tasks", "delete", task)
        self.ctl("tasks", "show", task, code=1)

    def test_runs_the_session_of_its_page(self):
        page = (pathlib.Path(__file__).resolve().parents[2] / "docs/cellwisectl.md").read_text()
        blocks = [part.partition("\n```")[0] for part in page.split("```sh\n")[1:]]
        script = "\n".join(blocks).replace("/var/lib/cellwise", str(self.root / "state"))
        programs = f"{BINARIES.ctl.parent}:{BINARIES.sign.parent}:{os.environ['PATH']}"
        folder = self.root / "session"
        folder.mkdir()
        done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=folder, capture_output=True, text=True,
                              env={**self.environment, "PATH": programs}, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("2 lines: 2 devices created, 0 refused", done.stdout)

    def test_manages_every_resource(self):
        self.product_and_package(self)
        app = self.json("applications", "create", "resources")["appId"]
        self.assertIn("resources", self.ctl("applications", "list"))
        device = self.json("devices", "create", "urn:imei:860000000000777", "--product", self.product, "--app", app)["deviceId"]
        self.ctl("devices", "change", "urn:imei:860000000000777", "--name", "水表 \u202eV2")
        listed = self.ctl("devices", "list", "--app", app)
        self.assertIn("水表 \\u{202e}V2", listed)
        self.assertNotIn("\u202e", listed)
        group = self.json("groups", "create", "east", "--app", app)["groupId"]
        self.ctl("groups", "add", group, "urn:imei:860000000000777")
        self.assertIn(device, self.ctl("groups", "members", group))
        self.ctl("groups", "remove", group, device)
        self.assertEqual(self.json("groups", "members", group)["items"], [])
        self.ctl("groups", "delete", group)
        self.assertEqual(self.json("subscriptions", "list", "--app", app)["items"], [])
        self.assertEqual(self.json("outbox", "list", "--dead")["items"], [])
        self.ctl("products", "change", self.product, "--check-code-zero", "on")
        self.assertTrue(self.json("products", "show", self.product)["softwareUpgrade"]["checkCodeAlwaysZero"])
        self.ctl("products", "change", self.product, "--check-code-zero", "off")
        key = self.json("public-keys", "list")["items"][0]["keyId"]
        self.assertIn(self.package, self.ctl("public-keys", "uses", key))
        self.assertIn("-----BEGIN PUBLIC KEY-----", self.ctl("public-keys", "show", key))
        self.ctl("products", "delete", self.product, code=1)
        self.assertIn("cellwisectl devices list --product", self.last_error)
        self.ctl("devices", "delete", device)
        self.ctl("applications", "delete", app)
        self.assertIn("database", self.ctl("health"))
        self.assertIn("cellwise_loop_lag_seconds", self.ctl("api", "get", "/metrics"))
        made = json.loads(self.ctl("api", "post", "applications", "--body", "-", stdin='{"name":"raw"}'))
        self.ctl("api", "delete", "applications/" + made["appId"])

    def test_stops_and_deletes_a_task(self):
        package = self.product_and_package(self)
        self.json("devices", "create", "urn:imei:860000000000778", "--product", self.product)
        task = self.json("tasks", "create", "--name", "never heard", "--package", package, "--device",
                         "urn:imei:860000000000778")["taskId"]
        self.ctl("tasks", "delete", task, code=1)
        self.assertIn("tasks stop", self.last_error)
        self.ctl("tasks", "stop", task)
        self.assertIn("stop  0 of 1 upgraded", self.ctl("tasks", "watch", task, code=5))
        self.assertIn("[watch.failed]", self.last_error)
        self.ctl("tasks", "delete", task)
        self.ctl("devices", "delete", "urn:imei:860000000000778")

    def test_ends_in_the_code_for_what_happened(self):
        self.ctl("tasks", "show", "0123456789abcdef01234567", code=1)
        self.assertIn("[task.not_found]", self.last_error)
        self.ctl("tasks", "shwo", code=2)
        self.assertIn('did you mean "show"?', self.last_error)
        self.ctl("tasks", "list", code=3, CELLWISE_CTL_SERVER="http://127.0.0.1:1")
        self.assertIn("systemctl status cellwised", self.last_error)
        self.ctl("tasks", "list", "--token", "wrong", code=4)
        self.ctl("tasks", "list", code=4, CELLWISE_CTL_TOKEN_FILE="")
        self.assertIn("--token-file", self.last_error)
        viewer = self.json("tokens", "create", "looker", "--role", "viewer")
        self.ctl("--token", viewer["token"], "tasks", "list")
        problem = json.loads(self.ctl("--json", "--token", viewer["token"], "tokens", "list", code=4))
        self.assertEqual(problem["code"], "access.role")
        self.ctl("tokens", "delete", viewer["tokenId"])
        self.ctl("--token", viewer["token"], "tasks", "list", code=4)
        signed = self.root / "no_package.zip"
        signed.write_bytes(b"no zip at all")
        self.ctl("packages", "upload", signed, code=1)

    def test_previews_pauses_confirms_and_retries(self):
        package, node = self.product_and_package(self), "urn:imei:860000000000780"
        device = self.json("devices", "create", node, "--product", self.product)["deviceId"]
        options = ["--name", "careful", "--package", package, "--device", node]
        self.assertIn("1 device, of which 1 would be upgraded", self.ctl("tasks", "preview", *options))
        self.assertEqual(self.json("tasks", "preview", *options)["versionUnknown"]["deviceIds"], [device])
        task = self.json("tasks", "create", *options, "--confirm")["taskId"]
        self.ctl("tasks", "pause", task)
        self.assertTrue(self.json("tasks", "show", task)["paused"])
        self.ctl("tasks", "resume", task)
        self.assertFalse(self.json("tasks", "show", task)["paused"])
        self.ctl("tasks", "confirm", task, node, code=1)
        self.ctl("tasks", "stop", task)
        self.ctl("tasks", "watch", task, code=5)
        again = self.json("tasks", "retry", task, "--stopped", "--name", "again", code=None)
        if "taskId" in again:
            self.ctl("tasks", "stop", again["taskId"])
        self.assertIn("careful", self.ctl("tasks", "list", "--device", device))
        self.assertEqual(self.json("devices", "list", "--status", "inactive", "--node", node)["items"][0]["nodeId"], node)
        self.ctl("devices", "events", node)
        self.ctl("devices", "uplinks", node, "--encoding", "base64")
        group = self.json("groups", "create", "still 1.0", "--filter-version", "V1.0", "--filter-product", self.product)
        self.ctl("groups", "members", group["groupId"])
        self.ctl("groups", "change", group["groupId"], "--description", "old ones")
        self.ctl("groups", "delete", group["groupId"])
        self.assertEqual(self.ctl("outbox", "replay", "--all-dead"), "0 replayed\n")
        self.assertEqual(self.ctl("outbox", "delete", "--all-dead"), "0 erased\n")
        self.ctl("outbox", "replay", "999999", code=1)

    def test_follows_what_changes_through_a_restart(self):
        package = self.product_and_package(self)
        self.json("devices", "create", "urn:imei:860000000000781", "--product", self.product)
        task = self.json("tasks", "create", "--name", "followed", "--package", package, "--device",
                         "urn:imei:860000000000781")["taskId"]
        following = subprocess.Popen([BINARIES.ctl, "--json", "events", "--task", task], stdout=subprocess.PIPE,
                                     stderr=subprocess.PIPE, env=self.environment, text=True)
        self.addCleanup(following.stdout.close)
        self.addCleanup(following.stderr.close)
        self.addCleanup(following.wait)
        self.addCleanup(following.kill)
        self.assertIn(json.loads(following.stdout.readline())["event"], ("task", "job"))
        self.daemon.kill()
        self.daemon.start()
        seen = []
        while not seen or seen[-1]["event"] != "resync":  # of the former daemon's ids the new one knows none
            seen.append(json.loads(following.stdout.readline()))
        self.ctl("tasks", "stop", task)
        while seen[-1]["event"] != "task" or seen[-1]["data"]["state"] != "stop":
            seen.append(json.loads(following.stdout.readline()))
        self.assertIn("job", {each["event"] for each in seen})
        self.assertEqual({each["data"]["taskId"] for each in seen if each["event"] in ("task", "job")}, {task})
        following.send_signal(signal.SIGINT)
        self.assertEqual(following.wait(30), 130)
        self.assertIn("opened again", following.stderr.read())
        self.ctl("tasks", "delete", task)
        self.ctl("devices", "delete", "urn:imei:860000000000781")
        self.assertEqual(self.ctl("events", "--for", "1", "--only", "cells"), "")
        self.ctl("events", "--task", task, code=1)
        self.assertIn("[task.not_found]", self.last_error)

    def test_manages_mqtt_devices(self):
        product = self.json("products", "create", "--manufacturer", "Acme", "--type", "Pump", "--model", "P1",
                            "--protocol", "MQTT", "--mqtt-rsrp", "power", "--mqtt-sends-sign", "off")["productId"]
        self.ctl("products", "change", product, "--mqtt-ranges-from-one", "on")
        profile = self.json("products", "show", product)["mqtt"]
        self.assertEqual((profile["rsrp"], profile["sendsSign"], profile["rangesFromOne"]), ("power", False, True))
        (self.root / "device-secret").write_text("0123456789abcdef\n")
        secret = ["--secret-file", self.root / "device-secret"]
        made = self.ctl("devices", "create", "pump-1", "--product", product, "--cell-id", "4242", *secret)
        self.assertNotIn("0123456789abcdef", made)
        self.ctl("devices", "change", "pump-1", "--cell-id", "4343", *secret)
        self.assertEqual(self.json("devices", "show", "pump-1")["cellId"], "4343")
        app = self.json("applications", "create", "pumps")["appId"]
        self.product_and_package(self)
        signed = self.vendor.directory / "meter_package_signed.zip"
        again = self.json("packages", "upload", signed, "--app", app)
        self.assertEqual((again["fileId"], again["appId"]), (self.package, None), "it was there, for all")
        self.ctl("devices", "delete", "pump-1")
        self.ctl("products", "delete", product)
        self.ctl("applications", "delete", app)

    def test_signs_people_in_and_tells_what_they_did(self):
        (self.root / "password").write_text("correct horse battery\n")
        password = ["--password-file", self.root / "password"]
        operator = self.json("operators", "create", "ann", "--role", "operator", *password)["operatorId"]
        self.assertIn("ann", self.ctl("operators", "list"))
        self.ctl("login", "ann", *password)
        self.assertEqual(self.json("tokens", "current", CELLWISE_CTL_TOKEN_FILE="")["name"], "ann")
        self.ctl("operators", "list", code=4, CELLWISE_CTL_TOKEN_FILE="")
        self.ctl("logout")
        self.ctl("tokens", "current", code=4, CELLWISE_CTL_TOKEN_FILE="")
        self.ctl("operators", "change", operator, "--disabled", "yes")
        self.ctl("login", "ann", *password, code=4)
        self.assertIn("POST /api/v1/operators", self.ctl("audit", "list", "--target", operator))
        self.ctl("operators", "delete", operator)
        once = ["--idempotency-key", "one-word", "applications", "create", "once"]
        first = self.json(*once)
        self.assertEqual(self.json(*once)["appId"], first["appId"])
        self.ctl("applications", "delete", first["appId"])

    def test_draws_in_place_on_a_terminal_and_leaves_it_as_it_was(self):
        package = self.product_and_package(self)
        self.json("devices", "create", "urn:imei:860000000000779", "--product", self.product)
        task = self.json("tasks", "create", "--name", "seen", "--package", package, "--device",
                         "urn:imei:860000000000779")["taskId"]
        ours, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
        watching = subprocess.Popen([BINARIES.ctl, "tasks", "watch", task], stdout=theirs, stderr=theirs,
                                    env={**self.environment, "TERM": "xterm"})
        os.close(theirs)
        shown = ""
        while shown.count("seen") < 2:
            shown += os.read(ours, 4096).decode(errors="replace")
        self.ctl("tasks", "stop", task)
        while True:
            try:
                shown += os.read(ours, 4096).decode(errors="replace")
            except OSError:
                break
        os.close(ours)
        self.assertEqual(watching.wait(60), 5)
        self.assertRegex(shown, "\x1b\\[[0-9]+F", "it goes back to its first line")
        self.assertLess(shown.rindex("\x1b[?25l"), shown.rindex("\x1b[?25h"), "the cursor is there again")
        self.ctl("tasks", "delete", task)
        self.ctl("devices", "delete", "urn:imei:860000000000779")


if __name__ == "__main__":
    unittest.main(verbosity=2)
