#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How fast the download server is, beside nginx, and what a download costs in memory.

Files of 1 MiB and 100 MiB by wrk on keep-alive connections, over TLS with the same cipher and plainly, from one thread
of the daemon's and from one worker of nginx's with sendfile. They take turns; the ratio is the median of the rounds'.
Then a thousand TLS downloads that hang half way: resident memory that each adds. Then a thousand slow ones: how long
NB-IoT devices that download by PCP meanwhile wait for a chunk. Exits 1 when a bar is missed. Without nginx (Debian:
nginx-light) it says so and measures the rest. scripts/bench builds the release preset and calls it.
"""

import argparse
import hashlib
import json
import multiprocessing
import pathlib
import re
import secrets
import shutil
import socket
import sqlite3
import ssl
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402
from pcp_device import PcpDevice  # noqa: E402

MEBIBYTE = 1024 * 1024
LEAST_RATIO = {"tls": 0.9, "plain": 1.0}
MOST_MEMORY = 64 * 1024
MOST_DELAY = 2
METERS = 8  # of them one asks at a time: it is the answer that is timed, not a queue of questions
STRETCH = 3  # seconds
UNITS = {"": 1, "K": 2**10, "M": 2**20, "G": 2**30}


def wrk(url, seconds, connections, headers=()):
    """Bytes a second; any answer but 2xx is an error of the bench."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s"]
    for header in headers:
        command += ["-H", header]
    out = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    amount, unit = re.search(r"Transfer/sec:\s*([\d.]+)([KMG]?)B", out).groups()
    return float(amount) * UNITS[unit]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def relaxed_tls():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def cipher_of(address):
    host, port = address.rsplit(":", 1)
    with relaxed_tls().wrap_socket(socket.create_connection((host, int(port)), 10)) as connection:
        return connection.cipher()[:2]


class Nginx:
    """One worker, sendfile, records of 16 KiB as ours, the daemon's own certificate."""

    def __init__(self, binary, directory, files, certificate, key):
        self.plain, self.tls = (f"127.0.0.1:{free_port()}" for _ in range(2))
        directory.mkdir()
        configuration = directory / "nginx.conf"
        configuration.write_text(f"""
user root; worker_processes 1; daemon off; pid {directory}/pid; error_log {directory}/error.log warn;
events {{ worker_connections 2048; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; default_type application/octet-stream;
  client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;
  uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;
  ssl_certificate {certificate}; ssl_certificate_key {key}; ssl_protocols TLSv1.2 TLSv1.3;
  server {{ listen {self.plain}; listen {self.tls} ssl; root {files}; }}
}}
""")
        self.process = subprocess.Popen([binary, "-e", str(directory / "error.log"), "-c", str(configuration)])
        for _ in range(100):
            try:
                return socket.create_connection(self.plain.split(":"), 1).close()
            except OSError:
                time.sleep(0.05)
        raise RuntimeError("nginx does not listen")

    def stop(self):
        self.process.terminate()
        self.process.wait(10)


