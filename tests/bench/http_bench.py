# SPDX-License-Identifier: Apache-2.0
"""How fast the HTTP faces are, beside what is possible.

`device`: GET of one device over plain HTTP by wrk on keep-alive, beside a bare Beast server that answers a constant of
the same size on the same number of threads. They take turns; the ratio is the median of the rounds'.
`deviceWhileCommitting`: the same of ten thousand devices in turn, while others are changed and committed all the time.
`tasks`: create-task calls of an application server, 256 devices each, on a few keep-alive connections; each is answered
when its 256 jobs are durable. Exits 1 when a bar is missed. scripts/bench builds the release preset and calls it.
"""

import argparse
import http.client
import itertools
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
CHANGES_PER_SECOND = 50
# One path after the other, made before the clock runs: what wrk spends on a request is the same for both servers.
PATHS_IN_TURN = """
local requests, next = {}, 0
function init(args)
  for path in io.lines("%s") do requests[#requests + 1] = wrk.format("GET", path) end
end
function request()
  next = next %% #requests + 1
  return requests[next]
end
"""


def wrk(url, seconds, connections, headers=(), script=None):
    """Requests a second; any answer but 2xx is an error of the bench."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    if script:
        command += ["-s", str(script)]
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


class Changer(threading.Thread):
    """An operator who renames one device after the other, so many a second: each is a commit, and more for its audit."""

    def __init__(self, daemon, devices):
        super().__init__(daemon=True)
        self.server, self.devices, self.error = daemon, devices, None
        self.stopped = threading.Event()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.join()
        if self.error:
            raise RuntimeError(self.error)

    def run(self):
        host, _, port = self.server.http.rpartition(":")
        connection = http.client.HTTPConnection(host, int(port), timeout=60)
        headers = {**self.server.api.headers, "Content-Type": "application/json"}
        due = time.monotonic()
        for number in itertools.count():
            connection.request("PATCH", f"/api/v1/devices/{self.devices[number % len(self.devices)]}",
                               json.dumps({"name": f"bench {number}"}), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                self.error = f"{answer.status} {text[:300]}"
                return
            due += 1 / CHANGES_PER_SECOND
            if self.stopped.wait(max(0.0, due - time.monotonic())):
                return


def in_turns(name, daemon, beast, options, path="", script=None):
    """The ratio of ours to the bare server's, the median of the rounds."""
    token = f"Authorization: {daemon.api.headers['Authorization']}"
    rounds = []
    for _ in range(options.rounds):
        bare = wrk(beast.url, options.seconds, options.connections, script=script)
        ours = wrk(f"http://{daemon.http}{path}", options.seconds, options.connections, [token], script)
        rounds.append(ours / bare)
        print(json.dumps({name: {"perSecond": round(ours), "barePerSecond": round(bare), "ratio": round(ours / bare, 3)}}),
              flush=True)
    return round(statistics.median(rounds), 3)


def bench_device(daemon, node, options):
    api = daemon.api
    device = next(api.all("/api/v1/devices", nodeId=node))
    path = f"/api/v1/devices/{device['deviceId']}"
    size = len(json.dumps(api.get(path), separators=(",", ":")))
    beast = BeastServer(options.build, options.threads, size)
    try:
        return {"bytes": size, "ratio": in_turns("device", daemon, beast, options, path)}
    finally:
        beast.stop()


def bench_while_committing(daemon, root, options):
    devices = [device["deviceId"] for device in daemon.api.all("/api/v1/devices")]
    size = len(json.dumps(daemon.api.get(f"/api/v1/devices/{devices[0]}"), separators=(",", ":")))
    paths, script = root / "paths", root / "paths.lua"
    paths.write_text("".join(f"/api/v1/devices/{device}\n" for device in devices))
    script.write_text(PATHS_IN_TURN % paths)
    beast = BeastServer(options.build, options.threads, size)
    commits, began = daemon.metric("cellwise_store_commits_total"), time.monotonic()
    try:
        # Beside both, so that both share the machine with it.
        with Changer(daemon, devices):
            ratio = in_turns("deviceWhileCommitting", daemon, beast, options, script=script)
    finally:
        beast.stop()
    seconds = time.monotonic() - began
    time.sleep(1.1)  # the daemon's figures are a second old
    each_second = (daemon.metric("cellwise_store_commits_total") - commits) / seconds
    return {"devices": len(devices), "bytes": size, "commitsPerSecond": round(each_second), "ratio": ratio}


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
    parser.add_argument("--only", choices=["device", "deviceWhileCommitting", "tasks"])
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
            if options.only in (None, "device"):
                device = bench_device(daemon, "860000000004711", options)
                print(json.dumps({"device": {**device, "bar": LEAST_RATIO}}))
                missed |= device["ratio"] < LEAST_RATIO
            if options.only in (None, "deviceWhileCommitting"):
                device = bench_while_committing(daemon, root, options)
                print(json.dumps({"deviceWhileCommitting": {**device, "bar": LEAST_RATIO}}))
                missed |= device["ratio"] < LEAST_RATIO
            if options.only in (None, "tasks"):
                listed = daemon.api.get("/api/v1/devices", limit=DEVICES_PER_TASK)["items"]
                tasks = bench_tasks(daemon, server, file_id, [device["deviceId"] for device in listed], options)
                print(json.dumps({"tasks": {**tasks, "bar": LEAST_TASKS_PER_SECOND}}))
                missed |= tasks["perSecond"] < LEAST_TASKS_PER_SECOND
        finally:
            daemon.stop()
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
