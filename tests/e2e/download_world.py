# SPDX-License-Identifier: Apache-2.0
"""What tests of the download server share: a device's connection as bytes, and a daemon with something to download.
ctest passes the build directory in E2E_BUILD."""

import hashlib
import os
import pathlib
import re
import secrets
import socket
import sqlite3
import ssl
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

BINARIES = lab.Binaries(os.environ["E2E_BUILD"])


class Device:
    """A connection that sends what it is told, as devices do. A tight one has no room for a file before it is read.
    `version` of TLS: that one and no other."""

    def __init__(self, address, tls=True, source=None, tight=False, version=None):
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
            if version:
                context.set_ciphers("DEFAULT:@SECLEVEL=0")  # else an old one ends here and not at the server
                context.minimum_version = context.maximum_version = version
            self.socket = context.wrap_socket(self.socket)
        self.waiting = b""
        self.ends = (self.socket.getpeername()[1], self.socket.getsockname()[1])  # the server's port, ours

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

    def take(self, size):
        """Some of what has come, and no more than that."""
        piece = self.socket.recv(size)
        if not piece:
            raise EOFError("the server has closed")
        return piece

    def is_held(self):
        """Does the kernel know anything of the server's end of this connection, closed or not?"""
        lines = pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
        return any(tuple(int(end.split(":")[1], 16) for end in line.split()[1:3]) == self.ends for line in lines)

    def _more(self):
        self.waiting += self.take(65536)

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
