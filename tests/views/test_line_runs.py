"""Test the executions of lines, and the final variables of the module."""

from __future__ import annotations

from statecode.records import Change, Event, EventKind, Limits, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views.line_runs import final_variables, line_runs
from tests.support.traced_views import traced


def test_threads_and_open_frames() -> None:
    """Two frames that alternate: a line ends at the next event of its own frame; the last lines do not end."""
    def line(number: int, frame: int, **changes: str) -> Event:
        change_records = tuple(Change(*change) for change in changes.items())
        return Event(EventKind.LINE, number, number - 1, 0, frame, frame, "<module>", change_records)

    events = (line(1, 0), line(1, 1), line(2, 0, a="1"), line(2, 1, b="2"))
    trace = Trace(program_id="p", problem_id="p", input_index=0, code="a = 1\nb = 2\n", stdin="", events=events,
                  status=Status.EVENT_LIMIT, limits=Limits())
    assert [(run.first, run.last, run.line, dict(run.after)) for run in line_runs(trace)] == [
        (0, 2, 1, {"a": "1"}), (1, 3, 1, {"b": "2"})
    ]
    assert final_variables(trace) == {"a": "1"}


def test_variable_of_a_comprehension_is_not_a_final_variable(runner: SandboxRunner) -> None:
    assert final_variables(traced(runner, "x = [a for a in range(3)]\ny = {b: b for b in x}\nb = 1\n")) == {
        "x": "[0, 1, 2]", "y": "{0: 0, 1: 1, 2: 2}", "b": "1"
    }
