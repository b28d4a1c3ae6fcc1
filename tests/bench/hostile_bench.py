# SPDX-License-Identifier: Apache-2.0
"""What hostile clients cost the others: refusals, slow heads, idle connections.

`refusals`: requests that no reader should suffer are sent to a daemon; each is answered 4xx, and soon. `slow`: a thousand
connections send a byte a second; the p99 of a good client beside them is held against its own without them, in turns.
`idle`: ten thousand connections that were used once and say nothing more. Exits 1 when a bar is missed.
"""

import argparse
import json
import multiprocessing
import pathlib
import resource
import socket
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

MOST_REFUSAL_MS = 50
MOST_GROWTH_MIB = 64
MOST_SLOWDOWN = 2.0
MOST_BYTES_PER_CONNECTION = 16 * 1024
TASKS = "/api/v1/tasks"
UPGRADES = "/iodm/northbound/v1.5.0/operations/softwareUpgrade"


class Client:
    """One keep-alive connection that sends exactly what it is told."""

    def __init__(self, endpoint, timeout=30):
        host, _, port = endpoint.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass  # refused before all of it was sent: the answer is there

    def status(self):
        """Of the next answer, of which the body is read, too."""
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next(int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        while len(body) < length:
            body += self.more()
        return int(head.split()[1])

    def more(self):
        piece = self.socket.recv(65536)
        if not piece:
            raise RuntimeError("the connection was closed without an answer")
        return piece

    def close(self):
        self.socket.close()


def request(method, target, headers, body=b""):
    lines = [f"{method} {target} HTTP/1.1", "Host: bench", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


def refusals(operator, application, device):
    """Name and bytes of requests that each must be answered 4xx."""
    json_type = {"Content-Type": "application/json"}
    task = '{"name":"t","fileId":"0123456789abcdef01234567","targets":%s}'
    million = ",".join(f'"{device[:-6]}{number:06d}"' for number in range(20_000))
    bodies = {
        "depth100000": "[" * 100_000,
        "depthInAMember": '{"name":' + '{"a":' * 50_000 + "1" + "}" * 50_000 + "}",
        "hugeNumber": task % '{"all":true},"policy":{"retryTimes":%s}' % ("9" * 100_000),
        "hugeExponent": task % '{"all":true},"policy":{"retryTimes":1e999999999}',
        "duplicateKeys": '{"name":"a","name":"b"}',
        "manyDuplicateKeys": "{" + ",".join(['"name":"a"'] * 60_000) + "}",
        "manyKeys": "{" + ",".join(f'"k{number}":1' for number in range(60_000)) + "}",
        "loneSurrogate": '{"name":"\\ud800"}',
        "wrongWayRoundSurrogates": '{"name":"\\udc00\\ud800"}',
        "nulInAName": '{"na\\u0000me":1}',
        "manyTargets": task % ('{"devices":[%s]}' % million),
        "notJson": "x" * 900_000,
        "unclosed": '{"name":"' + "a" * 900_000,
        "whitespace": " " * 900_000,
    }
    for name, body in bodies.items():
        yield f"operator {name}", request("POST", TASKS, {**operator, **json_type}, body.encode())
        yield f"application {name}", request("POST", UPGRADES, {**application, **json_type}, body.encode())
    for name, body in {"invalidUtf8": b'{"name":"\xff\xfe"}', "overlongUtf8": b'{"name":"\xc0\xaf"}',
                       "surrogateInUtf8": b'{"name":"\xed\xa0\x80"}', "byteOrderMark": b'\xef\xbb\xbf{"name":1}'}.items():
        yield f"operator {name}", request("POST", TASKS, {**operator, **json_type}, body)
        yield f"application {name}", request("POST", UPGRADES, {**application, **json_type}, body)
    targets = ('{"targets":{"devices":[' + ",".join(['"x"'] * 1_000_000) + "]}}").encode()
    yield "operator millionTargets", request("POST", TASKS, {**operator, **json_type}, targets)
    yield "application millionTargets", request("POST", UPGRADES, {**application, **json_type}, targets)
    yield "query of ten megabytes", request("GET", "/api/v1/devices?nodeId=" + "x" * 10_000_000, operator)
    yield "many query names", request("GET", "/api/v1/devices?" + "&".join(["a=b"] * 3_000), operator)
    yield "many fields", request("GET", "/api/v1/devices", {**operator, **{f"X-{number}": "x" for number in range(5_000)}})
    yield "large body of a stranger", request("POST", TASKS, json_type, b"x" * 10_000_000)


def bench_refusals(daemon, application, device):
    operator = daemon.api.headers
    good = request("GET", f"/api/v1/devices/{device}", operator)
    slowest, wrong = {}, {}
    before = memory(daemon, "VmHWM")
    for _ in range(3):
        for name, data in refusals(operator, application, device):
            client = Client(daemon.http)
            began = time.monotonic()
            client.send(data)
            sent = time.monotonic()
            status = client.status()
            # From the last byte on, or from the first where the daemon answers before it has all.
            seconds = time.monotonic() - (sent if len(data) > 1_000_000 else began)
            client.close()
            slowest[name] = min(seconds, slowest.get(name, seconds))
            if not 400 <= status < 500:
                wrong[name] = status
    client = Client(daemon.http)
    client.send(good)
    assert client.status() == 200
    client.close()
    name = max(slowest, key=slowest.get)
    return {"requests": len(slowest), "slowestMs": round(1000 * slowest[name], 1), "slowest": name, "wrong": wrong,
            "growthMiB": (memory(daemon, "VmHWM") - before) >> 20, "barMs": MOST_REFUSAL_MS, "barMiB": MOST_GROWTH_MIB}


def slow_heads(endpoint, count, ready, stop):
    """A byte a second on each connection, of a head that has no end; a connection that is ended is opened anew."""
    connections = [Client(endpoint) for _ in range(count)]
    for client in connections:
        client.send(b"GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: ")
    ready.set()
    while not stop.is_set():
        round_began = time.monotonic()
        for place, client in enumerate(connections):
            try:
                client.socket.sendall(b"x")
            except OSError:
                client.close()
                connections[place] = Client(endpoint)
                connections[place].send(b"GET / HTTP/1.1\r\nHost: slow\r\nX-Slow: ")
        time.sleep(max(0.0, 1.0 - (time.monotonic() - round_began)))


def p99(endpoint, data, count):
    client = Client(endpoint)
    seconds = []
    for _ in range(count):
        began = time.monotonic()
        client.send(data)
        if client.status() != 200:
            raise RuntimeError("the good client was refused")
        seconds.append(time.monotonic() - began)
    client.close()
    return statistics.quantiles(seconds, n=100)[98]


def bench_slow(daemon, device, options):
    data = request("GET", f"/api/v1/devices/{device}", daemon.api.headers)
    p99(daemon.http, data, options.requests)
    rounds = []
    for _ in range(options.rounds):
        alone = p99(daemon.http, data, options.requests)
        ready, stop = multiprocessing.Event(), multiprocessing.Event()
        attacker = multiprocessing.Process(target=slow_heads, args=(daemon.http, options.slow, ready, stop), daemon=True)
        attacker.start()
        ready.wait(60)
        beside = p99(daemon.http, data, options.requests)
        stop.set()
        attacker.join(10)
        rounds.append({"aloneMs": round(1000 * alone, 2), "besideMs": round(1000 * beside, 2), "ratio": round(beside / alone, 2)})
        print(json.dumps({"slow": rounds[-1]}), flush=True)
    return {"connections": options.slow, "ratio": statistics.median(each["ratio"] for each in rounds), "bar": MOST_SLOWDOWN}


def idle_connections(endpoint, data, stages, done):
    connections = []
    for count, reached, go_on in stages:
        while len(connections) < count:
            client = Client(endpoint)
            client.send(data)
            client.status()
            connections.append(client)
        reached.set()
        go_on.wait()
    done.set()


def bench_idle(daemon, device, options):
    data = request("GET", f"/api/v1/devices/{device}", daemon.api.headers)
    stages = [(count, multiprocessing.Event(), multiprocessing.Event()) for count in (options.idle // 10, options.idle)]
    done = multiprocessing.Event()
    holder = multiprocessing.Process(target=idle_connections, args=(daemon.http, data, stages, done), daemon=True)
    holder.start()
    readings = []
    for _, reached, go_on in stages:
        if not reached.wait(120):
            raise RuntimeError("the connections were not made")
        p99(daemon.http, data, 200)
        readings.append(memory(daemon, "VmRSS"))
        go_on.set()
    holder.join(10)
    each = (readings[1] - readings[0]) / (options.idle - options.idle // 10)
    return {"connections": options.idle, "bytesEach": round(each), "bar": MOST_BYTES_PER_CONNECTION}


def memory(daemon, what):
    for line in pathlib.Path(f"/proc/{daemon.process.pid}/status").read_text().splitlines():
        if line.startswith(what + ":"):
            return int(line.split()[1]) * 1024
    raise KeyError(what)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--slow", type=int, default=1_000, help="connections that send a byte a second")
    parser.add_argument("--idle", type=int, default=10_000, help="connections that send nothing")
    parser.add_argument("--requests", type=int, default=3_000, help="of the good client, for one p99")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    missed = False
    with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
        daemon = lab.Daemon(lab.Binaries(options.build), pathlib.Path(directory)).start()
        try:
            server = lab.ApplicationServer(daemon)
            daemon.api.post("/api/v1/products", {
                "manufacturerId": "bench", "manufacturerName": lab.MANUFACTURER, "deviceType": lab.DEVICE_TYPE,
                "model": lab.MODEL, "protocolType": "LWM2M", "softwareUpgrade": {"supported": True, "protocol": "PCP"}})
            info = {"manufacturerName": lab.MANUFACTURER, "deviceType": lab.DEVICE_TYPE, "model": lab.MODEL}
            device = daemon.api.post("/api/v1/devices", {"nodeId": "860000000000001", "deviceInfo": info})["deviceId"]
            refused = bench_refusals(daemon, server.api.headers, device)
            print(json.dumps({"refusals": refused}), flush=True)
            missed |= bool(refused["wrong"]) or refused["slowestMs"] > MOST_REFUSAL_MS
            missed |= refused["growthMiB"] > MOST_GROWTH_MIB
            slow = bench_slow(daemon, device, options)
            print(json.dumps({"slow": slow}), flush=True)
            missed |= slow["ratio"] > MOST_SLOWDOWN
            idle = bench_idle(daemon, device, options)
            print(json.dumps({"idle": idle}), flush=True)
            missed |= idle["bytesEach"] > MOST_BYTES_PER_CONNECTION
        finally:
            daemon.stop()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
