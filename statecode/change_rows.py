"""The changes of a trace as a table: one row per change of a variable, for pandas and other tools.

    pandas.DataFrame(statecode.changes(trace))
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from typing import NamedTuple

from statecode.records import EventKind, Trace

STARTS = frozenset({EventKind.CALL, EventKind.START_GENERATOR})
_DEFINITION = re.compile(r"\s*(async\s+)?def\b")


class ChangeRow(NamedTuple):
    """A change of a variable, and the line that made it."""

    event: int            # index of the event at which the change was detected, from 0
    thread: int           # number of the thread
    frame: int            # number of the frame that has the variable
    function: str         # qualified name, such as Stack.push; or <module>
    line: int             # the line that made the change; for an argument that of the `def`; 0: before the first line
    code: str             # source of this line, without indentation
    name: str             # a variable, or as in `records.Change` an expression such as len(x) or self.items
    value: str            # its repr after the change
    previous: str | None  # its repr before the change; None: the frame did not have it


def changes(trace: Trace) -> list[ChangeRow]:
    """Return the changes of a trace in the order of its events.

    A value that an event repeats is not a change: a generator that resumes repeats all its variables. With the fidelity
    `full` a variable that changes loses its attributes; those that it still has are reported again.
    """
    lines = [line.strip() for line in io.StringIO(trace.code, newline=None)]  # split as Python does
    rows: list[ChangeRow] = []
    known: dict[int, dict[str, str]] = {}  # frame → name → value
    for number, event in enumerate(trace.events):
        before = known.get(event.frame, {})
        line = definition_line(lines, event.from_line) if event.kind in STARTS else event.from_line
        code = lines[line - 1] if 0 < line <= len(lines) else ""
        rows.extend(
            ChangeRow(number, event.thread, event.frame, event.function, line, code, name, value, before.get(name))
            for name, value in event.changes if before.get(name) != value
        )
        if event.changes:
            owners = tuple(f"{change.name}." for change in event.changes if change.name in before)
            kept = {name: value for name, value in before.items() if not name.startswith(owners)}
            known[event.frame] = {**kept, **dict(event.changes)}
    return rows


def definition_line(lines: Sequence[str], first: int) -> int:
    """Return the line of the `def` of a decorated function; the same line for anything else.

    `Event.line` of a call does not have it for coroutines: snoop finds the next line with a `def` without `async`.

    Args:
        lines: the source.
        first: the first line of the function, as in `Event.from_line` of its call, from 1.
    """
    if not (0 < first <= len(lines) and lines[first - 1].lstrip().startswith("@")):
        return first
    found = (number for number in range(first, len(lines) + 1) if _DEFINITION.match(lines[number - 1]))
    return next(found, first)
