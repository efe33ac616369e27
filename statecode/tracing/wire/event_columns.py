"""The events of a run as columns: the form in which they are checked and written to a corpus.

An `Event` and a `Change` are objects that most runs of a build never need. A run therefore keeps columns, and makes
objects when somebody asks for its trace.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, chain
from typing import Any, NamedTuple

from statecode.records import Change, Event, Trace
from statecode.tracing.wire.record import KINDS

_KIND_INDEX = {kind: index for index, kind in enumerate(KINDS)}
_new_event, _new_change = partial(tuple.__new__, Event), partial(tuple.__new__, Change)  # from a tuple of the fields


class EventColumns(NamedTuple):
    """The events of one run. Each column has one item per event, except those of the changes.

    The items have the meaning of the fields of `records.Event`, except as stated.
    """

    kind: Sequence[int] = ()            # index in KINDS
    line: Sequence[int] = ()
    from_line: Sequence[int] = ()
    depth: Sequence[int] = ()
    frame: Sequence[int] = ()
    thread: Sequence[int] = ()
    function: Sequence[str] = ()
    change_count: Sequence[int] = ()    # number of changes of the event
    change_name: Sequence[str] = ()     # one per change; the changes of all events, in order
    change_value: Sequence[str] = ()    # one per change
    value: Sequence[str | None] = ()
    detail: Sequence[str | None] = ()
    stdout_end: Sequence[int] = ()

    @classmethod
    def of(cls, events: Iterable[Event]) -> EventColumns:
        """Return the columns of some events."""
        fields: Any = Event._make(list(zip(*events)) or [()] * len(Event._fields))
        names, values = list(zip(*chain.from_iterable(fields.changes))) or ((), ())
        return cls(
            kind=list(map(_KIND_INDEX.__getitem__, fields.kind)), line=fields.line, from_line=fields.from_line,
            depth=fields.depth, frame=fields.frame, thread=fields.thread, function=fields.function,
            change_count=list(map(len, fields.changes)), change_name=names, change_value=values, value=fields.value,
            detail=fields.detail, stdout_end=fields.stdout_end,
        )

    @classmethod
    def of_bytes(
        cls, kind: bytes, line: bytes, from_line: bytes, depth: bytes, frame: bytes, thread: bytes, function: list[str],
        change_count: bytes, change_name: list[str], change_value: list[str], value: list[str | None],
        detail: list[str | None], stdout_end: bytes,
    ) -> EventColumns:
        """Return columns whose numbers are the bytes of C's int, and of C's long long for `stdout_end`."""
        return cls(
            array("i", kind), array("i", line), array("i", from_line), array("i", depth), array("i", frame),
            array("i", thread), function, array("i", change_count), change_name, change_value, value, detail,
            array("q", stdout_end),
        )

    def events(self) -> tuple[Event, ...]:
        """Return the events."""
        return tuple(map(_new_event, zip(
            map(KINDS.__getitem__, self.kind), self.line, self.from_line, self.depth, self.frame, self.thread,
            self.function, self._changes(), self.value, self.detail, self.stdout_end,
        )))

    def _changes(self) -> Iterator[tuple[Change, ...]]:
        """Yield the changes of each event."""
        changes = tuple(map(_new_change, zip(self.change_name, self.change_value)))
        start = 0
        for end in accumulate(self.change_count):
            yield changes[start:end]
            start = end


@dataclass(frozen=True, slots=True)
class RecordedRun:
    """The record of one run with its events as columns."""

    head: Trace           # the trace without its events
    events: EventColumns

    @classmethod
    def of(cls, trace: Trace) -> RecordedRun:
        """Return the record of a trace."""
        return cls(replace(trace, events=()), EventColumns.of(trace.events))

    def __len__(self) -> int:
        """Return the number of events."""
        return len(self.events.kind)

    def trace(self) -> Trace:
        """Return the trace, with its events as objects."""
        return replace(self.head, events=self.events.events())
