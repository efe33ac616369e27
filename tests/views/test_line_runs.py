"""Test the executions of lines, and the final variables of the module."""

from __future__ import annotations

import statecode
from statecode.records import Change, Event, EventKind, Limits, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views.line_runs import final_variables, is_variable, line_runs, owners_of
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


OBJECTS = """\
class Counter:
    def __init__(self):
        self.w = 0
        self.hist = []

    def add(self, x):
        self.w += x
        self.hist.append(x)
        return self

    def __repr__(self):
        return f"Counter({getattr(self, 'w', None)})"

a = Counter()
a.add(3).add(4)
a.next = Counter()
a.next.add(1)
b = a
a = Counter()
c = Counter()
del c, a.hist
"""


def test_attributes_follow_their_variables() -> None:
    trace = statecode.trace(OBJECTS, fidelity="full")
    found = final_variables(trace)
    assert found == {
        "a": "Counter(0)", "a.w": "0",
        "b": "Counter(7)", "b.w": "7", "b.hist": "[3, 4]", "b.next": "Counter(1)", "b.next.w": "1", "b.next.hist": "[1]",
    }
    variables = trace.state_at(len(trace.events) - 1)[0].variables
    state = {name: value for name, value in variables.items() if is_variable(name, value)}
    deleted = {"c": "Counter(0)", "c.w": "0", "c.hist": "[]"}  # of deleted variables state_at has the last values
    assert state == {**found, **deleted}
    assert not any("." in name for run in line_runs(statecode.trace(OBJECTS)) for name in run.after)


def test_names_of_variables_and_attributes() -> None:
    assert all(is_variable(name, "1") for name in ("a", "self.w", "a._b.c", "_"))
    assert not any(is_variable(name, "1") for name in ("len(a)", "a.__dict__", "__name__", "a[0].b", "a."))
    assert not is_variable("a.b", "<function f at 0x…>")
    assert list(owners_of("a.b.c")) == ["a", "a.b"] and not list(owners_of("a"))
