"""Test the data in the trace page."""

from __future__ import annotations

from statecode.records import Event, EventKind, Status, Trace
from statecode.views.page.data import page_data


def test_positions_in_stdout_are_javascript_positions() -> None:
    events = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "f", stdout_end=end) for end in range(4))
    trace = Trace(program_id="", problem_id="", input_index=0, code="", stdin="", stdout="a😀b", status=Status.OK, events=events)
    assert page_data(trace)["events"]["stdout"] == [0, 1, 3, 4]
