# SPDX-License-Identifier: Apache-2.0
"""What a fleet costs the daemon: the loop's lag and the commits of a mass upgrade, the memory of registered devices.

The daemon and the simulator are processes of one build and talk over real sockets. Exits 1 when a bar is missed.
scripts/bench builds the release preset and calls it; --devices and --registered make it smaller.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

LAG_P99_SECONDS = 0.05
BYTES_PER_REGISTERED_DEVICE = 2048
STEPS_PER_COMMIT = 4
A_PROCESS = 15_000  # devices of one simulator: each has a socket, and a process may have 20,000 here


class Metrics:
    """One reading of /metrics."""

    def __init__(self, daemon):
        self.values = {}
        for line in daemon.api.get("/metrics").splitlines():
            if not line.startswith("#"):
                name, _, value = line.rpartition(" ")
                self.values[name] = float(value)

    def __getitem__(self, name):
        return self.values[name]

    def share_within(self, histogram, seconds, since):
        """Which share of the observations between two readings was within a bucket's bound."""
        inside = outside = None
        for name, value in self.values.items():
            if not name.startswith(histogram + "_bucket{le="):
                continue
            bound = name.split('"')[1]
            if bound == "+Inf":
                outside = value - since.values[name]
            elif float(bound) == seconds:
                inside = value - since.values[name]
        return inside / outside

    def quantile(self, histogram, share, since):
        """The upper bound of the bucket in which the quantile lies."""
        buckets = sorted((float(name.split('"')[1].replace("+Inf", "inf")), value - since.values[name])
                         for name, value in self.values.items() if name.startswith(histogram + "_bucket{le="))
        return next(bound for bound, count in buckets if count >= share * buckets[-1][1])


def resident_bytes(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise KeyError("VmRSS")


def cpu_seconds(process):
    fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def wait_until(holds, seconds, what):
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise RuntimeError(f"not within {seconds} s: {what}")
        time.sleep(0.2)


def upgrade(binaries, root, devices, time_scale):
    """A 20 kB package to every device at once, in cells as good as the limiter lets them be full."""
    vendor = lab.Vendor(binaries, root / "vendor")
    daemon = lab.Daemon(binaries, root / "upgrade", task__start_delay="1s").start()
    cells = ",".join(f"{5000 + cell}:50:good" for cell in range(devices // 50))
    fleet = lab.Fleet(binaries, "--cells", cells, "--time-scale", time_scale, "--uplink-interval", "60", "--from-version",
                      "V1.0", "--ramp-up", "10")
    try:
        file_id = lab.set_up_product(daemon.api, vendor)
        server = lab.ApplicationServer(daemon)
        ids = fleet.register_with(daemon.api, server.app_id)
        fleet.start(daemon.coap, "--expect-sha256", vendor.sha256, "--target-version", vendor.version, "--until-done",
                    "--timeout", "900", "--json", root / "fleet.json", stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                    text=True)
        wait_until(lambda: daemon.metric("cellwise_lwm2m_registered") >= len(ids), 120, "all devices registered")
        before, cpu = Metrics(daemon), cpu_seconds(daemon.process)
        began = time.monotonic()
        daemon.api.post("/api/v1/tasks", {"name": "mass upgrade", "fileId": file_id, "targets": {"all": True}})
        out, _ = fleet.process.communicate(timeout=960)
        seconds = time.monotonic() - began
        after = Metrics(daemon)
        if fleet.process.returncode != 0:
            raise RuntimeError("not every device ended as it should:\n" + out[-3000:])
        steps = after["cellwise_job_steps_total"] - before["cellwise_job_steps_total"]
        commits = after["cellwise_store_commits_total"] - before["cellwise_store_commits_total"]
        return {
            "devices": len(ids), "seconds": round(seconds, 1),
            "daemonCpuSeconds": round(cpu_seconds(daemon.process) - cpu, 1),
            "chunks": json.loads((root / "fleet.json").read_text())["traffic"]["chunks"],
            "lagP99Seconds": after.quantile("cellwise_loop_lag_seconds", 0.99, before),
            "lagShareWithinBar": round(after.share_within("cellwise_loop_lag_seconds", LAG_P99_SECONDS, before), 4),
            "steps": int(steps), "commits": int(commits), "stepsPerCommit": round(steps / commits, 1),
            "commitsPerSecond": round(commits / seconds, 1), "residentMiB": resident_bytes(daemon.process) >> 20,
        }
    finally:
        fleet.stop()
        daemon.stop()


def registered(binaries, root, devices):
    """Memory of devices that are registered and observed, and have nothing to do."""
    vendor = lab.Vendor(binaries, root / "vendor")
    daemon = lab.Daemon(binaries, root / "registered").start()
    fleets = []
    try:
        lab.set_up_product(daemon.api, vendor)
        app_id = lab.ApplicationServer(daemon).app_id
        for first in range(0, devices, A_PROCESS):
            fleets.append(lab.Fleet(binaries, "--devices", min(A_PROCESS, devices - first), "--cells", "100",
                                    "--first-index", first, "--ramp-up", "10", "--register-only", "--until-done"))
            fleets[-1].import_into(daemon.api, app_id)
        filed = resident_bytes(daemon.process)
        began = time.monotonic()
        for fleet in fleets:
            fleet.start(daemon.coap, "--timeout", "300", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
            out, _ = fleet.process.communicate(timeout=330)
            if fleet.process.returncode != 0:
                raise RuntimeError("not every device was registered:\n" + out[-3000:])
        seconds = time.monotonic() - began
        wait_until(lambda: daemon.metric("cellwise_lwm2m_registered") >= devices, 60, "all devices registered")
        grown = resident_bytes(daemon.process) - filed
        return {"devices": devices, "seconds": round(seconds, 1), "residentMiB": resident_bytes(daemon.process) >> 20,
                "bytesPerDevice": round(grown / devices)}
    finally:
        for fleet in fleets:
            fleet.stop()
        daemon.stop()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--devices", type=int, default=10_000, help="of the mass upgrade; 0: leave it out")
    parser.add_argument("--registered", type=int, default=100_000, help="of the memory figure; 0: leave it out")
    parser.add_argument("--time-scale", default="10")
    options = parser.parse_args()
    binaries = lab.Binaries(options.build)
    missed = []
    with tempfile.TemporaryDirectory(prefix="cellwise-bench-") as directory:
        root = pathlib.Path(directory)
        if options.devices:
            figures = upgrade(binaries, root, options.devices, options.time_scale)
            print(json.dumps({"upgrade": figures}), flush=True)
            if figures["lagShareWithinBar"] < 0.99:
                missed.append(f"the loop's lag at p99 is up to {figures['lagP99Seconds']} s, not under {LAG_P99_SECONDS} s")
            if figures["stepsPerCommit"] < STEPS_PER_COMMIT:
                missed.append(f"a commit serves {figures['stepsPerCommit']} steps, not {STEPS_PER_COMMIT}")
        if options.registered:
            figures = registered(binaries, root, options.registered)
            print(json.dumps({"registered": figures}), flush=True)
            if figures["bytesPerDevice"] > BYTES_PER_REGISTERED_DEVICE:
                missed.append(f"a registered device takes {figures['bytesPerDevice']} bytes, "
                              f"not {BYTES_PER_REGISTERED_DEVICE}")
    for miss in missed:
        print("missed: " + miss)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
