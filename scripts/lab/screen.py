# SPDX-License-Identifier: Apache-2.0
"""What the demonstration draws with: lines that are redrawn in place, bars, a table in a box."""

import os
import re
import shutil
import sys

ESCAPE = re.compile(r"\033\[[0-9;]*m")


def width_of(text):
    return len(ESCAPE.sub("", text))


def pad(text, width, right=False):
    """Colours take no room."""
    space = " " * max(0, width - width_of(text))
    return space + text if right else text + space


def cut(text, width):
    """The first `width` places, its colours whole."""
    kept, room = "", width
    for piece in re.split(r"(\033\[[0-9;]*m)", text):
        if ESCAPE.fullmatch(piece):
            kept += piece
        else:
            kept += piece[:room]
            room -= len(piece[:room])
    return kept


def shares(parts, whole, width):
    """How many places each part of a whole gets; what is there is seen, and together they fill the whole only when
    they are the whole."""
    if whole <= 0:
        return [0] * len(parts)
    ends, sum_of = [], 0
    for part in parts:
        sum_of += part
        ends.append(min(width, round(width * sum_of / whole)))
    if 0 < sum_of < whole:
        ends = [min(end, width - 1) for end in ends]
    places = [end - begin for begin, end in zip([0, *ends], ends)]
    for at, part in enumerate(parts):
        if part and not places[at] and max(places) > 1:
            places[places.index(max(places))] -= 1
            places[at] = 1
    return places


class Screen:
    """Redraws its lines in place on a terminal; on anything else it says only what is new, without colours."""

    def __init__(self, out=sys.stdout):
        self.out = out
        self.live = out.isatty() and os.environ.get("TERM") != "dumb"
        self.has_colours = self.live and "NO_COLOR" not in os.environ
        self.lines = 0

    def colour(self, code, text):
        return f"\033[{code}m{text}\033[0m" if self.has_colours and text else text

    def bar(self, parts, whole, width):
        """`parts`: (amount, sign, colour), side by side."""
        places = shares([amount for amount, _, _ in parts], whole, width)
        filled = "".join(self.colour(colour, sign * room) for (_, sign, colour), room in zip(parts, places))
        return filled + self.colour("2", "░" * (width - sum(places)))

    def say(self, text=""):
        self.close()
        print(text, file=self.out, flush=True)

    def tell(self, who, what):
        self.say(f"  {self.colour('1', f'{who:<9}')}{what}")

    def draw(self, lines):
        if not self.live:
            return
        columns, rows = shutil.get_terminal_size((100, 30))
        lines = [cut(line, columns - 1) for line in lines[:rows - 1]]
        back = f"\033[{self.lines}F" if self.lines else "\033[?25l"
        # Line by line, the rest of each erased: nothing flickers.
        self.out.write(back + "".join(f"{line}\033[K\n" for line in lines) + "\033[J")
        self.out.flush()
        self.lines = len(lines)

    def close(self):
        """What was drawn stays; the cursor is back."""
        if self.lines:
            self.out.write("\033[?25h")
            self.out.flush()
        self.lines = 0


def box(heads, rows, right=()):
    """A table. `rows`: cells, or None for a rule; `right`: the columns that are flush right."""
    widths = [max(width_of(row[at]) for row in [heads, *filter(None, rows)]) for at in range(len(heads))]

    def rule(left, cross, end):
        return left + cross.join("─" * (width + 2) for width in widths) + end

    def line(cells):
        return "│" + "│".join(f" {pad(cell, widths[at], at in right)} " for at, cell in enumerate(cells)) + "│"

    middle = rule("├", "┼", "┤")
    return [rule("┌", "┬", "┐"), line(heads), middle, *(line(row) if row else middle for row in rows),
            rule("└", "┴", "┘")]
