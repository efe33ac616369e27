"""Test that a trace and its columns of events are converted into each other without loss."""

from __future__ import annotations

from hypothesis import given, settings

from statecode.records import Change, Event, EventKind, Trace
from statecode.tracing.wire.event_columns import EventColumns, RecordedRun
from statecode.tracing.wire.record import KINDS
from tests.support.trace_strategies import fields, traces


@settings(max_examples=60, deadline=None)
@given(traces)
def test_a_round_trip(trace: Trace) -> None:
    run = RecordedRun.of(trace)
    assert len(run) == len(trace.events) and run.head.events == ()
    assert fields(run.trace()) == fields(trace)


def test_the_columns() -> None:
    events = (
        Event(EventKind.CALL, 1, 1, 0, 0, 0, "f"),
        Event(EventKind.LINE, 2, 1, 0, 0, 0, "f", changes=(Change("a", "1"), Change("b", "2"))),
        Event(EventKind.RETURN, 2, 2, 0, 0, 0, "f", changes=(Change("c", "3"),), value="4", stdout_end=5),
    )
    columns = EventColumns.of(events)
    assert [KINDS[kind] for kind in columns.kind] == [EventKind.CALL, EventKind.LINE, EventKind.RETURN]
    assert list(columns.change_count) == [0, 2, 1]
    assert list(columns.change_name) == ["a", "b", "c"] and list(columns.change_value) == ["1", "2", "3"]
    assert list(columns.value) == [None, None, "4"] and list(columns.stdout_end) == [0, 0, 5]
    assert columns.events() == events
    assert EventColumns().events() == () == EventColumns.of([]).events()
