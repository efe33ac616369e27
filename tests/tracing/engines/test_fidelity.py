"""Check the values of the fidelity `full`: against known ones, and against the repr of every variable at every event."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import types
from collections.abc import Iterator
from pathlib import Path

import pytest

import statecode
from statecode import views
from statecode.cli import main
from statecode.errors import ConfigError
from statecode.programs import load_programs
from statecode.records import EventKind, Limits, Program, Status, Trace, value_flag
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from statecode.tracing.wire.normalise import Normaliser
from tests.support.paths import SUPPORT

pytestmark = pytest.mark.skipif(not native.available(), reason=f"no native engine: {native.reason()}")

ORACLE = SUPPORT / "whole_states.py"
LIMIT = 300  # characters; small, so that long values are shortened
LOSSLESS = [name for name, view in views.VIEWS.items() if view.lossless]


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(engine="native", fidelity="full")) as made:
        yield made


def traced(runner: SandboxRunner, code: str, **limits: int) -> Trace:
    trace = runner.run(Program(program_id="p", problem_id="p", code=code), limits=Limits(**limits)).trace
    for view in LOSSLESS:
        assert views.parse(views.render(trace, view), view, code).content() == trace.content()
    return trace


def changes(trace: Trace, line: int | None = None) -> list[tuple[str, str]]:
    """Return the changes that a line caused, or all; without dunder names, which differ between Python versions."""
    events = [event for event in trace.events if line in (None, event.from_line)]
    return [tuple(change) for event in events for change in event.changes if not change.name.startswith("__")]


def test_a_change_in_the_middle_of_a_long_list(runner: SandboxRunner) -> None:
    code = "a = list(range(1000))\na[500] = -1\nb = [0] * 100_000\nb[50_000] = 1\n"
    trace = traced(runner, code)
    a = list(range(1000))
    assert changes(trace, 1) == [("a", str(a))]
    a[500] = -1
    assert changes(trace, 2) == [("a", str(a))]
    cut = str([0] * 100_000)[:10_000] + "…+290000"
    assert changes(trace, 3) == changes(trace, 4) == [("b", cut)]
    assert value_flag(cut) == "shortened" and value_flag(str(a)) is None
    plain = statecode.trace(code, engine="native")
    assert [event.changes for event in plain.events if event.from_line in (2, 4)] == [(), ()]


def test_attributes_of_objects(runner: SandboxRunner) -> None:
    trace = traced(runner, (
        "class Node:\n    __slots__ = 'value', 'next'\n"
        "class Stack:\n    def __init__(self):\n        self.items = []\n        self.head = Node()\n"
        "    def push(self, x):\n        self.items.append(x)\n"
        "s = Stack()\ns.push(7)\ns.head.value = 5\ns.head.next = s.head\ns = None\n"
    ))
    stack, node = "<__main__.Stack object at 0x…>", "<__main__.Node object at 0x…>"
    known = [("items", "[]"), ("head", node)]
    assert changes(trace, 5) == [("self.items", "[]")]
    assert changes(trace, 6) == [("self.head", node)]
    assert changes(trace, 7)[1:] == [("self", stack), *((f"self.{name}", text) for name, text in known), ("x", "7")]
    assert changes(trace, 8) == [("self.items", "[7]")]
    assert changes(trace, 9)[-3:] == [("s", stack), *((f"s.{name}", text) for name, text in known)]
    assert changes(trace, 10) == [("s.items", "[7]")]
    assert changes(trace, 11) == [("s.head.value", "5")]
    assert changes(trace, 12) == [("s.head.next", node)]
    assert changes(trace, 13) == [("s", "None")]
    (before,), (after,) = (trace.state_at(len(trace.events) - k) for k in (2, 1))
    assert before.variables["s.head.value"] == "5" and value_flag(before.variables["s"]) == "opaque"
    assert not [name for name in after.variables if "." in name]


def test_hostile_classes_and_builtins(runner: SandboxRunner) -> None:
    trace = traced(runner, """
import builtins
class Loud:
    def __init__(self): self.left = self.right = 3
    def __repr__(self):
        print("read")
        raise KeyError(self)
class Big(list):
    def __len__(self): raise SystemExit
    def __iter__(self): raise SystemExit
class Surrogate:
    def __repr__(self): return "\\ud800 \\n 'it'"
