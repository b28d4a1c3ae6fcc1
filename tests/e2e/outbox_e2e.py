# SPDX-License-Identifier: Apache-2.0
"""The outbox and `kill -9` at any point, over real sockets: at every stage of a delivery as the receiver sees it, at every
commit, and whenever. Nothing is lost, the order of a device is kept, and a push comes twice only where the daemon cannot
know that it had come. ctest passes the build directory in E2E_BUILD."""

import http.client
import json
import os
import pathlib
import random
import re
import signal
import socket
import tempfile
import threading
import time
import unittest

from api_trial import BINARIES, lab

DM, REG, SUB = "/iocm/app/dm/v1.4.0/devices", "/iocm/app/reg/v1.1.0/deviceCredentials", "/iocm/app/sub/v1.2.0/subscriptions"
DEVICES = 6
BODY = re.compile(r'\{"notifyType":"(deviceAdded|deviceInfoChanged|deviceDeleted)","deviceId":"([0-9a-f-]{36})"'
                  r'(?:,"gatewayId":"\2")(?:,"nodeType":"ENDPOINT")?(?:,"deviceInfo":\{"nodeId":"([^"]+)","name":"([^"]*)",.*\})?\}')


class Receiver:
    """Takes pushes byte by byte. `mishap(stage)` is asked at each stage of each: "head", "body", "answered"; what it answers
    is done: None goes on, "hang up" ends the connection, "refuse" is a 503."""

    def __init__(self, life):
        self.life, self.mishap = life, lambda stage: None
        self.lock, self.got = threading.Lock(), []
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}/push"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.converse, args=(connection,), daemon=True).start()

    def converse(self, connection):
        with connection:
            buffer = b""
            try:
                while (buffer := self.take(connection, buffer)) is not None:
                    pass
            except OSError:
                pass

    def more(self, connection, buffer):
        piece = connection.recv(65536)
        if not piece:
            raise OSError("the daemon hung up")
        return buffer + piece

    def life_of(self, connection):
        """Which daemon sent it; nothing where that one has died meanwhile, which may well be before we read it."""
        life = self.life()  # grows after a death, which ends the connections first
        try:
            return life if connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT) else None
        except BlockingIOError:
            return life
        except OSError:
            return None

    def take(self, connection, buffer):
        """One push; what came behind it. Nothing where the connection ends."""
        while b"\r\n\r\n" not in buffer:
            buffer = self.more(connection, buffer)
        if self.mishap("head") == "hang up":
            return None
        head, _, buffer = buffer.partition(b"\r\n\r\n")
        size = int(re.search(rb"(?i)content-length: *(\d+)", head)[1])
        while len(buffer) < size:
            buffer = self.more(connection, buffer)
        entry = {"body": buffer[:size].decode(), "life": self.life_of(connection), "taken": False}
        with self.lock:
            self.got.append(entry)
        wanted = self.mishap("body")
        if wanted == "hang up":
            return None
        alive = self.life_of(connection) is not None
        answer = b"503 No" if wanted == "refuse" else b"200 OK"
        connection.sendall(b"HTTP/1.1 " + answer + b"\r\nContent-Length: 0\r\n\r\n")
        entry["taken"] = wanted is None and alive
        return None if self.mishap("answered") == "hang up" else buffer[size:]

    def close(self):
        self.listener.close()


