"""Where two traces of one program part: the first event that differs, and what of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from statecode.records import Event, Trace

_ENDING = ("stdout", "stderr", "status", "exception", "truncation")  # of a trace, beside its events
_ADDRESS = re.compile(r"0x[0-9a-f]*(?:\.\.\.[0-9a-f]*)?")  # also one with its middle cut out
_THREAD_STATE = re.compile(r"Thread.*\b(?:started|stopped)\b")
_SHOWN = 160  # characters of one side


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between two traces."""

    event: int | None   # its number, counted from 0; None where all events are equal
    field: str          # of Event, or of Trace where all events are equal; "events" where one trace has fewer
    line: int | None    # the program's line where the event fires
    made_by: int | None  # the line that made its changes
    sides: tuple[Any, Any]

    def texts(self) -> tuple[str, str]:
        """Both sides, each on one line, cut so that the place where they part is in sight."""
        ours, theirs = map(_one_line, self.sides)
        same = next((at for at, (a, b) in enumerate(zip_longest(ours, theirs)) if a != b), 0)
        return _cut(ours, same), _cut(theirs, same)

    def lines(self, code: str, names: tuple[str, str]) -> list[str]:
        """Show the program's own line and both sides, under the names of what recorded them."""
        source = code.split("\n")
        width = max(map(len, names))
        shown = [
            f"{number:5} | {source[number - 1].rstrip()}{'' if number == self.line else '   (made the changes)'}"
            for number in dict.fromkeys((self.made_by, self.line)) if number and number <= len(source)
        ]
        texts = [f"  {name:{width}}  {text}" for name, text in zip(names, self.texts())]
        return [*shown, *texts]

    @property
    def place(self) -> str:
        """`event 17, changes`, or `after the events, stdout`."""
        return f"after the events, {self.field}" if self.event is None else f"event {self.event}, {self.field}"


def first_difference(ours: Trace, theirs: Trace) -> Difference | None:
    """Give the first difference between two traces' contents, None where they are equal."""
    if ours.events != theirs.events:
        return _in_events(ours.events, theirs.events)
    for field in _ENDING:
        sides = getattr(ours, field), getattr(theirs, field)
        if sides[0] != sides[1]:
            return Difference(None, field, None, None, sides)
    return None


def difference_from_prefix(whole: Trace, part: Trace) -> Difference | None:
    """Give the first event of `part` that `whole` has not; None where the one's events begin with the other's."""
    if whole.events[: len(part.events)] == part.events:
        return None
    return _in_events(whole.events, part.events)


def differs_by_shown_addresses(ours: Trace, theirs: Trace) -> bool:
    """Tell whether all that differs is how addresses read that the program itself made texts of."""
    texts = [repr(trace.content()) for trace in (ours, theirs)]
    return texts[0] != texts[1] and len({_ADDRESS.sub("0x", text) for text in texts}) == 1


def differs_by_thread_states(ours: Trace, theirs: Trace) -> bool:
    """Tell whether all that differs is which variables show a thread that runs, or has ended.

    From Python 3.13 on a thread that has ended reads as started until the system's scheduler gives it its last turn.
    """
    def without(trace: Trace) -> Trace:
        return replace(trace, events=tuple(
            event._replace(changes=tuple(change for change in event.changes if not _THREAD_STATE.search(change.value)))
            for event in trace.events
        ))

    return first_difference(ours, theirs) is not None and first_difference(without(ours), without(theirs)) is None


def _in_events(ours: tuple[Event, ...], theirs: tuple[Event, ...]) -> Difference:
    number, (our, their) = next(
        (number, pair) for number, pair in enumerate(zip_longest(ours, theirs)) if pair[0] != pair[1]
    )
    event = their or our
    if our is None or their is None:
        return Difference(number, "events", event.line, event.from_line, (our, their))
    field = next(name for name in Event._fields if getattr(our, name) != getattr(their, name))
    sides = getattr(our, field), getattr(their, field)
    if field == "changes":  # those that differ, without what is equal before them
        same = next(at for at, (a, b) in enumerate(zip_longest(*sides)) if a != b)
        sides = sides[0][same:], sides[1][same:]
    return Difference(number, field, event.line, event.from_line, sides)


def _one_line(side: Any) -> str:
    if side is None:
        return "nothing"
    if isinstance(side, Event):
        return f"{side.kind.value} at line {side.line} in {side.function}"
    if isinstance(side, tuple) and not hasattr(side, "_fields"):
        return ", ".join(f"{change.name} = {change.value}" for change in side) or "no change"
    value = getattr(side, "value", side)  # of an enumeration
    return value if isinstance(side, str) and value is not side else repr(value)


def _cut(text: str, around: int) -> str:
    start = max(0, min(around - _SHOWN // 2, len(text) - _SHOWN))
    shown = text[start:start + _SHOWN]
    return f"{'…' if start else ''}{shown}{'…' if start + _SHOWN < len(text) else ''}".replace("\n", "\\n")
