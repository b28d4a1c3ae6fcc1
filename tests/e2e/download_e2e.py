#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The download server of the real daemon, as devices see it: tokens, what they open and what they do not, ranges, the
spelling of a widely used SDK, limits, and that no token stands in the log or in the database. The tokens are put into
the database as the engine puts them there. ctest passes the build directory in E2E_BUILD."""

import hashlib
import os
import pathlib
import re
import secrets
import socket
import sqlite3
import ssl
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])


class Device:
    """A connection that sends what it is told, as devices do. A tight one has no room for a file before it is read."""

    def __init__(self, address, tls=True, source=None, tight=False):
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket()
        self.socket.settimeout(20)
        if tight:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        if source:
            self.socket.bind((source, 0))
        self.socket.connect((host, int(port)))
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            self.socket = context.wrap_socket(self.socket)
        self.waiting = b""

    def ask(self, path, token=None, fields=(), method="GET", end="\r\n", blank=" "):
        lines = [f"{method} {path} HTTP/1.1", f"Host:{blank}h", *fields]
        if token is not None:
            lines.append(f"Authorization:{blank}Bearer {token}")
        self.socket.sendall((end.join(lines) + end + end).encode())

    def get(self, path, token=None, fields=(), method="GET", **spelling):
        self.ask(path, token, fields, method, **spelling)
        return self.answer(method)

    def answer(self, method="GET"):
        while b"\r\n\r\n" not in self.waiting:
            self._more()
        head, self.waiting = self.waiting.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        status = int(self.head[9:12])
        length = int(self.field("Content-Length") or 0) if method != "HEAD" else 0
        while len(self.waiting) < length:
            self._more()
        body, self.waiting = self.waiting[:length], self.waiting[length:]
        return status, body

    def field(self, name):
        found = re.search(rf"^{name}: (.*?)\r?$", self.head, re.MULTILINE)
        return found and found.group(1)

    def _more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise EOFError("the server has closed")
        self.waiting += piece

    def close(self):
        self.socket.close()


class World:
    """A daemon with a package for MQTT devices, two of them, and a task that waits for both."""

    def __init__(self, directory, **settings):
        self.directory = pathlib.Path(directory)
        self.opened = []
        self.daemon = lab.Daemon(BINARIES, self.directory, log__level="debug", task__start_delay="0s", **settings).start()
        try:
            self.set_up()
        except BaseException:
            self.daemon.stop()
            raise

    def set_up(self):
        self.vendor = lab.Vendor(BINARIES, self.directory / "vendor", size=300_000)
        self.payload = (self.directory / "vendor/meter.bin").read_bytes()
        api = self.daemon.api
        self.file = lab.set_up_product(api, self.vendor)
        product = next(api.all("/api/v1/products"))["productId"]
        self.devices = [api.post("/api/v1/devices", {"nodeId": f"download-{n}", "productId": product})["deviceId"]
                        for n in range(2)]
        self.task = api.post("/api/v1/tasks", {"name": "downloads", "fileId": self.file,
                                               "targets": {"devices": self.devices}})["taskId"]
        deadline = time.monotonic() + 60
        while [job["state"] for job in self.jobs()] != ["waiting_online"] * 2:
            if time.monotonic() > deadline:
                raise RuntimeError(f"no jobs that wait for their devices: {self.jobs()}")
            time.sleep(0.1)

    def jobs(self):
        return self.daemon.api.get(f"/api/v1/tasks/{self.task}/jobs")["items"]

    def token(self, device=0, lifetime=86_400, package=None):
        """As the engine stores one with a notice."""
        token = secrets.token_hex(32)
        job = next(job["jobId"] for job in self.jobs() if job["deviceId"] == self.devices[device])
        row = (hashlib.sha256(token.encode()).hexdigest(), self.devices[device], package or self.file, job,
               int((time.time() + lifetime) * 1000))
        with sqlite3.connect(self.directory / "state/cellwise.db", timeout=10) as database:
            database.execute("INSERT INTO download_tokens VALUES (?, ?, ?, ?, ?)", row)
            database.execute("UPDATE jobs SET state = 'notifying' WHERE id = ? AND state = 'waiting_online'", [job])
        database.close()
        return token

    def path(self, device=0, package=None, app="operator"):
        return (f"/iodm/dev/v2.0/upgradefile/applications/{app}/devices/{self.devices[device]}"
                f"/packages/{package or self.file}")

    def device(self, **how):
        self.opened.append(Device(self.daemon.download, **how))
        return self.opened[-1]

    def close(self):
        for device in self.opened:
            device.close()
        self.daemon.stop()


class Downloads(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.world = World(cls.directory.name)

    @classmethod
    def tearDownClass(cls):
        cls.world.close()
        cls.directory.cleanup()

    def status(self, token, **where):
        device = self.world.device()
        status, body = device.get(self.world.path(**where), token)
        device.close()
        self.assertLess(len(body), 300) if status >= 300 else self.assertEqual(body, self.world.payload)
        return status

    def test_gives_the_vendors_file_to_the_device_that_holds_the_token(self):
        device, token = self.world.device(), self.world.token()
        status, body = device.get(self.world.path(), token)
        self.assertEqual((status, body), (200, self.world.payload))
        self.assertTrue(device.head.startswith("HTTP/1.1 200 "), device.head)
        self.assertRegex(device.head, r"(?m)^Content-Length: 300000\r?$")
        self.assertRegex(device.field("Content-Disposition"), r"^attachment;filename=[A-Za-z0-9._-]+$")
        self.assertEqual(device.field("ETag"), f'"{hashlib.sha256(body).hexdigest()}"')
        for forbidden in ("Transfer-Encoding", "Content-Encoding", "Location"):
            self.assertIsNone(device.field(forbidden))
        self.assertLess(len(device.head), 4095)

    def test_puts_the_whole_header_into_the_first_record(self):
        device, token = self.world.device(), self.world.token()
        device.ask(self.world.path(), token)
        first = device.socket.recv(65536)  # one record: SSL_read gives no more at once
        self.assertIn(b"\r\n\r\n", first)

    def test_serves_an_sdk_that_writes_lone_line_feeds(self):
        device, token = self.world.device(), self.world.token()
        for _ in range(3):
            status, body = device.get(self.world.path(), token, end="\n", blank="")
            self.assertEqual((status, body), (200, self.world.payload))
            device.socket.sendall(b"\r\n")

    def test_serves_blocks_over_one_connection(self):
        device, token, got = self.world.device(), self.world.token(), b""
        while len(got) < len(self.world.payload):
            status, body = device.get(self.world.path(), token, [f"Range: bytes={len(got)}-{len(got) + 40_000 - 1}"])
            self.assertEqual(status, 206)
            got += body
        self.assertEqual(got, self.world.payload)
        self.assertEqual(device.get(self.world.path(), token, ["Range: bytes=300000-"])[0], 416)
        self.assertEqual(device.field("Content-Range"), "bytes */300000")
        self.assertEqual(device.get(self.world.path(), token, ["Range: bytes=-3"])[1], self.world.payload[-3:])
        self.assertEqual(device.get(self.world.path(), token, ["Range: bytes=0-1,4-5"])[0], 200)

    def test_tells_a_head_the_length(self):
        device = self.world.device()
        self.assertEqual(device.get(self.world.path(), self.world.token(), method="HEAD"), (200, b""))
        self.assertEqual(device.field("Content-Length"), "300000")

    def test_refuses_what_is_not_the_devices(self):
        token = self.world.token()
        self.assertEqual(self.status(None), 401)
        self.assertEqual(self.status("0" * 64), 401)
        self.assertEqual(self.status(token[:-1]), 401)
        self.assertEqual(self.status(hashlib.sha256(token.encode()).hexdigest()), 401, "the hash is no token")
        self.assertEqual(self.status(self.world.token(lifetime=-1)), 401)
        self.assertEqual(self.status(self.world.token(device=1)), 403)
        self.assertEqual(self.status(token, package="0" * 24), 403)
        self.assertEqual(self.status(token, app="0" * 24), 403)
        self.assertEqual(self.status(token), 200)

    def test_serves_nothing_else(self):
        device = self.world.device()
        self.assertEqual(device.get("/healthz")[0], 404)
        self.assertEqual(device.get("/api/v1/devices", self.world.token())[0], 404)
        self.assertEqual(device.get(self.world.path(), self.world.token(), method="DELETE")[0], 405)

    def test_gives_a_device_four_at_once(self):
        token = self.world.token(device=1)
        # Each of these hangs half way.
        hanging = [self.world.device(tight=True) for _ in range(4)]
        for device in hanging:
            device.ask(self.world.path(device=1), token)
            device.socket.recv(1)
        self.assertEqual(self.status(token, device=1), 429)
        self.assertEqual(self.status(self.world.token()), 200, "others are not concerned")
        for device in hanging:
            device.close()

    def test_keeps_no_token_in_the_log_or_in_the_database(self):
        token = self.world.token()
        self.assertEqual(self.status(token), 200)
        self.assertEqual(self.status(token, package="0" * 24), 403)
        log = (self.world.directory / "cellwised.log").read_text(errors="replace")
        self.assertIn("download refused", log, "what would tell it is in the log")
        for name in os.listdir(self.world.directory / "state"):
            path = self.world.directory / "state" / name
            if path.is_file():
                self.assertNotIn(token.encode(), path.read_bytes(), name)
        self.assertNotIn(token, log)


class DownloadLife(unittest.TestCase):
    """What needs a daemon of its own."""

    def setUp(self):
        self.directory = tempfile.TemporaryDirectory()
        self.addCleanup(self.directory.cleanup)

    def world(self, **settings):
        world = World(self.directory.name, **settings)
        self.addCleanup(world.close)
        return world

    def test_knows_its_tokens_after_a_restart_and_none_of_a_stopped_task(self):
        world = self.world()
        tokens = [world.token(n) for n in range(2)]
        world.daemon.kill()
        world.daemon.start()
        device = world.device()
        self.assertEqual(device.get(world.path(), tokens[0]), (200, world.payload))
        self.assertEqual(device.get(world.path(1), tokens[1], method="HEAD"), (200, b""))
        # The first has the whole file and installs it: it cannot be called back, and may download again.
        world.daemon.api.post(f"/api/v1/tasks/{world.task}:stop", {})
        deadline = time.monotonic() + 20
        while device.get(world.path(1), tokens[1], method="HEAD")[0] != 410:
            self.assertLess(time.monotonic(), deadline)
            time.sleep(0.1)

    def test_lets_a_transfer_finish_that_outlives_its_token_and_its_task(self):
        world = self.world()
        token = world.token(lifetime=2)
        device = world.device(tight=True)
        device.ask(world.path(), token)
        device.waiting = device.socket.recv(100)
        world.daemon.api.post(f"/api/v1/tasks/{world.task}:stop", {})
        time.sleep(2.5)
        other = world.device()
        self.assertIn(other.get(world.path(), token)[0], (401, 410))
        self.assertEqual(device.answer(), (200, world.payload))

    def test_speaks_plainly_where_it_is_told_to_and_says_where_it_listens(self):
        world = self.world(download__tls="false")
        self.assertTrue(world.daemon.download)
        device = world.device(tls=False)
        self.assertEqual(device.get(world.path(), world.token()), (200, world.payload))
        log = (world.directory / "cellwised.log").read_text(errors="replace")
        self.assertIn(f"url=http://{world.daemon.download}", log)
        self.assertRegex(log, rf"cellwised ready .*download={re.escape(world.daemon.download)}")

    def test_bounds_the_connections_of_an_address(self):
        world = self.world(download__max_per_address="2", download__tls="false")
        held = [world.device(tls=False) for _ in range(2)]
        for device in held:
            self.assertEqual(device.get("/")[0], 404)
        self.assertEqual(world.device(tls=False).answer()[0], 503)
        elsewhere = world.device(tls=False, source="127.0.0.2")
        self.assertEqual(elsewhere.get(world.path(), world.token()), (200, world.payload))


if __name__ == "__main__":
    unittest.main(verbosity=2)
