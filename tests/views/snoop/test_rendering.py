"""Test that the view `snoop` renders a whole text equal to its blocks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings

import statecode
from statecode.records import Change, Event, EventKind, Trace
from statecode.views import blocks, render
from statecode.views.segments import joined
from tests.support.adversarial_traces import BEGIN, adversarial_traces
from tests.support.invalid_traces import small_trace

PROGRAM = '''\
def squares(n):
    for k in range(n):
        yield k * k

def total(n):
    text = """a
b"""
    result = sum(
        squares(n)
    )
    return result

class Box:
    size = 3

try:
    x = total(3)
    y = [v for v in range(2)]
    text = "a\\nb"
    1 / 0
except ZeroDivisionError:
    x = total(2)
'''


def check(trace: Trace) -> None:
    assert render(trace, "snoop") == joined(blocks(trace, "snoop"))


def test_a_program_with_all_kinds_of_events() -> None:
    trace = statecode.trace(PROGRAM)
    kinds = {event.kind for event in trace.events}
    assert {EventKind.START_GENERATOR, EventKind.REENTER_GENERATOR, EventKind.EXCEPTION, EventKind.YIELD} <= kinds
    check(trace)
    check(trace)  # with the texts of lines from the first time


@pytest.mark.parametrize("value", ["", "a\rb", "a\u2028", "b\n", "…", "caf\xe9\x85"])
def test_values_with_line_ends(value: str) -> None:
    events = (
        BEGIN,
        Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>", (Change("x", value), Change("x", value))),
        Event(EventKind.RETURN, 1, 1, 0, 0, 0, "<module>", (Change(".0", value),), value=value),
    )
    check(replace(small_trace(), code="x = y\n", events=events))


def test_the_change_of_the_source_line_is_not_shown() -> None:
    line = Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>")
    last = Event(EventKind.RETURN, 1, 1, 0, 0, 0, "<module>", (Change("x", "1"), Change("y", "1")), value="None")
    trace = replace(small_trace(), code="x = 1\n", events=(BEGIN, line, last))
    check(trace)
    assert " x = 1\n" not in render(trace, "snoop").replace("| x = 1", "")


@given(adversarial_traces)
@settings(deadline=None, max_examples=200)
def test_random_traces(trace: Trace) -> None:
    check(trace)
