"""The lines of a text of snoop's, and what stands on them: changes, values, exceptions."""

from __future__ import annotations

import re

from statecode.records import Change
from statecode.views.one_line import parse_error
from statecode.views.snoop.text import ENDED, ITERATING, indent_of

_VALUES = re.compile(r"Values of (.*?): ", re.DOTALL)
_WHEN = re.compile("!!! When [a-z ]+: ")


class Lines:
    """The lines of a text; what is read gives the number of the line after it, too."""

    def __init__(self, text: str) -> None:
        *self.all, last = text.split("\n")
        if last:
            raise parse_error(len(self.all) + 1, last, "the text ends within a line")

    def at(self, number: int, depth: int) -> str:
        """A line without its indentation; empty where it has another one, or there is none."""
        indent = indent_of(depth)
        line = self.all[number] if number < len(self.all) else ""
        return line[len(indent):] if line.startswith(indent) else ""

    def changes(self, number: int, depth: int, start: str, in_comprehension: bool) -> tuple[tuple[Change, ...], int]:
        """The changes from a line on; `start` is the dots before each."""
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
        """What stands behind `prefix`, and on the following lines behind as many spaces."""
        lines = [self.at(number, depth)[len(prefix):]]
        number += 1
        while (line := self.at(number, depth)).startswith(" " * len(prefix)):
            lines.append(line[len(prefix):])
            number += 1
        return "\n".join(lines), number

    def detail(self, number: int, depth: int) -> str:
        """The text of an exception."""
        lines: list[str] = []
        more = ""  # how lines start that go on with the source that raised
        while (line := self.at(number, depth)).startswith("!!! ") and line != ENDED or (more and line.startswith(more)):
            lines.append(line)
            number += 1
            if found := _WHEN.match(line):
                more = " " * len(found[0])
        return "\n".join(lines)
