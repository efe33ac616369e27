"""Check that the first difference between two traces is found and shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.records import Change, EventKind, ExceptionInfo, Status, Trace
from statecode.tracing.compare.differences import (
    difference_from_prefix,
    differs_by_deep_tuples,
    differs_by_shown_addresses,
    differs_by_suppressed_values,
    differs_by_thread_states,
    first_difference,
)
from tests.support.compared_traces import PROGRAM, with_event


def test_a_trace_does_not_differ_from_itself(trace) -> None:
    assert first_difference(trace, trace) is None
    assert difference_from_prefix(trace, trace) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kind", EventKind.RETURN), ("line", 99), ("from_line", 99), ("depth", 5), ("frame", 7), ("thread", 1), ("function", "f"),
        ("value", "1"), ("detail", "!!!"), ("stdout_end", 1),
    ],
)
def test_each_field_of_an_event_counts(trace, field, value) -> None:
    found = first_difference(with_event(trace, 2, **{field: value}), trace)
    assert (found.event, found.field, found.sides) == (2, field, (value, getattr(trace.events[2], field)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("stdout", "[1, 2]"), ("stderr", ""), ("status", Status.OK), ("exception", None), ("truncation", "cpu"),
        ("exception", ExceptionInfo("ZeroDivisionError", "division by zero", 5)),
    ],
)
def test_each_field_of_the_trace_counts(trace, field, value) -> None:
    found = first_difference(trace, replace(trace, **{field: value}))
    assert (found.event, found.field, found.location) == (None, field, f"after the events, {field}")
    assert found.sides == (getattr(trace, field), value)


def test_missing_events(trace) -> None:
    shorter = replace(trace, events=trace.events[:3])
    found = first_difference(shorter, trace)
    assert (found.event, found.field, found.texts()) == (3, "events", ("nothing", "line at line 3 in <module>"))
    assert difference_from_prefix(trace, shorter) is None
    assert difference_from_prefix(shorter, trace) == found


def test_the_first_difference_is_shown_with_its_line(trace) -> None:
    changed = with_event(trace, 3, changes=(Change("x", "[1, 3]"), Change("len(x)", "2")))
    assert trace.events[3].changes == (Change("x", "[1, 2]"), Change("len(x)", "2"))
    found = first_difference(changed, trace)
    assert found.location == "event 3, changes"
    assert found.lines(PROGRAM.code, ("native", "snoop")) == [
        "    2 | x = [x, 2]   (made the changes)",
        "    3 | print(x)",
        "  native  x = [1, 3], len(x) = 2",
        "  snoop   x = [1, 2], len(x) = 2",
    ]


def test_equal_changes_before_the_difference_are_skipped(trace) -> None:
    changed = with_event(trace, 3, changes=(Change("x", "[1, 2]"),))
    assert first_difference(changed, trace).texts() == ("no change", "len(x) = 2")


def test_long_sides_are_shortened_around_the_difference(trace) -> None:
    long = "a" * 5000
    found = first_difference(replace(trace, stdout=f"{long}b{long}"), replace(trace, stdout=f"{long}c\n{long}"))
    tested, reference = found.texts()
    assert {len(tested), len(reference)} <= {162, 163}
    assert "aba" in tested and "ac\\na" in reference and tested[0] == reference[0] == tested[-1] == reference[-1] == "…"


def test_shown_addresses(trace) -> None:
    tested, reference = (replace(trace, stdout=f"<A object at 0x{address}> 12") for address in ("7f001", "7f99ab"))
    assert differs_by_shown_addresses(tested, reference)
    assert not differs_by_shown_addresses(tested, tested)
    assert not differs_by_shown_addresses(replace(tested, stdout=tested.stdout + "3"), reference)
    cut = [with_event(trace, 2, value=f"<A object at 0x7{middle}...0>, 1") for middle in ("a", "bc")]
    assert differs_by_shown_addresses(*cut)


def test_shown_thread_states(trace) -> None:
    def showing(*values: str) -> Trace:
        events = [event._replace(changes=(*event.changes, Change("t", value)) if value else event.changes)
                  for event, value in zip(trace.events, values)]
        return replace(trace, events=(*events, *trace.events[len(values):]))

    late, soon = (showing("", f"<Thread(a, {state} …)>", after) for state, after in (
        ("started", "<Thread(a, stopped …)>"), ("stopped", ""),
    ))
    assert differs_by_thread_states(late, soon)
    assert not differs_by_thread_states(late, late)
    assert not differs_by_thread_states(late, replace(soon, stdout="x"))
    assert not differs_by_thread_states(late, showing("", "", "[1]"))


FAILED, SUPPRESSED = (f"<A instance at 0x… ({reason})>" for reason in ("exception in repr", "repr suppressed"))


def test_suppressed_values_of_the_reference(trace) -> None:
    reference = with_event(with_event(trace, 1, changes=(Change("a", FAILED),)), 3, changes=(Change("a", SUPPRESSED),))
    tested = with_event(with_event(trace, 1, changes=(Change("a", "A(1)"),)), 2, changes=(Change("a", "A(2)"),))
    assert not differs_by_suppressed_values(reference, reference)
    assert not differs_by_suppressed_values(tested, reference), "the changes of x at event 2 and 3 are missing"
    unread = with_event(with_event(trace, 1, changes=(Change("a", FAILED),)), 2, value=SUPPRESSED)
    read = with_event(with_event(trace, 1, changes=(Change("a", "A(1)"),)), 2, value="3")
    assert differs_by_suppressed_values(read, unread)
    assert not differs_by_suppressed_values(unread, read), "the tested engine may not fail"
    assert not differs_by_suppressed_values(with_event(read, 2, line=9), unread)
    assert not differs_by_suppressed_values(with_event(read, 1, function="f"), unread)
    assert not differs_by_suppressed_values(with_event(read, 3, changes=(Change("y", "1"),)), unread)
    assert not differs_by_suppressed_values(replace(read, stdout=""), unread)


def test_deep_tuples_of_the_reference(trace) -> None:
    def shown(nested: int) -> Trace:
        return with_event(trace, 1, changes=(Change("t", "(" * nested + "1" + ",)" * nested),))

    cut = with_event(trace, 1, changes=(Change("t", "(" * 30 + "..." + ",)" * 30),))
    assert differs_by_deep_tuples(cut, shown(31)) and differs_by_deep_tuples(cut, shown(300))
    assert not differs_by_deep_tuples(cut, shown(30))
    assert not differs_by_deep_tuples(cut, cut)