class Served:
    """A daemon that serves one file of such a size to one device."""

    def __init__(self, binaries, root, size, tls):
        self.daemon = lab.Daemon(binaries, root, download__tls=tls, download__threads="1", task__start_delay="0s",
                                 download__max_per_device="5000", download__max_per_address="100000",
                                 download__max_requests="0", download__max_copies="0").start()
        try:
            self.token = secrets.token_hex(32)
            self.prepare(lab.Vendor(binaries, root / "vendor", size=size, protocol="MQTT"), root)
        except BaseException:
            self.daemon.stop()
            raise

    def prepare(self, vendor, root):
        api = self.daemon.api
        file_id = lab.set_up_product(api, vendor)
        product = next(api.all("/api/v1/products"))["productId"]
        device = api.post("/api/v1/devices", {"nodeId": "bench", "productId": product})["deviceId"]
        task = api.post("/api/v1/tasks", {"name": "bench", "fileId": file_id, "targets": {"devices": [device]}})["taskId"]
        deadline = time.monotonic() + 60
        jobs = []
        while [job["state"] for job in jobs] != ["waiting_online"]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"no job that waits for its device: {jobs}")
            time.sleep(0.1)
            jobs = api.get(f"/api/v1/tasks/{task}/jobs")["items"]
        row = (hashlib.sha256(self.token.encode()).hexdigest(), device, file_id, jobs[0]["jobId"],
               int((time.time() + 86_400) * 1000))
        database = sqlite3.connect(root / "state/cellwise.db", timeout=10)
        with database:  # as the engine does when it tells the device
            database.execute("INSERT INTO download_tokens VALUES (?, ?, ?, ?, ?)", row)
            database.execute("UPDATE jobs SET state = 'notifying' WHERE id = ?", [jobs[0]["jobId"]])
        database.close()
        self.file = root / "vendor/meter.bin"
        self.path = f"/iodm/dev/v2.0/upgradefile/applications/operator/devices/{device}/packages/{file_id}"

    def header(self):
        return f"Authorization: Bearer {self.token}"

    def request(self):
        return f"GET {self.path} HTTP/1.1\r\nHost: h\r\n{self.header()}\r\n\r\n".encode()

    def memory(self):
        status = pathlib.Path(f"/proc/{self.daemon.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) * 1024


def compare(binaries, options, root, kind, size):
    """Median ratio of ours to nginx's."""
    served = Served(binaries, root, size, "true" if kind == "tls" else "false")
    state = root / "state"
    nginx = Nginx(options.nginx, root / "nginx", served.file.parent, state / "https.crt", state / "https.key")
    scheme = "https" if kind == "tls" else "http"
    theirs = nginx.tls if kind == "tls" else nginx.plain
    rounds = []
    try:
        if kind == "tls" and cipher_of(theirs) != cipher_of(served.daemon.download):
            raise RuntimeError(f"not the same cipher: {cipher_of(theirs)}, {cipher_of(served.daemon.download)}")
        connections = 16 if size <= MEBIBYTE else 4
        for _ in range(options.rounds):
            bare = wrk(f"{scheme}://{theirs}/{served.file.name}", options.seconds, connections)
            ours = wrk(f"{scheme}://{served.daemon.download}{served.path}", options.seconds, connections,
                       [served.header()])
            rounds.append(ours / bare)
            print(json.dumps({kind: {"bytes": size, "mibPerSecond": round(ours / MEBIBYTE),
                                     "nginxMibPerSecond": round(bare / MEBIBYTE), "ratio": round(ours / bare, 3)}}),
                  flush=True)
    finally:
        nginx.stop()
        served.daemon.stop()
    return round(statistics.median(rounds), 3)


def read_slowly(address, request, count, begun, over):
    """A process of its own: so many TLS downloads, each of which takes 2 KiB a second."""
    connections = []
    for _ in range(count):
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect(address)
        connections.append(relaxed_tls().wrap_socket(raw))
        connections[-1].sendall(request)
    begun.set()
    while not over.is_set():
        round_began = time.monotonic()
        for connection in connections:
            if not connection.recv(2048):
                raise EOFError("a download was cut")
        over.wait(max(0, 1 - (time.monotonic() - round_began)))


def begin_downloads_by_pcp(binaries, daemon, root):
    """NB-IoT devices of four cells in the midst of a download from the same daemon."""
    vendor = lab.Vendor(binaries, root / "meters", size=100_000)
    file_id = lab.set_up_product(daemon.api, vendor)
    info = {"manufacturerName": lab.MANUFACTURER, "deviceType": lab.DEVICE_TYPE, "model": vendor.model}
    nodes = [f"urn:imei:{860000000100000 + n}" for n in range(METERS)]
    ids = [daemon.api.post("/api/v1/devices", {"nodeId": node, "deviceInfo": info})["deviceId"] for node in nodes]
    meters = [PcpDevice(daemon.coap, node, 7000 + n % 4) for n, node in enumerate(nodes)]
    daemon.api.post("/api/v1/tasks", {"name": "meters", "fileId": file_id, "targets": {"devices": ids}})
    for meter in meters:
        meter.begin()
    return meters


def p99_of_chunks(meters, seconds):
    """Milliseconds until a device has the chunk that it asks for, over all of them in turn."""
    times, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        times.append(meters[len(times) % len(meters)].chunk())
        time.sleep(0.002)
    return statistics.quantiles(times, n=100)[98], len(times)


def measure_calm(binaries, options, root):
    """p99 of chunk answers while a thousand slow TLS downloads run, of what it is without them, before and after:
    medians of six stretches each."""
    served = Served(binaries, root, 100 * MEBIBYTE, "true")
    host, port = served.daemon.download.rsplit(":", 1)
    context = multiprocessing.get_context("spawn")
    begun, over = context.Event(), context.Event()
    readers = context.Process(target=read_slowly, args=((host, int(port)), served.request(), options.downloads, begun, over))
    meters = []
    try:
        meters = begin_downloads_by_pcp(binaries, served.daemon, root)
        p99_of_chunks(meters, 1)  # what is needed once
        idle = [p99_of_chunks(meters, STRETCH) for _ in range(3)]
        readers.start()
        if not begun.wait(120):
            raise RuntimeError("the downloads do not begin")
        busy = [p99_of_chunks(meters, STRETCH) for _ in range(6)]
        over.set()
        readers.join()
        if readers.exitcode != 0:
            raise RuntimeError("the downloads did not last")
        idle += [p99_of_chunks(meters, STRETCH) for _ in range(3)]
    finally:
        over.set()
        if readers.pid:
            readers.join()
        for meter in meters:
            meter.close()
        served.daemon.stop()
    idle_ms, busy_ms = (statistics.median(p99 for p99, _ in stretches) for stretches in (idle, busy))
    return {"idleMs": round(idle_ms, 3), "busyMs": round(busy_ms, 3), "chunks": sum(count for _, count in idle + busy),
            "ratio": round(busy_ms / idle_ms, 2)}


def measure_memory(binaries, options, root):
    """Resident memory that each of many TLS downloads adds, all of them half way through a large file."""
    served = Served(binaries, root, 100 * MEBIBYTE, "true")
    host, port = served.daemon.download.rsplit(":", 1)
    request = served.request()
    context, hanging = relaxed_tls(), []

    def hang():
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.connect((host, int(port)))
        connection = context.wrap_socket(raw)
        connection.sendall(request)
        connection.recv(1)
        hanging.append(connection)

    try:
        for _ in range(50):  # what is needed once, and pages of the file that they share
            hang()
        time.sleep(1)
        before = served.memory()
        for _ in range(options.downloads):
            hang()
        time.sleep(1)
        return round((served.memory() - before) / options.downloads)
    finally:
        for connection in hanging:
            connection.close()
        served.daemon.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--nginx", default=shutil.which("nginx") or shutil.which("/usr/sbin/nginx"))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3, help="of each of wrk's runs")
    parser.add_argument("--downloads", type=int, default=1000, help="that hang at once")
    parser.add_argument("--only", choices=["tls", "plain", "memory", "calm"])
    options = parser.parse_args()
    binaries = lab.Binaries(options.build)
    missed = False
    with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
        root = pathlib.Path(directory)
        if not options.nginx:
            print(json.dumps({"skipped": "the speed: there is no nginx to hold it against (apt install nginx-light)"}))
        for kind, bar in LEAST_RATIO.items():
            for size in (MEBIBYTE, 100 * MEBIBYTE):
                if not options.nginx or options.only not in (None, kind):
                    continue
                ratio = compare(binaries, options, root / f"{kind}{size}", kind, size)
                print(json.dumps({kind: {"bytes": size, "ratio": ratio, "bar": bar}}), flush=True)
                missed |= ratio < bar
        if options.only in (None, "memory"):
            each = measure_memory(binaries, options, root / "memory")
            print(json.dumps({"memory": {"bytesEach": each, "downloads": options.downloads, "bar": MOST_MEMORY}}))
            missed |= each > MOST_MEMORY
        if options.only in (None, "calm"):
            calm = measure_calm(binaries, options, root / "calm")
            print(json.dumps({"calm": {**calm, "bar": MOST_DELAY}}))
            missed |= calm["ratio"] > MOST_DELAY
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