loud, big, odd = Loud(), Big([1, [2]]), [Surrogate()]
saved = {}
for name in "len repr id type map set str int sum zip hash list tuple getattr isinstance dict iter object".split():
    saved[name] = builtins.__dict__[name]
    builtins.__dict__[name] = None
x = [[1, 2], {3: (4,)}]
x[0].append(5)
loud.more = {5}
for name in saved:
    builtins.__dict__[name] = saved[name]
print("done")
""")
    assert trace.status is Status.OK and "done\n" in trace.stdout
    recorded = dict(changes(trace))
    assert recorded["loud"] == "<__main__.Loud object at 0x… (KeyError in repr)>" and value_flag(recorded["loud"]) == "opaque"
    assert (recorded["loud.left"], recorded["big"], recorded["odd"]) == ("3", "[1, [2]]", "[\\ud800 \n 'it']")
    assert (recorded["x"], recorded["loud.more"]) == ("[[1, 2, 5], {3: (4,)}]", "{5}")


def test_returned_and_yielded_values_are_whole(runner: SandboxRunner) -> None:
    trace = traced(runner, "def f():\n    return list(range(5000))\ndef g():\n    yield 'x' * 300\nf()\nlist(g())\n")
    values = {event.kind: event.value for event in trace.events if event.function in "fg" and event.value}
    whole = str(list(range(5000)))
    assert values[EventKind.RETURN] in ("None", whole[:10_000] + f"…+{len(whole) - 10_000}")
    assert [event.value for event in trace.events if event.function == "f"][-1] == whole[:10_000] + "…+18890"
    assert values[EventKind.YIELD] == repr("x" * 300)


def test_frames_of_comprehensions_and_generators(runner: SandboxRunner) -> None:
    trace = traced(runner, "def f(k):\n    return sum(k * i for i in range(3))\nf(2)\nv = [n for n in range(2)]\n")
    inner = [event for event in trace.events if event.function.endswith("<genexpr>")]
    assert [change for event in inner for change in event.changes] == [("k", "2"), ("i", "0"), ("i", "1"), ("i", "2")]
    assert not any(name.startswith(("len(", ".")) for name, _ in changes(trace))
    if sys.version_info < (3, 12):
        (call, *rest) = [event for event in trace.events if event.function == "<listcomp>"]
        assert [change for event in rest for change in event.changes] == [("n", "0"), ("n", "1")]
    assert changes(trace)[-1] == ("v", "[0, 1]")


def test_generators_keep_recorded_values(runner: SandboxRunner) -> None:
    trace = traced(runner, "def g(a):\n    yield a\n    yield a\nfor x in g([1]):\n    pass\n")
    assert [change for event in trace.events if event.function == "g" for change in event.changes] == [("a", "[1]")]


def test_threads_and_finalizers(runner: SandboxRunner) -> None:
    trace = traced(runner, """
import threading
class A:
    def __del__(self): print("gone")
def work(n):
    a = A()
    for i in range(3):
        n.append(i)
