# SPDX-License-Identifier: Apache-2.0
"""MQTT 3.1.1 as bytes, a broker to speak it to, and a device. Nothing but Python's standard library."""

import hashlib
import hmac
import json
import pathlib
import queue
import socket
import subprocess
import threading
import time

MOSQUITTO = "/usr/sbin/mosquitto"


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return len(data).to_bytes(2, "big") + data


def packet(first, body):
    size, rest = b"", len(body)
    while True:
        size += bytes([rest % 128 | (0x80 if rest > 127 else 0)])
        rest //= 128
        if not rest:
            return bytes([first]) + size + body


def password_of(secret, stamp):
    return hmac.new(stamp.encode(), secret.encode(), hashlib.sha256).hexdigest()


def stamp_of(hours_ago=0):
    return time.strftime("%Y%m%d%H", time.gmtime(time.time() - 3600 * hours_ago))


class Gone(Exception):
    """The connection ended."""


class Client:
    """One connection. What is published to it comes out of `messages` as (topic, payload)."""

    def __init__(self, port, client_id, username=None, password=None, clean=True, will=None, level=4):
        self.level = level  # 4: MQTT 3.1.1, 5: MQTT 5
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.messages, self.acks = queue.Queue(), queue.Queue()
        self.ended, self.lock, self.last = threading.Event(), threading.Lock(), 0
        flags = (2 if clean else 0) | (0x80 if username is not None else 0) | (0x40 if password is not None else 0)
        flags |= 0x0C if will else 0
        none = b"\0" if level == 5 else b""  # no properties
        body = text("MQTT") + bytes([level, flags, 0, 60]) + none + text(client_id)
        body += none + text(will[0]) + text(will[1]) if will else b""
        body += text(username) if username is not None else b""
        body += text(password) if password is not None else b""
        self.socket.sendall(packet(0x10, body))
        try:
            kind, answer = self.read()
        except (Gone, OSError):
            self.code = None  # ended without a word
            self.ended.set()
            return
        assert kind == 0x20, kind
        self.code = answer[1]
        self.socket.settimeout(None)
        if self.code == 0:
            threading.Thread(target=self.listen, daemon=True).start()

    def exactly(self, size):
        data = b""
        while len(data) < size:
            piece = self.socket.recv(size - len(data))
            if not piece:
                raise Gone
            data += piece
        return data

    def read(self):
        first, size, shift = self.exactly(1)[0], 0, 0
        while True:
            byte = self.exactly(1)[0]
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return first, self.exactly(size)

    def listen(self):
        try:
            while True:
                first, body = self.read()
                if first & 0xF0 == 0x30:
                    length = int.from_bytes(body[:2], "big")
                    rest = body[2 + length:]
                    if first & 6:
                        self.send(0x40, rest[:2])
                        rest = rest[2:]
                    if self.level == 5:
                        rest = rest[1 + rest[0]:]
                    self.messages.put((body[2:2 + length].decode(), rest))
                else:
                    self.acks.put((first, body))
        except (Gone, OSError):
            self.ended.set()

    def send(self, first, body):
        with self.lock:
            self.socket.sendall(packet(first, body))

    def publish(self, topic, payload, qos=1, retain=False, properties=b""):
        """True once the broker has it; it says nothing of what became of it. By MQTT 5 it may say that it refuses."""
        self.last += 1
        payload = json.dumps(payload).encode() if isinstance(payload, (dict, list)) else payload
        mid = self.last.to_bytes(2, "big") if qos else b""
        if self.level == 5:
            mid += bytes([len(properties)]) + properties
        self.send(0x30 | qos << 1 | retain, text(topic) + mid + payload)
        if not qos:
            return True
        kind, ack = self.acks.get(timeout=10)
        return kind == 0x40 and (len(ack) < 3 or ack[2] < 128)

    def subscribe(self, topic):
        """The granted QoS, or 128 and more."""
        self.last += 1
        none = b"\0" if self.level == 5 else b""
        self.send(0x82, self.last.to_bytes(2, "big") + none + text(topic) + b"\1")
        return self.acks.get(timeout=10)[1][-1]

    def next(self, timeout=10):
        return self.messages.get(timeout=timeout)

    def cut(self):
        """Without a farewell, as when the radio is gone."""
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended already
        self.socket.close()

    def close(self):
        if not self.ended.is_set() and self.code == 0:
            try:
                self.send(0xE0, b"")
            except OSError:
                pass
        self.cut()


class Device(Client):
    """A device as it logs in. It subscribes to nothing."""

    def __init__(self, port, name, secret, stamp=None, kind="0_1", password=None, clean=True, will=None, level=4):
        self.name = name
        stamp = stamp or stamp_of()
        super().__init__(port, f"{name}_{kind}_{stamp}", name,
                         password_of(secret, stamp) if password is None else password, clean, will, level)

    def topic(self, rest):
        return f"$oc/devices/{self.name}/sys/{rest}"

    def report(self, event_type, **paras):
        self.publish(self.topic("events/up"),
                     {"services": [{"service_id": "$ota", "event_type": event_type, "paras": paras}]})


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Broker:
    """Mosquitto with the plugin of this build, on a port of the system's choice, which it keeps over restarts."""

    def __init__(self, directory, plugin=None, logins_socket=None, extra="", quiet=False):
        self.directory = pathlib.Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.config = self.directory / "mosquitto.conf"
        lines = [f"listener {self.port} 127.0.0.1", "per_listener_settings false", f"log_type {'error' if quiet else 'all'}",
                 "log_dest stderr",
                 f"pid_file {self.directory}/mosquitto.pid", "persistence true",
                 f"persistence_location {self.directory}/", "autosave_interval 1", "user root",
                 "max_queued_messages 100000"]
        if plugin:
            lines += ["allow_anonymous false", f"plugin {plugin}", f"plugin_opt_logins_socket {logins_socket}"]
        else:
            lines += ["allow_anonymous true"]
        self.config.write_text("\n".join(lines) + "\n" + extra)
        self.process = None

    def start(self):
        self.log = open(self.directory / "mosquitto.log", "ab")
        self.process = subprocess.Popen([MOSQUITTO, "-c", str(self.config)], stderr=self.log, stdout=self.log)
        self.log.close()
        deadline = time.monotonic() + 10
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"mosquitto does not start: {self.config.parent}/mosquitto.log") from None
                time.sleep(0.02)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(10)
