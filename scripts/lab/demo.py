# SPDX-License-Identifier: Apache-2.0
"""A real upgrade of simulated NB-IoT devices over real sockets, to be watched. scripts/demo builds and calls it."""

import argparse
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

import lab

CLASSES = {"level0": "good", "level1": "middling", "level2": "bad", "cellOnly": "cell only", "cell_only": "cell only"}
CELLS = "4242:80:good,4243:50:middling,4244:8:bad,4245:40:mixed,4246:22:good"


class Screen:
    """Redraws its lines in place on a terminal; on anything else says only what is new."""

    def __init__(self):
        self.live = sys.stdout.isatty()
        self.lines = 0

    def colour(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.live else text

    def say(self, text):
        print(text, flush=True)
        self.lines = 0

    def draw(self, lines):
        if not self.live:
            return
        if self.lines:
            sys.stdout.write(f"\033[{self.lines}F\033[J")
        sys.stdout.write("\n".join(lines) + "\n")
        sys.stdout.flush()
        self.lines = len(lines)


def bar(part, whole, width=30):
    filled = 0 if whole == 0 else round(width * part / whole)
    return "█" * filled + "░" * (width - filled)


def progress(screen, counters, cells, seconds, pushes):
    done = counters["success"] + counters["fail"] + counters["stop"]
    lines = ["", f"  {bar(done, counters['total'], 50)}  {done}/{counters['total']} devices   {seconds:5.1f} s",
             f"  waiting {counters['wait']}   under way {counters['processing']}   upgraded {counters['success']}"
             f"   failed {counters['fail']}   pushes received {pushes}", "",
             f"  {'cell':<8}{'coverage':<12}{'at once':>9}  {'':30}  in line"]
    for cell in cells[:12]:
        name = CLASSES.get(cell["coverageClass"], cell["coverageClass"])
        count = f"{cell['inUse']}/{cell['limit']}"
        lines.append(f"  {str(cell['cell']):<8}{name:<12}{count:>9}  {bar(cell['inUse'], cell['limit'])}  {cell['waiting']:>7}")
    return lines


def watch(screen, daemon, server, receiver, operation, most):
    began = time.monotonic()
    said = 0.0
    while True:
        counters = server.task(operation)["staResult"]
        cells = list(daemon.api.all("/api/v1/cells"))
        for cell in cells:
            key = (str(cell["cell"]), cell["coverageClass"])
            most[key] = max(most.get(key, 0), cell["inUse"])
        seconds = time.monotonic() - began
        screen.draw(progress(screen, counters, cells, seconds, len(receiver.pushes)))
        if not screen.live and seconds - said >= 5:
            said = seconds
            screen.say(f"  {seconds:5.1f} s: {counters['success']} of {counters['total']} upgraded, "
                       f"{sum(c['inUse'] for c in cells)} at once in {len({c['cell'] for c in cells})} cells")
        if counters["success"] + counters["fail"] + counters["stop"] == counters["total"]:
            return counters, seconds
        time.sleep(0.2)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", default="build/release", help="the build directory")
    parser.add_argument("--keep", action="store_true", help="leave the daemon up")
    parser.add_argument("--loss", default="0", help="share of datagrams that the simulated radio loses")
    parser.add_argument("--seed", default="1", help="the same seed, the same fleet")
    options = parser.parse_args()

    screen = Screen()
    binaries = lab.Binaries(options.build)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="cellwise-demo-"))
    daemon = lab.Daemon(binaries, directory, task__start_delay="3s", coap__ack_timeout="2s")
    receiver = lab.PushReceiver()
    fleet = lab.Fleet(binaries, "--cells", CELLS, "--seed", options.seed, "--loss", options.loss, "--time-scale", "10",
                      "--uplink-interval", "20", "--from-version", "V1.0")
    failed = True
    try:
        screen.say("Making keys, packing and signing a 20 kB package of version V2.0")
        vendor = lab.Vendor(binaries, directory / "vendor")
        daemon.start()
        screen.say(f"The daemon is up: HTTP on {daemon.http}, CoAP on {daemon.coap}")
        file_id = lab.set_up_product(daemon.api, vendor)
        server = lab.ApplicationServer(daemon)
        server.subscribe(receiver.url)
        devices = fleet.register_with(daemon.api, server.app_id)
        screen.say(f"{len(devices)} simulated NB-IoT meters in 5 radio cells register by LwM2M over UDP")
        fleet.start(daemon.coap, "--expect-sha256", vendor.sha256, "--target-version", vendor.version, "--until-done",
                    "--timeout", "600", "--report-interval", "0", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        while daemon.metric("cellwise_lwm2m_registered") < len(devices):
            if fleet.process.poll() is not None:
                raise RuntimeError("the simulator ended early: " + fleet.process.stderr.read())
            time.sleep(0.2)
        operation = server.create_task(file_id, devices)
        screen.say(f"The application server created task {operation} by the northbound call")
        most = {}
        counters, seconds = watch(screen, daemon, server, receiver, operation, most)
        table, errors = fleet.process.communicate(timeout=120)
        deadline = time.monotonic() + 30
        while len(receiver.results()) < len(devices) and time.monotonic() < deadline:
            time.sleep(0.1)
        print(f"\n{table.strip()}\n")
        results = receiver.results()
        right = sum(push["swUpgradeResult"] == "SUCCESS" for push in results)
        print(f"The daemon: {counters['success']} of {counters['total']} upgraded in {seconds:.0f} s, "
              f"{daemon.metric('cellwise_store_commits_total'):.0f} commits for "
              f"{daemon.metric('cellwise_job_steps_total'):.0f} steps. "
              f"The application server: {len(receiver.pushes)} pushes, {right} results SUCCESS.")
        failed = fleet.process.returncode != 0 or right < len(devices) or counters["success"] != counters["total"]
        if fleet.process.returncode != 0:
            print(errors, file=sys.stderr)
        print("Every device runs V2.0, and no cell was over its limit." if not failed else "SOMETHING WENT WRONG.")
    except (lab.Refused, RuntimeError, OSError, subprocess.SubprocessError) as error:
        print(f"demo: {error}", file=sys.stderr)
        log = directory / "cellwised.log"
        if log.exists():
            print(log.read_text()[-3000:], file=sys.stderr)
    finally:
        fleet.stop()
        receiver.close()
        if options.keep and daemon.process and daemon.process.poll() is None:
            token = directory / "state/admin.token"
            print(f"\nThe daemon stays up (process {daemon.process.pid}). Try:\n"
                  f"  curl -H \"Authorization: Bearer $(cat {token})\" http://{daemon.http}/api/v1/tasks\n"
                  f"  kill {daemon.process.pid}; rm -r {directory}   # when you have seen enough")
        else:
            daemon.stop()
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