class Outbox(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory(prefix="cellwise-outbox-")
        self.addCleanup(directory.cleanup)
        self.daemon = lab.Daemon(BINARIES, directory.name).start()
        self.addCleanup(self.daemon.stop)
        self.lives = 0
        self.receiver = Receiver(lambda: self.lives)
        self.addCleanup(self.receiver.close)
        self.server = lab.ApplicationServer(self.daemon)
        for kind in ("deviceAdded", "deviceInfoChanged", "deviceDeleted"):
            self.server.api.post(SUB, {"notifyType": kind, "callbackUrl": self.receiver.url})
        self.ended = threading.Event()
        self.acknowledged = {}  # by node id: what was answered as done, in order
        self.tried = {}  # by node id: all that was tried

    # What the application server does. ------------------------------------------------------------------------------

    def call(self, node, what, method, path, body=None):
        """Tries until it is done: each time under a name of its own, since a try whose answer was lost may count."""
        for attempt in range(10_000):
            name = f"{what}.{attempt}"
            self.tried.setdefault(node, []).append(name)
            try:
                answer = self.server.api.call(method, path, body(name) if body else None)
                self.acknowledged.setdefault(node, []).append(name)
                return answer
            except lab.Refused as refused:
                if "100426" in str(refused) or "100403" in str(refused):  # the try before counted
                    self.tried[node].pop()
                    return None
                raise
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        raise AssertionError("the daemon never answered")

    def device_of(self, node):
        while True:
            try:
                return self.server.api.get(DM, nodeId=node)["devices"][0]["deviceId"]
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)

    def live_a_life(self, node, changes):
        """Added, changed so often, deleted."""
        self.call(node, "0", "POST", REG, lambda name: {"nodeId": node, "deviceName": name})
        device = self.device_of(node)
        for number in range(1, changes + 1):
            self.call(node, str(number), "PUT", f"{DM}/{device}", lambda name: {"name": name})
        self.call(node, "deleted", "DELETE", f"{DM}/{device}")

    def in_background(self, changes, rounds=1):
        def work(number):
            for turn in range(rounds):
                self.live_a_life(f"node-{number}-{turn}", changes)
                if self.ended.is_set():
                    return

        threads = [threading.Thread(target=work, args=(number,), daemon=True) for number in range(DEVICES)]
        for thread in threads:
            thread.start()
        return threads

    # The daemon. ----------------------------------------------------------------------------------------------------

    def revive(self):
        """Starts it again wherever it has died, also where it does so while it starts."""
        if self.daemon.process.poll() is None:
            return False
        self.lives += 1
        while True:
            try:
                self.daemon.start()
                return True
            except RuntimeError:
                self.daemon.environment = {}
                self.lives += 1

    def is_told(self):
        """Everything is delivered."""
        try:
            return not self.daemon.api.get("/api/v1/outbox")["items"]
        except (OSError, http.client.HTTPException, lab.Refused):
            return False

    def wait_until_all_is_told(self, threads, seconds=300):
        deadline = time.monotonic() + seconds
        while any(thread.is_alive() for thread in threads) or not self.is_told():
            self.revive()
            self.assertLess(time.monotonic(), deadline, f"not in time: {self.tried}")
            time.sleep(0.02)

    # What must hold. ------------------------------------------------------------------------------------------------

    def expect_nothing_lost_and_all_in_order(self):
        by_device, node_of = {}, {}
        for entry in self.receiver.got:
            match = BODY.fullmatch(entry["body"])
            self.assertIsNotNone(match, f"not the vendor's text: {entry['body']}")
            kind, device, node, name = match.groups()
            self.assertEqual(json.loads(entry["body"])["notifyType"], kind)
            if node:
                node_of[device] = node
            by_device.setdefault(device, []).append({**entry, "name": "deleted" if kind == "deviceDeleted" else name})
        self.assertEqual(set(node_of.values()), set(self.tried))
        repeats = 0
        for device, entries in by_device.items():
            tried, done = self.tried[node_of[device]], self.acknowledged[node_of[device]]
            names = [entry["name"] for entry in entries]
            order = [tried.index(name) if name != "deleted" else len(tried) for name in names]
            self.assertEqual(order, sorted(order), f"{device}: {names}")
            told = set(names)
            for name in done:
                self.assertIn(name.split(".")[0] if name.startswith("deleted") else name, told, f"{device}: {names}")
            for before, after in zip(entries, entries[1:]):
                if before["name"] == after["name"]:
                    repeats += 1
                    self.assertFalse(before["taken"] and before["life"] is not None and before["life"] == after["life"],
                                     f"{device}: {after['name']} was taken and came again: "
                                     f"{[(each['name'], each['life'], each['taken']) for each in entries]}")
        return repeats

    def test_survives_a_kill_at_any_stage_of_a_delivery_and_whenever(self):
        chance = random.Random(3)
        plan = ["head", "body", "answered", "whenever"] * 6
        chance.shuffle(plan)
        lock, left = threading.Lock(), [0]

        def mishap(stage):
            with lock:
                if self.ended.is_set() or plan[0] == "whenever" or stage != plan[0]:
                    return chance.choice(["hang up", "refuse"]) if not self.ended.is_set() and chance.random() < 0.05 else None
                left[0] -= 1
                if left[0] == 0:
                    os.kill(self.daemon.process.pid, signal.SIGKILL)
                return None

        self.receiver.mishap = mishap
        threads, kills = [], len(plan)
        while plan:
            left[0] = chance.randint(1, 6)
            threads = threads or self.in_background(changes=6, rounds=100)
            if plan[0] == "whenever":
                time.sleep(chance.uniform(0.0, 1.0))
                self.daemon.kill()
            deadline = time.monotonic() + 60
            while self.daemon.process.poll() is None:
                self.assertLess(time.monotonic(), deadline, f"nothing is delivered any more; next is {plan[0]}")
                time.sleep(0.005)
            with lock:
                plan.pop(0)
                if not plan:
                    self.ended.set()
            self.revive()
        self.wait_until_all_is_told(threads)
        repeats = self.expect_nothing_lost_and_all_in_order()
        print(f"killed {kills} times; {len(self.receiver.got)} pushes, {repeats} of them again", flush=True)

    def test_survives_a_kill_before_and_after_any_commit(self):
        library = pathlib.Path(os.environ["E2E_BUILD"]) / "tests/e2e/libkill_at_sync.so"
        self.assertTrue(library.exists())
        self.daemon.stop()
        commits, died = 14, set()
        threads = []
        for number in range(1, commits + 1):
            for before in (False, True):
                self.daemon.environment = {"LD_PRELOAD": str(library), "KILL_AT_SYNC": str(number),
                                           **({"KILL_BEFORE_SYNC": "1"} if before else {})}
                self.lives += 1
                try:
                    self.daemon.start()
                except RuntimeError:
                    pass  # it died while it started
                threads = threads or self.in_background(changes=8, rounds=100)
                deadline = time.monotonic() + 60
                while self.daemon.process.poll() is None and time.monotonic() < deadline:
                    time.sleep(0.01)
                self.assertEqual(self.daemon.process.returncode, -signal.SIGKILL)
                died.add((number, before))
        self.daemon.environment = {}
        self.ended.set()
        self.wait_until_all_is_told(threads)
        repeats = self.expect_nothing_lost_and_all_in_order()
        print(f"killed at {len(died)} commits; {len(self.receiver.got)} pushes, {repeats} of them again", flush=True)


if __name__ == "__main__":
    unittest.main(verbosity=2)
