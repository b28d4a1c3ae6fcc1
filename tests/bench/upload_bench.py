# SPDX-License-Identifier: Apache-2.0
"""How fast a large package is taken in, beside copying the same file, and what memory the daemon needs for it.

The upload goes over HTTP by curl: streamed, hashed, its signature verified, unpacked, checked, synced, made a row. Beside
it `cp` copies the file to the same disk while `sha256sum` reads it. Both are timed in turns; the ratio is the median of
the rounds'. Exits 1 when a bar is missed. scripts/bench builds the release preset and calls it.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/lab"))
import lab  # noqa: E402

LEAST_RATIO = 0.5
MOST_GROWTH_MIB = 64
PRODUCT = {"manufacturerId": "acme", "manufacturerName": "Acme", "deviceType": "Gateway", "model": "GW-1",
           "protocolType": "MQTT"}


def run(*command):
    subprocess.run([str(word) for word in command], check=True, stdout=subprocess.DEVNULL)


class Packages:
    """Signed packages of one large file, each of another version: the repository takes each but once."""

    def __init__(self, binaries, directory, megabytes):
        self.binaries, self.directory = binaries, directory
        directory.mkdir()
        self.file = directory / "firmware.bin"
        with open(self.file, "wb") as file:
            for _ in range(megabytes):
                file.write(os.urandom(1_000_000))
        run(binaries.sign, "keygen", "--algorithm", "ed25519", "--no-passphrase", "--out", directory / "keys")
        self.public_key = (directory / "keys/public.pem").read_text()

    def make(self, version):
        """Another payload for each version, so that none is there already."""
        with open(self.file, "r+b") as file:
            file.write(version.encode())
        description = {"specVersion": "1.0", "fileName": self.file.name, "packageType": "softwarePackage",
                       "version": version, "deviceType": PRODUCT["deviceType"], "model": PRODUCT["model"],
                       "manufacturerName": PRODUCT["manufacturerName"], "protocolType": "MQTT"}
        (self.directory / "UpgradeDesc.json").write_text(json.dumps(description))
        package = self.directory / "package.zip"
        run(self.binaries.sign, "pack", "--desc", self.directory / "UpgradeDesc.json", "--file", self.file, "--out",
            package)
        run(self.binaries.sign, "sign", "--key", self.directory / "keys/private.pem", package)
        package.unlink()
        os.sync()  # what was written to make it is nobody's time
        return self.directory / "package_signed.zip"


def upload(daemon, package):
    began = time.monotonic()
    run("curl", "--silent", "--fail", "--show-error", "-X", "POST", "-T", package, "-H", "Content-Type: application/zip",
        "-H", f"Authorization: {daemon.api.headers['Authorization']}", f"http://{daemon.http}/api/v1/packages")
    return time.monotonic() - began


def copy(package, target, durable):
    """cp and, beside it, sha256sum of the same file; what cp wrote is synced if it shall be durable."""
    began = time.monotonic()
    beside = subprocess.Popen(["sha256sum", str(package)], stdout=subprocess.DEVNULL)
    run("cp", package, target)
    if durable:
        run("sync", target)
    beside.wait()
    seconds = time.monotonic() - began
    target.unlink()
    os.sync()
    return seconds


def peak_bytes(process):
    for line in pathlib.Path(f"/proc/{process.pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    raise KeyError("VmHWM")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default="build/release")
    parser.add_argument("--megabytes", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    binaries = lab.Binaries(options.build)
    rounds = []
    with tempfile.TemporaryDirectory(prefix="cellwise-bench-", dir=os.environ.get("TMPDIR", "/var/tmp")) as directory:
        root = pathlib.Path(directory)
        daemon = lab.Daemon(binaries, root / "state").start()
        try:
            packages = Packages(binaries, root / "packages", options.megabytes)
            daemon.api.post("/api/v1/products", PRODUCT)
            daemon.api.post("/api/v1/public-keys", {"manufacturerName": "Acme", "pem": packages.public_key})
            before = peak_bytes(daemon.process)
            for number in range(options.rounds):
                package = packages.make(f"V{number}")
                plain = copy(package, root / "copy", durable=False)
                durable = copy(package, root / "copy", durable=True)
                uploaded = upload(daemon, package)
                rounds.append({"uploadSeconds": round(uploaded, 2), "copySeconds": round(plain, 2),
                               "durableCopySeconds": round(durable, 2), "ratio": round(plain / uploaded, 2),
                               "ratioToDurableCopy": round(durable / uploaded, 2)})
                print(json.dumps(rounds[-1]), flush=True)
            growth = (peak_bytes(daemon.process) - before) >> 20
        finally:
            daemon.stop()
    ratio = statistics.median(each["ratio"] for each in rounds)
    durable = statistics.median(each["ratioToDurableCopy"] for each in rounds)
    print(json.dumps({"upload": {"megabytes": options.megabytes, "ratio": ratio, "ratioToDurableCopy": durable,
                                 "peakGrowthMiB": growth}}))
    missed = []
    if ratio < LEAST_RATIO:
        missed.append(f"an upload has {ratio} of the speed of a copy, not {LEAST_RATIO}")
    if growth > MOST_GROWTH_MIB:
        missed.append(f"the daemon grew by {growth} MiB, not at most {MOST_GROWTH_MIB}")
    for miss in missed:
        print("missed: " + miss)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
