"""Test the whole text of a program in the view `compact`."""

from __future__ import annotations

from dataclasses import replace

from statecode.records import Change, Event, EventKind, Status
from statecode.views import compact
from statecode.views.segments import joined
from tests.support.adversarial_traces import BEGIN
from tests.support.compact_texts import PROGRAM, TEXT, check_round_trip, half_trace


def test_a_small_program() -> None:
    events = (
        BEGIN,
        Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>"),
        Event(EventKind.LINE, 3, 1, 0, 0, 0, "<module>", (Change("double", "<function double at 0x…>"),)),
        Event(EventKind.CALL, 1, 1, 1, 1, 0, "double", (Change("n", "4"),)),
        Event(EventKind.LINE, 2, 1, 1, 1, 0, "double"),
        Event(EventKind.RETURN, 2, 2, 1, 1, 0, "double", value="8"),
        Event(EventKind.LINE, 4, 3, 0, 0, 0, "<module>", (Change("total", "8"),)),
        Event(EventKind.RETURN, 4, 4, 0, 0, 0, "<module>", value="None", stdout_end=2),
    )
    trace = replace(half_trace(), code=PROGRAM, stdin="", stdout="8\n", stderr="", status=Status.OK, exception=None,
                    events=events)
    assert compact.render(trace) == TEXT
    check_round_trip(trace)
    blocks = [joined([block]) for block in compact.segments(trace)]
    assert blocks[1:] == ["", "\n1", "\n3", " >1 n=4", "\n2", " ->8", "\n3 total=8\n4", "\n|8", "\nok"]
