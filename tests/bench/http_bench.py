# SPDX-License-Identifier: Apache-2.0
"""How fast the HTTP faces are, beside what is possible.

`device`: GET of one device over plain HTTP by wrk on keep-alive, beside a bare Beast server that answers a constant of
the same size on the same number of threads. They take turns; the ratio is the median of the rounds'.
`tasks`: create-task calls of an application server, 256 devices each, on a few keep-alive connections; each is answered
when its 256 jobs are durable. Exits 1 when a bar is missed. scripts/bench builds the release preset and calls it.
"""

import argparse
import http.client
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

LEAST_RATIO = 0.5
LEAST_TASKS_PER_SECOND = 200
DEVICES_PER_TASK = 256


def wrk(url, seconds, connections, headers=()):
    """Requests a second; any answer but 2xx is an error of the bench."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    for header in headers:
        command += ["-H", header]
    out = subprocess.run(command + [url], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in out or "Socket errors" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec:\s*([\d.]+)", out).group(1))


class BeastServer:
    def __init__(self, build, threads, size):
        self.process = subprocess.Popen([str(pathlib.Path(build) / "tests/bench/cellwise_beast_server"), str(threads), str(size)],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.url = f"http://127.0.0.1:{self.process.stdout.readline().strip()}/"

    def stop(self):
        self.process.communicate("\n", timeout=10)


def bench_device(daemon, node, options):
    api = daemon.api
    device = next(api.all("/api/v1/devices", nodeId=node))
    path = f"/api/v1/devices/{device['deviceId']}"
    size = len(json.dumps(api.get(path), separators=(",", ":")))
    beast = BeastServer(options.build, options.threads, size)
    token = f"Authorization: {api.headers['Authorization']}"
    rounds = []
    try:
        for _ in range(options.rounds):
            bare = wrk(beast.url, options.seconds, options.connections)
            ours = wrk(f"http://{daemon.http}{path}", options.seconds, options.connections, [token])
            rounds.append(ours / bare)
            print(json.dumps({"device": {"perSecond": round(ours), "barePerSecond": round(bare),
                                         "ratio": round(ours / bare, 3)}}), flush=True)
    finally:
        beast.stop()
    return {"bytes": size, "ratio": round(statistics.median(rounds), 3)}


class Creator(threading.Thread):
    """One keep-alive connection of an application server that creates task after task."""

    def __init__(self, server, body, until):
        super().__init__(daemon=True)
        self.server, self.body, self.until = server, body, until
        self.created, self.slowest, self.error = 0, 0.0, None

    def run(self):
        host, _, port = self.server.daemon.http.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        headers = {**self.server.api.headers, "Content-Type": "application/json"}
        while time.monotonic() < self.until:
            began = time.monotonic()
            connection.request("POST", "/iodm/northbound/v1.5.0/operations/softwareUpgrade", self.body, headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status not in (200, 201):
                self.error = f"{answer.status} {text[:300]}"
                return
            self.created += 1
            self.slowest = max(self.slowest, time.monotonic() - began)


def bench_tasks(daemon, server, file_id, devices, options):
    body = json.dumps({"fileId": file_id, "targets": {"devices": devices}, "policy": {"executeType": "now"}})
    commits = daemon.metric("cellwise_store_commits_total")
    began = time.monotonic()
    creators = [Creator(server, body, began + options.task_seconds) for _ in range(options.creators)]
    for creator in creators:
        creator.start()
    for creator in creators:
        creator.join()
    seconds = time.monotonic() - began
    errors = [creator.error for creator in creators if creator.error]
    if errors:
        raise RuntimeError(errors[0])
    time.sleep(1.1)  # the daemon's figures are a second old
    created = sum(creator.created for creator in creators)
    return {"perSecond": round(created / seconds, 1), "tasks": created, "devicesEach": DEVICES_PER_TASK,
            "commitsPerSecond": round((daemon.metric("cellwise_store_commits_total") - commits) / seconds, 1),
            "slowestMs": round(1000 * max(creator.slowest for creator in creators))}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--threads", type=int, default=2, help="of both servers")
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3, help="of each of wrk's runs")
    parser.add_argument("--creators", type=int, default=16, help="connections that create tasks")
    parser.add_argument("--task-seconds", type=int, default=10)
    parser.add_argument("--only", choices=["device", "tasks"])
    options = parser.parse_args()
    binaries = lab.Binaries(options.build)
    missed = False
    with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
        root = pathlib.Path(directory)
        # Tasks stay in wait: what is measured is how they are made, not how their jobs begin.
        daemon = lab.Daemon(binaries, root / "state", http__threads=str(options.threads), task__start_delay="1h").start()
        try:
            vendor = lab.Vendor(binaries, root / "vendor")
            file_id = lab.set_up_product(daemon.api, vendor)
            server = lab.ApplicationServer(daemon)
            info = {"manufacturerName": lab.MANUFACTURER, "deviceType": lab.DEVICE_TYPE, "model": lab.MODEL}
            lines = "".join(json.dumps({"nodeId": f"86{number:013d}", "appId": server.app_id, "deviceInfo": info}) + "\n"
                            for number in range(10_000))
            daemon.api.post("/api/v1/devices:import", lines, content_type="application/x-ndjson", timeout=600)
            if options.only != "tasks":
                device = bench_device(daemon, "860000000004711", options)
                print(json.dumps({"device": {**device, "bar": LEAST_RATIO}}))
                missed |= device["ratio"] < LEAST_RATIO
            if options.only != "device":
                listed = daemon.api.get("/api/v1/devices", limit=DEVICES_PER_TASK)["items"]
                tasks = bench_tasks(daemon, server, file_id, [device["deviceId"] for device in listed], options)
                print(json.dumps({"tasks": {**tasks, "bar": LEAST_TASKS_PER_SECOND}}))
                missed |= tasks["perSecond"] < LEAST_TASKS_PER_SECOND
        finally:
            daemon.stop()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
