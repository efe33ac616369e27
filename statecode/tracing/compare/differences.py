"""Find the first difference between two traces of one program: the first event that differs, and its field."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from statecode.records import Event, Trace

# fields of a trace, in addition to its events
_END_FIELDS = ("stdout", "stderr", "status", "exception", "truncation", "files")
_ADDRESS = re.compile(r"0x[0-9a-f]*(?:\.\.\.[0-9a-f]*)?")  # also with the middle replaced by an ellipsis
_THREAD_STATE = re.compile(r"Thread.*\b(?:started|stopped)\b")
_UNREAD_VALUE = re.compile(r"\((?:repr suppressed|exception in repr)\)>")
_DEEP_TUPLE = re.compile(r"\({31}")  # one tuple more than the native engine shows, see `MAX_NESTED` there
_MAX_SHOWN_CHARACTERS = 160  # of one side


@dataclass(frozen=True, slots=True)
class Difference:
    """The first difference between two traces."""

    event: int | None         # number of the event, from 0; None if all events are equal
    field: str                # name in Event, or in Trace if all events are equal; "events" if one trace has fewer
    line: int | None          # the program's line at the event
    changes_line: int | None  # the line that caused the event's changes
    sides: tuple[Any, Any]    # the values of the field in both traces; equal changes at the start are left out

    def texts(self) -> tuple[str, str]:
        """Return both sides, each as one line that is shortened to the part around the first different character."""
        first, second = map(_as_one_line, self.sides)
        equal_length = next((at for at, (a, b) in enumerate(zip_longest(first, second)) if a != b), 0)
        return _excerpt(first, equal_length), _excerpt(second, equal_length)

    def lines(self, code: str, names: tuple[str, str]) -> list[str]:
        """Return lines for display: the program's lines, then both sides with the names of their engines."""
        source = code.split("\n")
        width = max(map(len, names))
        shown = [
            f"{number:5} | {source[number - 1].rstrip()}{'' if number == self.line else '   (made the changes)'}"
            for number in dict.fromkeys((self.changes_line, self.line)) if number and number <= len(source)
        ]
        texts = [f"  {name:{width}}  {text}" for name, text in zip(names, self.texts())]
        return [*shown, *texts]

    @property
    def location(self) -> str:
        """The location as text: `event 17, changes`, or `after the events, stdout`."""
        return f"after the events, {self.field}" if self.event is None else f"event {self.event}, {self.field}"


def first_difference(first: Trace, second: Trace) -> Difference | None:
    """Return the first difference between the contents of two traces; None if they are equal."""
    if first.events != second.events:
        return _difference_of_events(first.events, second.events)
    for field in _END_FIELDS:
        sides = getattr(first, field), getattr(second, field)
        if sides[0] != sides[1]:
            return Difference(None, field, None, None, sides)
    return None


def difference_from_prefix(whole: Trace, part: Trace) -> Difference | None:
    """Return the first difference between the events; None if the events of `whole` start with all events of `part`."""
    if whole.events[: len(part.events)] == part.events:
        return None
    return _difference_of_events(whole.events, part.events)


def without_addresses(text: str) -> str:
    """Return a text in which each memory address is replaced by the same characters."""
    return _ADDRESS.sub("0x", text)


def differs_by_shown_addresses(first: Trace, second: Trace) -> bool:
    """Return True if the traces differ only in memory addresses that the program itself formatted."""
    texts = [repr(trace.content()) for trace in (first, second)]
    return texts[0] != texts[1] and len(set(map(without_addresses, texts))) == 1


def differs_by_thread_states(first: Trace, second: Trace) -> bool:
    """Return True if the traces differ only in changes whose value shows a started or a stopped thread.

    From Python 3.13 on, the repr of a thread that has ended may contain "started" until the operating system schedules
    it for the last time.
    """
    def without_thread_states(trace: Trace) -> Trace:
        return replace(trace, events=tuple(
            event._replace(changes=tuple(change for change in event.changes if not _THREAD_STATE.search(change.value)))
            for event in trace.events
        ))

    if first_difference(first, second) is None:
        return False
    return first_difference(without_thread_states(first), without_thread_states(second)) is None


def differs_by_suppressed_values(tested: Trace, reference: Trace) -> bool:
    """Return True if the traces differ only in values of variables that the reference somewhere could not read.

    snoop suppresses the values of a class after its first failed repr. The traces must be equal without the changes of
    each variable, and the return values of each function, that the reference shows anywhere as suppressed or failed.
    """
    return _differs_by_variables(tested, reference, _UNREAD_VALUE)


def differs_by_deep_tuples(tested: Trace, reference: Trace) -> bool:
    """Return True if the traces differ only in values of variables that are deeply nested tuples in the reference.

    The native engine shows a fixed number of nested tuples with one item, snoop as many as the stack permits.
    """
    return _differs_by_variables(tested, reference, _DEEP_TUPLE)


def _differs_by_variables(tested: Trace, reference: Trace, pattern: re.Pattern[str]) -> bool:
    """Return True if the traces are equal without the variables and return values that match in the reference."""
    left_out: set[tuple[str, str | None]] = set()  # function, and name of the variable; None: the return value
    for event in reference.events:
        left_out.update((event.function, change.name) for change in event.changes if pattern.search(change.value))
        if event.value is not None and pattern.search(event.value):
            left_out.add((event.function, None))

    def without(trace: Trace) -> Trace:
        return replace(trace, events=tuple(
            event._replace(
                changes=tuple(change for change in event.changes if (event.function, change.name) not in left_out),
                value=None if (event.function, None) in left_out else event.value,
            )
            for event in trace.events
        ))

    if not left_out or first_difference(tested, reference) is None:
        return False
    return first_difference(without(tested), without(reference)) is None


def _difference_of_events(first: tuple[Event, ...], second: tuple[Event, ...]) -> Difference:
    number, (first_event, second_event) = next(
        (number, pair) for number, pair in enumerate(zip_longest(first, second)) if pair[0] != pair[1]
    )
    event = second_event or first_event
    if first_event is None or second_event is None:
        return Difference(number, "events", event.line, event.from_line, (first_event, second_event))
    field = next(name for name in Event._fields if getattr(first_event, name) != getattr(second_event, name))
    sides = getattr(first_event, field), getattr(second_event, field)
    if field == "changes":  # skip the equal changes before the first that differs
        equal_length = next(at for at, (a, b) in enumerate(zip_longest(*sides)) if a != b)
        sides = sides[0][equal_length:], sides[1][equal_length:]
    return Difference(number, field, event.line, event.from_line, sides)


def _as_one_line(side: Any) -> str:
    if side is None:
        return "nothing"
    if isinstance(side, Event):
        return f"{side.kind.value} at line {side.line} in {side.function}"
    if isinstance(side, tuple) and not hasattr(side, "_fields"):
        return ", ".join(f"{change.name} = {change.value}" for change in side) or "no change"
    value = getattr(side, "value", side)  # of an enumeration
    return value if isinstance(side, str) and value is not side else repr(value)


def _excerpt(text: str, around: int) -> str:
    start = max(0, min(around - _MAX_SHOWN_CHARACTERS // 2, len(text) - _MAX_SHOWN_CHARACTERS))
    end = start + _MAX_SHOWN_CHARACTERS
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}".replace("\n", "\\n")
