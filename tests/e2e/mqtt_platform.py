# SPDX-License-Identifier: Apache-2.0
"""The least platform that upgrades MQTT devices, for tests of those who judge the real one: a broker process, a client
of it by bare sockets, an HTTPS server of files. It shares no code with the daemon or the simulator."""

import collections
import getpass
import hashlib
import json
import pathlib
import re
import secrets
import socket
import ssl
import struct
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CONNECT, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ = 0x10, 0x30, 0x40, 0x82, 0xC0


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A plain Mosquitto on loopback that lets everybody in."""

    def __init__(self, folder):
        self.port = free_port()
        self.config = pathlib.Path(folder) / "mosquitto.conf"
        self.config.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n"
                               f"log_dest none\nmax_queued_messages 0\nuser {getpass.getuser()}\n")
        self.process = None

    def start(self):
        self.process = subprocess.Popen(["/usr/sbin/mosquitto", "-c", str(self.config)], stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("the broker does not listen")

    def add_tls(self, certificate, key):
        """Before start(): a second listener, for devices."""
        self.tls_port = free_port()
        with self.config.open("a") as config:
            config.write(f"listener {self.tls_port} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}\n")

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


class MqttClient:
    """MQTT 3.1.1 as far as a test needs it: every message to one function, in a thread of its own."""

    def __init__(self, port, on_message):
        self.socket = socket.create_connection(("127.0.0.1", port), 10)
        self.socket.settimeout(None)
        self.lock = threading.Lock()
        self.on_message = on_message
        self.is_closed = False
        client = b"test-platform"
        self.send(CONNECT, self.text(b"MQTT") + b"\x04\x02\x00\x00" + self.text(client))
        kind, body = self.receive()
        if kind >> 4 != 2 or body[1] != 0:
            raise RuntimeError(f"CONNACK {body!r}")
        self.send(SUBSCRIBE, b"\x00\x01" + self.text(b"$oc/devices/#") + b"\x01")
        threading.Thread(target=self.run, daemon=True).start()

    @staticmethod
    def text(value):
        return struct.pack("!H", len(value)) + value

    def send(self, kind, body):
        size, length = len(body), b""
        while True:
            length += bytes([size % 128 | (0x80 if size >= 128 else 0)])
            size //= 128
            if not size:
                break
        with self.lock:
            self.socket.sendall(bytes([kind]) + length + body)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the broker is gone")
            data += piece
        return data

    def receive(self):
        kind, size, shift = self.exactly(1)[0], 0, 0
        while True:
            byte = self.exactly(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return kind, self.exactly(size)

    def run(self):
        try:
            while True:
                kind, body = self.receive()
                if kind & 0xF0 != PUBLISH:
                    continue
                size = struct.unpack("!H", body[:2])[0]
                topic, rest = body[2:2 + size].decode(), body[2 + size:]
                if kind & 0x06:
                    self.send(PUBACK, rest[:2])
                    rest = rest[2:]
                self.on_message(topic, rest)
        except OSError:
            self.is_closed = True

    def publish(self, topic, payload):
        try:
            self.send(PUBLISH, self.text(topic.encode()) + payload.encode())
        except OSError:
            self.is_closed = True

    def close(self):
        self.is_closed = True
        self.socket.close()


class FileServer:
    """Serves one file to whoever bears a device's token; counts Ranges from 1 for those who do."""

    def __init__(self, folder, content):
        self.content = content
        self.served = content
        self.tokens = collections.defaultdict(set)  # of a device; a repeated notice does not end a download
        self.from_one = set()   # devices
        self.whole = {}         # devices that had the last byte: since when
        self.requests = collections.Counter()
        folder = pathlib.Path(folder)
        self.ca = folder / "ca.pem"
        self.key = key = folder / "key.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-keyout", key, "-out", self.ca, "-days", "2", "-subj", "/CN=127.0.0.1",
                        "-addext", "subjectAltName=IP:127.0.0.1"], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.ca, key)

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 256

            def finish_request(self, request, address):  # the handshake in the request's own thread
                request.settimeout(30)
                try:
                    wrapped = context.wrap_socket(request, server_side=True)
                except OSError:
                    return
                try:
                    super().finish_request(wrapped, address)
                finally:
                    wrapped.close()

            def handle_error(self, request, address):
                pass  # devices hang up by their scripts

        files = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                files.serve(self)

            def log_message(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def url(self, device):
        return f"https://127.0.0.1:{self.port}/iodm/dev/v2.0/upgradefile/applications/a1/devices/{device}/packages/f1"

    def serve(self, request):
        device = request.path.split("/")[8]
        self.requests[device] += 1
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens[device]:
            request.send_response(401)
            request.send_header("Content-Length", "0")
            request.end_headers()
            return
        begin, end = 0, len(self.served)
        asked = re.fullmatch(r"bytes=(\d+)-(\d+)", request.headers.get("Range") or "")
        if asked:
            base = 1 if device in self.from_one else 0
            begin, end = int(asked[1]) - base, min(int(asked[2]) - base + 1, end)
        request.send_response(206 if asked else 200)
        if asked:
            request.send_header("Content-Range", f"bytes {asked[1]}-{asked[2]}/{len(self.served)}")
        request.send_header("Content-Length", str(end - begin))
        request.send_header("Content-Disposition", "attachment;filename=meter.bin")
        request.end_headers()
        request.wfile.write(self.served[begin:end])
        if end == len(self.served):
            self.whole.setdefault(device, time.monotonic())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class Job:
    def __init__(self):
        self.state = "new"  # new, asked, waiting, updating, settling, succeeded, failed
        self.key = None     # cell and class
        self.since = time.monotonic()
        self.asked_at = 0.0
        self.notified_at = 0.0
        self.has_slot = False
        self.why = ""

    def is_over(self):
        return self.state in ("succeeded", "failed")


class Platform:
    """Upgrades every device that reports data, so many at once of a cell and class as there are slots."""

    def __init__(self, broker, files, target, slots=50, patience=40.0, settles_after=3.0):
        self.broker, self.files, self.target = broker, files, target
        self.slots, self.patience, self.settles_after = slots, patience, settles_after
        self.notices_twice = False
        self.jobs = collections.defaultdict(Job)
        self.radio = {}
        self.lock = threading.RLock()
        self.client = None
        self.is_stopped = False
        threading.Thread(target=self.run, daemon=True).start()

    def stop(self):
        self.is_stopped = True
        if self.client:
            self.client.close()

    def run(self):
        while not self.is_stopped:
            if self.client is None or self.client.is_closed:
                try:
                    if self.client:
                        self.client.close()
                    self.client = MqttClient(self.broker.port, self.on_message)
                except (OSError, RuntimeError):
                    time.sleep(0.1)
                    continue
            with self.lock:
                for device in list(self.jobs):
                    self.on_time(device, self.jobs[device])
            time.sleep(0.05)

    def say(self, device, kind, paras):
        event = {"service_id": "$ota", "event_type": kind, "event_time": "20251212T121212Z", "paras": paras}
        self.client.publish(f"$oc/devices/{device}/sys/events/down",
                            json.dumps({"object_device_id": device, "services": [event]}))

    def ask(self, device, job):
        job.asked_at = time.monotonic()
        self.say(device, "version_query", {} if len(device) % 2 else None)

    def on_message(self, topic, payload):
        parts = topic.split("/")
        device, rest = parts[2], "/".join(parts[3:])
        with self.lock:
            job = self.jobs[device]
            if rest == "sys/properties/report":
                self.on_properties(device, job, json.loads(payload))
            elif rest == "sys/events/up":
                for service in json.loads(payload)["services"]:
                    if service["service_id"] == "$ota":
                        self.on_event(device, job, service["event_type"], service["paras"])

    def on_properties(self, device, job, report):
        for service in report["services"]:
            if service["service_id"] == "Connectivity":
                self.radio[device] = service["properties"]
        if job.state == "new":
            job.state, job.since = "asked", time.monotonic()
            self.ask(device, job)

    def on_event(self, device, job, kind, paras):
        if kind == "version_report":
            self.on_version(device, job, paras.get("sw_version"))
        elif job.state in ("updating", "settling"):
            self.on_progress(device, job, paras)

    def on_version(self, device, job, version):
        if job.state in ("asked", "updating", "settling") and version == self.target:
            self.finish(job, "succeeded", "version")
        elif job.state == "asked":
            job.state, job.key = "waiting", self.class_of(device)
        elif job.state == "settling":
            self.finish(job, "failed", "old version")

    def on_progress(self, device, job, paras):
        code, version = paras["result_code"], paras.get("version")
        if code in (0, 3) and version == self.target and paras.get("progress", 100) == 100:
            self.finish(job, "succeeded", f"code {code}")
        elif code != 0:
            self.finish(job, "failed", f"code {code}")

    def class_of(self, device):
        radio = self.radio.get(device, {})
        if radio.get("cellId") is None:
            return None
        if radio.get("rsrp") is None or radio.get("sinr") is None:
            return radio["cellId"], "only"
        rsrp, sinr = int(radio["rsrp"]), int(radio["sinr"])
        level = max(sum(rsrp < bound for bound in (-105, -115)), sum(sinr < bound for bound in (7, -3)))
        return str(radio["cellId"]), level

    def finish(self, job, state, why):
        job.state, job.why, job.has_slot = state, why, False

    def on_time(self, device, job):
        now = time.monotonic()
        if job.state == "waiting":
            used = sum(other.has_slot and other.key == job.key for other in self.jobs.values())
            if used < self.slots:
                job.has_slot, job.state, job.since = True, "updating", now
                self.notify(device)
        elif job.state == "asked" and now - job.since > self.patience:
            self.finish(job, "failed", "no version")
        elif job.state == "asked" and now - job.asked_at > 2:
            self.ask(device, job)
        elif job.state == "updating" and now - job.since > self.patience:
            job.state, job.since = "settling", now
            self.ask(device, job)
        elif job.state == "updating" and not self.files.requests[device] and now - job.notified_at > 10:
            self.notify(device)  # nobody came: the notice may have been lost with the broker
        elif job.state == "updating" and device in self.files.whole:
            if self.notices_twice and now - self.files.whole[device] > 1.5:  # by now it installs
                self.notices_twice = False
                self.notify(device)
            if now - job.since > self.settles_after and now - job.asked_at > self.settles_after:
                self.ask(device, job)  # a version that is still the old one says nothing yet
        elif job.state == "settling" and now - job.since > 2:
            self.finish(job, "failed", "silence")

    def notify(self, device):
        self.jobs[device].notified_at = time.monotonic()
        token = secrets.token_hex(32)
        self.files.tokens[device].add(token)
        self.say(device, "software_upgrade", {
            "version": self.target, "url": self.files.url(device), "file_size": len(self.files.content),
            "file_name": "meter.bin", "access_token": token, "expires": 86400,
            "sign": hashlib.sha256(self.files.content).hexdigest()})
