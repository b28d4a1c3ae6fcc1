#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The download server of the real daemon, as devices see it: tokens, what they open and what they do not, ranges, the
spelling of a widely used SDK, limits, and that no token stands in the log or in the database. The tokens are put into
the database as the engine puts them there. ctest passes the build directory in E2E_BUILD."""

import hashlib
import os
import re
import ssl
import tempfile
import time
import unittest
import warnings

from download_world import World


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

    def test_speaks_tls_1_2_and_1_3_and_nothing_older(self):
        for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
            device = self.world.device(version=version)
            self.assertEqual(device.socket.version(), version.name.replace("_", "."))
            self.assertEqual(device.get(self.world.path(), self.world.token()), (200, self.world.payload))
        with warnings.catch_warnings():  # Python says that it is old, and so it is
            warnings.simplefilter("ignore", DeprecationWarning)
            with self.assertRaises(ssl.SSLError) as refused:
                self.world.device(version=ssl.TLSVersion.TLSv1_1)
        self.assertEqual(refused.exception.reason, "TLSV1_ALERT_PROTOCOL_VERSION")

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

    def test_bounds_the_connections_of_all(self):
        # Fewer than 16 nobody can configure. None of them is idle, so none makes room.
        world = self.world(download__max_connections="16", download__max_per_device="16", download__tls="false")
        token = world.token()
        held = [world.device(tls=False, tight=True, source=f"127.0.0.{2 + n % 4}") for n in range(16)]
        for device in held:
            device.ask(world.path(), token)
            device.socket.recv(1)
        self.assertEqual(world.device(tls=False).answer()[0], 503)
        held[0].close()
        deadline = time.monotonic() + 20
        while world.device(tls=False).get(world.path(), token)[0] != 200:
            self.assertLess(time.monotonic(), deadline)

    def test_refuses_a_device_in_a_loop_and_says_how_long(self):
        world = self.world(download__max_copies="3", download__max_requests="20")
        device, token = world.device(), world.token()
        for _ in range(3):
            self.assertEqual(device.get(world.path(), token)[0], 200)
        status, why = device.get(world.path(), token)
        self.assertEqual((status, why.split(b":")[0]), (429, b"download.too_much"))
        self.assertTrue(28_000 < int(device.field("Retry-After")) <= 28_800, device.head)
        for _ in range(16):
            self.assertEqual(device.get(world.path(), token, method="HEAD")[0], 200)
        status, _ = device.get(world.path(), token, method="HEAD")
        self.assertEqual(status, 429)
        self.assertTrue(1 <= int(device.field("Retry-After")) <= 3, device.head)
        other = world.device()
        self.assertEqual(other.get(world.path(1), world.token(1)), (200, world.payload), "others are not concerned")
        log = (world.directory / "cellwised.log").read_text(errors="replace")
        self.assertEqual(log.count("a device downloads more than it may"), 1, "told once an hour")
        time.sleep(int(device.field("Retry-After")))
        self.assertEqual(device.get(world.path(), token, method="HEAD")[0], 200)


class DownloadPace(unittest.TestCase):
    def test_cuts_who_is_slower_than_he_may_be(self):
        """Over a whole window of the server's, which is a minute."""
        directory = self.enterContext(tempfile.TemporaryDirectory())
        world = World(directory, download__min_rate="100000", download__tls="false")
        self.addCleanup(world.close)
        slow, token = world.device(tls=False, tight=True), world.token()
        slow.ask(world.path(), token)
        began = time.monotonic()
        while slow.is_held():
            self.assertLess(time.monotonic() - began, 90)
            slow.take(50)
            time.sleep(1)
        self.assertGreater(time.monotonic() - began, 55)
        self.assertEqual(world.jobs()[0]["state"], "downloading", "it may go on")


if __name__ == "__main__":
    unittest.main(verbosity=2)
