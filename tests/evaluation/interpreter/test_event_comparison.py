"""Test the comparison of events and traces on hand-made ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

import statecode
from statecode.evaluation.interpreter.event_comparison import (
    NOTHING_RIGHT,
    EventMatch,
    first_divergence,
    is_exact_trace,
    match_event,
)
from statecode.records import Change, Event, EventKind, Trace

A, B = Change("a", "1"), Change("b", "[2]")
LINE = Event(EventKind.LINE, 3, 2, 0, 0, 0, "<module>", (A, B))
RETURN = Event(EventKind.RETURN, 4, 4, 1, 1, 0, "f", (), "7")


@pytest.fixture(scope="module")
def trace() -> Trace:
    return statecode.trace("a = 1\nb = a + 1\nprint(b)\n")


@pytest.mark.parametrize("changed, expected", [
    ({}, (True, True, True)),
    ({"changes": (B, A)}, (True, True, True)),
    ({"line": 4}, (False, True, False)),
    ({"kind": EventKind.CALL}, (False, True, False)),
    ({"changes": (A,)}, (True, False, False)),
    ({"changes": (A, Change("b", "[3]"))}, (True, False, False)),
    ({"changes": (A, B, Change("c", "0"))}, (True, False, False)),
    ({"line": 9, "changes": ()}, (False, False, False)),
    ({"stdout_end": 2}, (True, True, False)),
    ({"depth": 1}, (True, True, False)),
])
def test_parts_of_an_event(changed: dict[str, Any], expected: tuple[bool, bool, bool]) -> None:
    assert match_event(LINE, LINE._replace(**changed)) == EventMatch(*expected)


def test_values_and_exceptions_are_state() -> None:
    assert match_event(RETURN, RETURN._replace(value="8")) == EventMatch(True, False, False)
    error = RETURN._replace(kind=EventKind.EXCEPTION, value=None, detail="ValueError: no")
    assert match_event(error, error._replace(detail="ValueError: yes")) == EventMatch(True, False, False)


def test_missing_event_is_wrong() -> None:
    assert match_event(LINE, None) == NOTHING_RIGHT == EventMatch(False, False, False)


@pytest.mark.parametrize("written, expected", [
    ((LINE, RETURN), None),
    ((LINE._replace(changes=(B, A)), RETURN), None),
    ((), 0),
    ((LINE,), 1),
    ((LINE, RETURN, LINE), 2),
    ((LINE, LINE), 1),
    ((RETURN, RETURN), 0),
])
def test_first_divergence(written: tuple[Event, ...], expected: int | None) -> None:
    assert first_divergence((LINE, RETURN), written) == expected


def test_empty_traces_do_not_diverge() -> None:
    assert first_divergence((), ()) is None and first_divergence((), (LINE,)) == 0


def test_exact_trace(trace: Trace) -> None:
    assert is_exact_trace(trace, replace(trace))
    reordered = tuple(event._replace(changes=event.changes[::-1]) for event in trace.events)
    assert is_exact_trace(trace, replace(trace, events=reordered)) and reordered != trace.events
    for other in (
        {"stdout": "3\n"}, {"events": trace.events[:-1]}, {"events": (*trace.events, LINE)}, {"events": ()},
        {"stderr": "x"}, {"truncation": "events"}, {"status": statecode.Status.EXCEPTION},
    ):
        assert not is_exact_trace(trace, replace(trace, **other)), other
