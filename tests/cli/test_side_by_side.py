"""Test the two columns of a predicted run and the real one."""

from __future__ import annotations

from dataclasses import replace

import pytest

import statecode
from statecode.cli.side_by_side import event_text, side_by_side
from statecode.records import Change, Event, EventKind, Trace


@pytest.fixture(scope="module")
def real() -> Trace:
    trace = statecode.trace("def half(n):\n    return n // 2\n\nx = half(8)\n")
    first, *others = trace.events
    return replace(trace, events=(first._replace(line=0), *others))  # Python 3.10 reports line 1


def test_equal_runs_have_no_mark(real: Trace) -> None:
    assert list(side_by_side(real, real, 80)) == [
        "    the model                              the run",
        " 0  start: call <module>                   start: call <module>",
        " 1  line 1                                 line 1",
        " 2  line 4                                 line 4",
        " 3    line 1 call half  n=8                  line 1 call half  n=8",
        " 4    line 2                                 line 2",
        " 5    line 2 return 4                        line 2 return 4",
        " 6  line 4 return None  x=4                line 4 return None  x=4",
    ]


def test_the_first_difference_is_marked_and_a_missing_event_is_empty(real: Trace) -> None:
    wrong = real.events[3]._replace(changes=(Change("n", "9"),))
    predicted = replace(real, events=(*real.events[:3], wrong, real.events[4]))
    lines = list(side_by_side(predicted, real, 80))
    assert [line for line in lines if line.startswith(">")] == [
        ">3    line 1 call half  n=9                  line 1 call half  n=8"]
    assert lines[-1] == f" 6{'':41}line 4 return None  x=4"
    assert not any(line.startswith(">") for line in side_by_side(predicted, None, 80))


@pytest.mark.parametrize("width", [20, 44, 80, 200])
def test_lines_fit_in_the_width_and_long_values_are_shortened(real: Trace, width: int) -> None:
    long = replace(real, events=(*real.events[:3], real.events[3]._replace(changes=(Change("n", "'" + "n" * 300 + "'"),))))
    for shown in (None, real):
        lines = list(side_by_side(long, shown, width))
        assert max(map(len, lines)) <= max(width, 40) and any("…" in line for line in lines)


def test_control_characters_are_escaped() -> None:
    event = Event(EventKind.RETURN, 1, 1, 0, 0, 0, "f", (Change("x", "\x1b[2J\n"),), "'\x07'")
    trace = replace(statecode.trace(""), events=(event,))
    [_, line] = side_by_side(trace, None, 80)
    assert line == " 0  line 1 return '\\x07'  x=\\x1b[2J\\n"
    assert event_text(event._replace(kind=EventKind.EXCEPTION, value=None, detail="ValueError: no", changes=())) == (
        "line 1 exception ValueError: no")
