# SPDX-License-Identifier: Apache-2.0
"""What the demonstration shows of a run: how it stands while it runs, and the closing table."""

import collections
import dataclasses

import screen

COVERAGE = {"level0": "good", "level1": "middling", "level2": "bad", "cell_only": "cell only", "no_cell": "no cell"}
BAR = 28  # all of it fits 80 columns


@dataclasses.dataclass(frozen=True)
class Family:
    """The devices of one protocol, and how they are drawn."""

    name: str
    protocol: str  # as the simulator calls it
    sign: str
    colour: str


NB_IOT = Family("NB-IoT", "lwm2m", "█", "36")
MQTT = Family("MQTT", "mqtt", "▓", "35")
FAMILIES = (NB_IOT, MQTT)


@dataclasses.dataclass
class Standing:
    """Of one family's task."""

    counters: dict
    pushes: int

    def done(self):
        return self.counters["success"] + self.counters["fail"] + self.counters["stop"]


class Cells:
    """Per cell and class: how many devices of each family there are, how many of them upgrade, are done, stand in line."""

    def __init__(self, devices):
        """`devices`: as the simulator lists them."""
        self.total = collections.defaultdict(collections.Counter)
        for device in devices:
            self.total[str(device["cell"]), device["coverage"]][device["protocol"]] += 1
        self.keys = sorted(self.total)
        self.limits = {}
        self.usage = {}
        self.holders = collections.defaultdict(collections.Counter)
        self.done = collections.Counter()

    def update(self, usages, jobs):
        """`usages`: the daemon's list of cells; `jobs`: protocol and job, of all tasks. Of the first is how many, of
        the second who; they were read one after the other."""
        self.usage = {(str(usage["cell"]), usage["coverageClass"]): usage for usage in usages}
        self.limits.update({key: usage["limit"] for key, usage in self.usage.items()})
        self.holders.clear()
        self.done.clear()
        for protocol, job in jobs:
            key = (str(job["cell"]), job["coverageClass"])
            self.holders[key][protocol] += job["holdsSlot"]
            self.done[key] += job["status"] == "success"

    def at_once(self, key):
        """How many of each family hold a slot; together what the limiter says."""
        rest, counts = self.usage.get(key, {}).get("inUse", 0), []
        for family in FAMILIES[:-1]:
            counts.append(min(rest, self.holders[key][family.protocol]))
            rest -= counts[-1]
        return [*counts, rest]

    def waiting(self, key):
        return self.usage.get(key, {}).get("waiting", 0)


def bars(on, counts, whole, width):
    return on.bar([(count, family.sign, family.colour) for count, family in zip(counts, FAMILIES)], whole, width)


def live_lines(on, standings, cells, seconds):
    """`standings` in the order of FAMILIES."""
    lines = ["", on.colour("2", f"  {seconds:5.1f} s{'':{BAR + 6}}done waiting under way failed pushes")]
    for family, standing in zip(FAMILIES, standings):
        counters = standing.counters
        bar = on.bar([(standing.done(), family.sign, family.colour)], counters["total"], BAR)
        done = f"{standing.done()}/{counters['total']}"
        lines.append(f"  {family.name:<8}{bar} {done:>8}{counters['wait']:>8}{counters['processing']:>10}"
                     f"{counters['fail']:>7}{standing.pushes:>7}")
    lines += ["", on.colour("2", f"  {'cell':<6}{'coverage':<10}{'at once, of its limit':<{BAR}}"
                                 f"{'':6} in line     done")]
    previous = None
    for key in cells.keys:
        cell, coverage = key
        counts = cells.at_once(key)
        limit = cells.limits.get(key, 0)
        of_limit = f"{sum(counts)}/{limit}" if limit else ""
        done = f"{cells.done[key]}/{cells.total[key].total()}"
        lines.append(f"  {'' if cell == previous else cell:<6}{COVERAGE[coverage]:<10}{bars(on, counts, limit, BAR)} "
                     f"{of_limit:>6}{cells.waiting(key):>8}{done:>9}")
        previous = cell
    legend = "   ".join(f"{on.colour(family.colour, family.sign * 2)} {family.name}" for family in FAMILIES)
    return [*lines, "", f"  {legend}"]


def closing_table(on, report):
    """`report`: the simulator's."""
    devices = collections.defaultdict(collections.Counter)
    for device in report["devices"]:
        devices[device["cell"], device["coverage"]][device["protocol"]] += 1
    rows, previous = [], None
    for row in report["classes"]:
        cell, most, limit = row["cell"], row["maxAtOnce"], row["limit"]
        if previous is not None and cell != previous:
            rows.append(None)
        colour = "31" if row["exceeded"] else "32"
        of_family = devices[cell, row["coverage"]]
        rows.append([on.colour("1", "" if cell == previous else str(cell)), COVERAGE[row["coverage"]],
                     *(str(of_family[family.protocol]) for family in FAMILIES), on.colour(colour, str(most)), str(limit),
                     on.bar([(most, "█", colour)], limit, 16) + (" over" if row["exceeded"] else "")])
        previous = cell
    heads = ["Cell", "Coverage", *(family.name for family in FAMILIES), "Most at once", "Limit", "Use of the limit"]
    return screen.box(heads, rows, right=(2, 3, 4, 5))
