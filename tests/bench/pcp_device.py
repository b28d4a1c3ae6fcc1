# SPDX-License-Identifier: Apache-2.0
"""An NB-IoT device that downloads by PCP and times each chunk's answer, as bytes: CoAP (RFC 7252, 7641), LwM2M's
registration, PCP (docs/pcp.md). Nothing but Python's standard library, nothing of what it measures."""

import secrets
import socket
import struct
import time

CON, NON, ACK = 0, 1, 2
GET, POST, PUT, CHANGED, CONTENT, NOT_FOUND = 1, 2, 3, 0x44, 0x45, 0x84
OBSERVE, URI_PATH, CONTENT_FORMAT, URI_QUERY = 6, 11, 12, 15
OCTETS = 42
QUERY, NOTICE, CHUNK = 19, 20, 21


def crc_table():
    for value in range(256):
        register = value << 8
        for _ in range(8):
            register = (register << 1 ^ (0x1021 if register & 0x8000 else 0)) & 0xFFFF
        yield register


CRC_TABLE = tuple(crc_table())


def frame(code, body):
    head = struct.pack(">HBBHH", 0xFFFE, 1, code, 0, len(body))
    crc = 0
    for byte in head + body:
        crc = crc >> 8 ^ CRC_TABLE[(crc ^ byte) & 0xFF]
    return head[:4] + crc.to_bytes(2, "big") + head[6:] + body


def encode(kind, code, mid, token=b"", options=(), payload=b""):
    """Options in the order of their numbers, each shorter than 269 bytes."""
    out, last = bytes([0x40 | kind << 4 | len(token), code]) + mid.to_bytes(2, "big") + token, 0
    for number, value in options:
        delta, size = number - last, len(value)
        out += bytes([min(delta, 13) << 4 | min(size, 13)])
        out += (bytes([delta - 13]) if delta > 12 else b"") + (bytes([size - 13]) if size > 12 else b"") + value
        last = number
    return out + (b"\xff" + payload if payload else b"")


def decode(data):
    """Kind, code, message id, token, options by number, payload."""
    kind, size = data[0] >> 4 & 3, data[0] & 15
    token, at, number, options = data[4:4 + size], 4 + size, 0, {}
    while at < len(data) and data[at] != 0xFF:
        delta, length = data[at] >> 4, data[at] & 15
        at += 1
        if delta == 13:
            delta, at = data[at] + 13, at + 1
        if length == 13:
            length, at = data[at] + 13, at + 1
        number += delta
        options.setdefault(number, []).append(data[at:at + length])
        at += length
    return kind, data[1], int.from_bytes(data[2:4], "big"), token, options, data[at + 1:]


class PcpDevice:
    """Registers and follows the daemon until it is told of a new version; then it asks for chunks, again and again."""

    def __init__(self, address, node, cell):
        host, port = address.rsplit(":", 1)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect((host, int(port)))
        self.socket.settimeout(5)
        self.mid, self.observed, self.seen = secrets.randbelow(65536), None, 0
        self.target = self.chunks = None
        self.index = 0
        query = ("lwm2m=1.0", f"ep={node}", "b=U", "lt=3600", "rsrp=-80", "sinr=15", f"cellid={cell}")
        self.send(CON, POST, b"r", [(URI_PATH, b"rd"), (CONTENT_FORMAT, b"\x28"), *((URI_QUERY, q.encode()) for q in query)],
                  b"</19/0>")

    def send(self, kind, code, token=b"", options=(), payload=b""):
        self.mid = (self.mid + 1) % 65536
        self.socket.send(encode(kind, code, self.mid, token, options, payload))

    def notify(self, payload):
        self.seen += 1
        options = [(OBSERVE, self.seen.to_bytes(3, "big")), (CONTENT_FORMAT, bytes([OCTETS]))]
        self.send(CON, CONTENT, self.observed, options, payload)

    def report(self, code, body):
        self.notify(frame(code, body))

    def step(self):
        """Takes one datagram; the PCP frame in it, if there is one."""
        kind, code, mid, token, options, payload = decode(self.socket.recv(2048))
        path = b"/".join(options.get(URI_PATH, ()))
        if code == GET and path == b"19/0/0":
            self.observed = token
            self.socket.send(encode(ACK, CONTENT, mid, token, [(OBSERVE, b"\1"), (CONTENT_FORMAT, bytes([OCTETS]))], b"0"))
        elif code == GET:
            self.socket.send(encode(ACK, NOT_FOUND, mid, token))
        elif code == PUT and path == b"19/1/0":
            self.socket.send(encode(ACK, CHANGED, mid, token))
            return payload
        elif code and kind == CON:
            self.socket.send(encode(ACK, 0, mid))
        return None

    def begin(self, seconds=30):
        """Until the notice of a new version has come and is accepted."""
        deadline = time.monotonic() + seconds
        self.socket.settimeout(1)
        while self.target is None:
            if time.monotonic() > deadline:
                raise RuntimeError("the daemon offers no upgrade")
            try:
                said = self.step()
            except TimeoutError:
                if self.observed:
                    self.notify(b"business data")  # a sign of life: the task may be younger than the last one
                continue
            if said and said[3] == QUERY:
                self.report(QUERY, b"\0" + b"V1.0".ljust(16, b"\0"))
            elif said and said[3] == NOTICE:
                self.target, self.chunks = said[8:24], int.from_bytes(said[26:28], "big")
                self.report(NOTICE, b"\0")
        self.socket.settimeout(5)

    def chunk(self):
        """Milliseconds from the question for the next chunk to its answer, which is checked. After the last chunk but
        one it goes back to the first, as a device does that lost power."""
        began = time.monotonic()
        self.report(CHUNK, self.target + self.index.to_bytes(2, "big"))
        while True:
            said = self.step()
            if said and said[3] == CHUNK:
                break
        took = 1000 * (time.monotonic() - began)
        if said[8] != 0 or int.from_bytes(said[9:11], "big") != self.index or len(said) < 12:
            raise RuntimeError(f"not chunk {self.index}: {said[:16].hex()}")
        self.index = (self.index + 1) % (self.chunks - 1)
        return took

    def close(self):
        self.socket.close()
