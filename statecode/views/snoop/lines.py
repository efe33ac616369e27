"""Read changes, values and exceptions from the lines of snoop's text."""

from __future__ import annotations

import re

from statecode.records import Change
from statecode.views.one_line import parse_error
from statecode.views.snoop.text import ENDED, ITERATING, indent_of

_VALUES = re.compile(r"Values of (.*?): ", re.DOTALL)
_WHEN = re.compile("!!! When [a-z ]+: ")


class Lines:
    """The lines of a text, numbered from 0.

    Methods take the number of the first line to read. `changes` and `value` also return the number of the next line.
    """

    def __init__(self, text: str) -> None:
        *self.all, last = text.split("\n")
        if last:
            raise parse_error(len(self.all) + 1, last, "the text ends within a line")

    def at(self, number: int, depth: int) -> str:
        """Return a line without its indentation; empty if there is no such line, or if its indentation differs."""
        indent = indent_of(depth)
        line = self.all[number] if number < len(self.all) else ""
        return line[len(indent):] if line.startswith(indent) else ""

    def changes(self, number: int, depth: int, start: str, in_comprehension: bool) -> tuple[tuple[Change, ...], int]:
        """Return the changes that start at line `number`, and the number of the next line.

        Args:
            start: the dots before each change.
            in_comprehension: True if the changes are in the frame of a comprehension.
        """
        changes = []
        while (line := self.at(number, depth)).startswith(start):
            rest = line[len(start):]
            found = _VALUES.match(rest) if in_comprehension else None
            if rest.startswith(ITERATING):
                name, description = ".0", f"{ITERATING} "
            elif found:
                name, description = found[1], found[0]
            else:
                name = rest.partition(" = ")[0]
                description = f"{name} = "
            value, number = self.value(number, depth, start + description)
            changes.append(Change(name, value))
        return tuple(changes), number

    def value(self, number: int, depth: int, prefix: str) -> tuple[str, int]:
        """Return a value of one or several lines, and the number of the next line.

        The first line contains the value after `prefix`. Each further line of the value is indented by as many spaces
        as `prefix` has characters.
        """
        lines = [self.at(number, depth)[len(prefix):]]
        number += 1
        while (line := self.at(number, depth)).startswith(" " * len(prefix)):
            lines.append(line[len(prefix):])
            number += 1
        return "\n".join(lines), number

    def detail(self, number: int, depth: int) -> str:
        """Return the text of the exception that starts at line `number`."""
        lines: list[str] = []
        indent = ""  # of the further source lines after a line `!!! When ...`
        while (line := self.at(number, depth)).startswith("!!! ") and line != ENDED or (
            indent and line.startswith(indent)
        ):
            lines.append(line)
            number += 1
            if found := _WHEN.match(line):
                indent = " " * len(found[0])
        return "\n".join(lines)