shared = []
threads = [threading.Thread(target=work, args=(shared,)) for _ in range(3)]
for t in threads: t.start()
for t in threads: t.join()
""")
    assert trace.status is Status.OK and trace.stdout == "gone\n" * 3
    assert dict(changes(trace))["shared"] == "[0, 1, 2, 0, 1, 2, 0, 1, 2]"


def test_limits_stop_exactly(runner: SandboxRunner) -> None:
    code = "class P: pass\np = P()\np.a = 'xyz' * 1000\nfor i in range(100):\n    p.b = [i] * i\n"
    whole = traced(runner, code)
    for limits in ({"events": 40}, {"trace_bytes": 9_000}, {"trace_bytes": 3_500}):
        cut = traced(runner, code, **limits)
        assert (cut.status, cut.truncation) == (Status.EVENT_LIMIT, *limits)
        assert 0 < len(cut.events) < len(whole.events) and cut.events == whole.events[: len(cut.events)]
        costs = [_cost(event) for event in whole.events[: len(cut.events) + 1]]
        assert len(cut.events) == limits.get("events", len(cut.events))
        if "trace_bytes" in limits:
            assert sum(costs[:-1]) <= limits["trace_bytes"] < sum(costs)


def _cost(event: statecode.Event) -> int:
    texts = [part for change in event.changes for part in change] + ([] if event.value is None else [event.value])
    return 64 + sum(len(json.dumps(text.replace("0x…", "0x" + 12 * "7"))) for text in texts)


def test_the_row_names_the_fidelity() -> None:
    trace = statecode.trace("a = 'x' * 50\n", fidelity="full", repr_limit=20)
    assert (trace.engine, trace.fidelity, trace.repr_limit) == ("native", "full", 20)
    assert changes(trace) == [("a", "'" + "x" * 19 + "…+32")]
    plain = statecode.trace("a = 1\n")
    assert (plain.fidelity, plain.repr_limit) == ("snoop", None)
    assert statecode.trace("a = 1\n", fidelity="full").repr_limit == 10_000


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"engine": "snoop", "fidelity": "full"}, "the engine snoop has no fidelity full; use the engine native, .*"),
        ({"fidelity": "most"}, "unknown fidelity 'most'; known: snoop, full"),
        ({"repr_limit": 5}, "a repr limit requires the fidelity full; .*"),
        ({"fidelity": "full", "repr_limit": 0}, "the repr limit must be at least 1 character; got 0"),
    ],
)
def test_invalid_combinations_are_refused(arguments: dict, message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        statecode.trace("", **arguments)
    with pytest.raises(ConfigError, match=f"^{message}$"):
        RunOptions(**arguments).resolved()


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p.py").write_text("class A: pass\na = A()\na.items = list(range(99))\n")
    command = ["trace", str(tmp_path / "p.py"), "--view", "full-state", "--fidelity"]
    assert main([*command, "full", "--repr-limit", "30"]) == 0
    assert "* a.items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9,…+356\n" in capsys.readouterr().out
    assert main([*command, "full", "--engine", "snoop"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "error: the engine snoop has no fidelity full; use the engine native, or the fidelity snoop"
    ]


def _is_perturbed(code: str) -> bool:
    """Return True if reading f_locals changes the program: on 3.12, outside of functions, for inlined comprehensions."""
    pending = [compile(code, "p", "exec")] if sys.version_info[:2] == (3, 12) else []
    while pending:
        at = pending.pop()
        if not at.co_flags & 1 and at.co_nlocals:
            return True
        pending += [constant for constant in at.co_consts if isinstance(constant, types.CodeType)]
    return False


def test_the_states_equal_those_of_repr(tmp_path: Path) -> None:
    normalised, compared, events = Normaliser().value, 0, 0
    with SandboxRunner(RunOptions(engine="native", fidelity="full", repr_limit=LIMIT)) as runner:
        for program in list(load_programs("embedded"))[::11]:
            trace = runner.run(program).trace
            if len(trace.events) > 250 or "threading" in program.code or _is_perturbed(program.code):
                continue
            states = _states(program, tmp_path)
            if len(states) != len(trace.events):  # generators that end only with the process
                assert "yield" in program.code, program.program_id
                continue
            for number, (state, event) in enumerate(zip(states, trace.events)):
                found = next(frame.variables for frame in trace.state_at(number) if frame.frame == event.frame)
                expected = {name: normalised(text) for name, text in state.items() if name != "__warningregistry__"}
                assert {name: found.get(name) for name in expected} == expected, (program.program_id, number)
                assert not [name for name in found if name not in expected and name.partition(".")[0] in expected], number
            compared, events = compared + 1, events + len(trace.events)
    assert compared > 15 and events > 1_000


def _states(program: Program, folder: Path) -> list[dict[str, str]]:
    (folder / "program").write_text(program.code, "utf-8")
    subprocess.run(
        [sys.executable, str(ORACLE), str(LIMIT), str(folder / "program"), str(folder / "states")],
        input=program.inputs[0], text=True, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": "0"},
    )
    return json.loads((folder / "states").read_text("utf-8"))


@pytest.mark.one_python
def test_embedded_programs_behave_equally_and_every_view_works() -> None:
    with SandboxRunner(RunOptions(engine="native", fidelity="full", repr_limit=LIMIT)) as full, SandboxRunner(RunOptions(engine="native")) as plain:
        for program in list(load_programs("embedded"))[::2]:
            trace, other = full.run(program).trace, plain.run(program).trace
            assert (trace.status, trace.stdout, trace.stderr) == (other.status, other.stdout, other.stderr)
            for (event, its_event) in zip(trace.events, other.events, strict=True):
                assert event[:2] + event[3:7] + event[9:] == its_event[:2] + its_event[3:7] + its_event[9:]
            for view in views.VIEWS:
                assert views.rows(trace, view) is not None
            for view in LOSSLESS:
                read = views.parse(views.render(trace, view), view, trace.code)
                assert read.content() == trace.content(), (view, program.program_id)
