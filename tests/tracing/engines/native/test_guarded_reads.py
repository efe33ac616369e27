"""Test that values and exceptions whose code raises, or changes the interpreter, do not end or change a record."""

from __future__ import annotations

import types
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.records import Limits, Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from tests.support.hostile_values import (
    EXCEPTIONS,
    OUTPUT,
    OUTPUT_OF_RAISED,
    VALUES,
    program_that_raises,
    program_with,
)
from tests.support.value_samples import classes, values

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native import guarded_reads, tracer  # noqa: E402
from statecode.tracing.engines.native.repr_functions import my_cheap_repr  # noqa: E402

FIDELITIES = ("snoop", "full")
PLAIN = "def make(): return 1\n"
PLAIN_EXCEPTION = "def make(): return ValueError('words')\n"


@pytest.fixture(scope="module", params=FIDELITIES)
def runner(request):
    with SandboxRunner(RunOptions(engine="native", fidelity=request.param, trust_programs=True,
                                  limits=Limits(events=40_000))) as runner:
        yield runner


def run(runner: SandboxRunner, code: str) -> Trace:
    return runner.run(Program(program_id="p", problem_id="p", code=code)).trace


def steps(trace: Trace, offset: int) -> list[tuple[str, int, int]]:
    """Return kind, line and depth of the events of the part of a program that begins after `offset` lines."""
    return [(event.kind.value, event.line - offset, event.depth) for event in trace.events if event.line > offset]


def texts_of(trace: Trace, name: str) -> list[str]:
    return [change.value for event in trace.events for change in event.changes if change.name == name]


def complete_trace(runner: SandboxRunner, tested: tuple[str, int], plain: tuple[str, int], output: str) -> Trace:
    """Return the trace of a program, which must write `output` and have the steps of the plain program.

    Args:
        tested, plain: the code, and the number of lines before the part that both have.
    """
    trace = run(runner, tested[0])
    assert (trace.status, trace.truncation, trace.stdout, trace.stderr) == (Status.OK, None, output, "")
    assert steps(trace, tested[1]) == steps(run(runner, plain[0]), plain[1])
    return trace


# the sandbox


@pytest.mark.parametrize("name", VALUES)
def test_a_hostile_value_leaves_the_record_complete(runner, name) -> None:
    trace = complete_trace(runner, program_with(VALUES[name]), program_with(PLAIN), OUTPUT)
    assert (texts_of(trace, "number"), texts_of(trace, "text"), texts_of(trace, "k")) == (["1", "2"], ["'ok'"], ["3", "4"])
    shown = texts_of(trace, "value") + texts_of(trace, "same") + texts_of(trace, "items")
    assert shown and all(0 < len(text) <= guarded_reads.MAX_CHARACTERS for text in shown)


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_a_hostile_exception_leaves_the_record_complete(runner, name) -> None:
    trace = complete_trace(
        runner, program_that_raises(EXCEPTIONS[name]), program_that_raises(PLAIN_EXCEPTION), OUTPUT_OF_RAISED,
    )
    raised = [event.detail for event in trace.events if event.kind.value == "exception"]
    assert len(raised) == 1 and raised[0].startswith("!!! ") and len(raised[0]) < guarded_reads.MAX_CHARACTERS + 1000
    assert (texts_of(trace, "number"), texts_of(trace, "k")) == (["1", "2"], ["3", "4"])


def test_a_failure_suppresses_nothing(runner) -> None:
    code = ("class A:\n    def __init__(self):\n        self.x = 1\n    def __repr__(self): return f'A({self.x})'\n"
            "big = 10**5000\nk = 3\na = A()\na = [a, k]\n")
    trace = run(runner, code)
    assert texts_of(trace, "k") == ["3"]
    failed = texts_of(trace, "self")[0]
    assert failed.startswith("<") and failed.endswith("in repr)>")
    assert texts_of(trace, "a") == ["A(1)", "[A(1), 3]"]


@pytest.mark.parametrize("limit", [1000, 10**7])
def test_a_text_does_not_depend_on_the_depth_of_the_stack(runner, limit) -> None:
    code = f"""
import sys
sys.setrecursionlimit({limit})
class Node:
    def __init__(self, next): self.next = next
    def __repr__(self): return f"Node({{self.next!r}})"
chain = one = None
for _ in range(150): chain = Node(chain)
for _ in range(100): one = (one,)
cycle = Node(None)
cycle.next = cycle
def show(chain, one, cycle): return 1
def deep(n):
    try:
        return deep(n - 1) if n else show(chain, one, cycle)
    except RecursionError:
        return show(chain, one, cycle)
print(deep(0), deep(100), deep(900), deep(960), deep(2000))
"""
    trace = run(runner, code)
    assert (trace.status, trace.stdout) == (Status.OK, "1 1 1 1 1\n")
    shown = {event.changes for event in trace.events if event.kind.value == "call" and event.function == "show"}
    assert len(shown) == 1
    chain, one, cycle = (dict(*shown)[name] for name in ("chain", "one", "cycle"))
    assert chain.startswith("Node(Node(") and one.startswith("((((") and cycle.endswith("in repr)>")


@pytest.mark.parametrize("body", [
    "f'Node({self.next!r})'", "'Node({!r})'.format(self.next)", "'Node(%r)' % (self.next,)", "repr([self.next])",
    "', '.join(map(repr, [self.next]))", "next(map(repr, [self.next]))", "str(self.next)",
    "repr({1: (self.next,)})", "eval('repr(self.next)')",
])
def test_a_recursive_repr_fits_into_a_small_stack(runner, body) -> None:
    code = f"""
import threading
class Node:
    def __repr__(self): return {body}
def run():
    node = Node()
    node.next = node
    print("end")
threading.stack_size(256 * 1024)
thread = threading.Thread(target=run)
thread.start()
thread.join()
"""
    trace = run(runner, code)
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "end\n", "")
    assert texts_of(trace, "node")[-1].endswith("in repr)>")


def test_a_limit_that_a_repr_sets_stays(runner) -> None:
    code = "import sys\nclass A:\n    def __repr__(self):\n        sys.setrecursionlimit(4321)\n        return 'A'\na = A()\nprint(sys.getrecursionlimit())\n"
    assert run(runner, code).stdout == "4321\n"


@pytest.mark.parametrize("rounds", [0, 300, 3000])
def test_an_exception_of_a_signal_handler_reaches_the_program(runner, rounds) -> None:
    code = f"""
import signal
class Slow:
    def __repr__(self):
        for _ in range({rounds}): pass
        return "Slow"
class Stop(Exception): pass
def handler(number, frame):
    mark = number
    raise Stop("late")
signal.signal(signal.SIGALRM, handler)
found = 0
for _ in range(10):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.003)
        while True:
            slow = Slow()
            other = [slow]
    except Stop:
        found += 1
print(found)
"""
    trace = run(runner, code)
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "10\n", "")
    calls = [event for event in trace.events if event.function == "handler"]
    assert [event.kind.value for event in calls] == ["call", "line", "line", "exception", "return"] * 10
    assert set(texts_of(trace, "slow")) == {"Slow"}


# the functions


def test_the_text_of_a_value_that_cannot_be_read() -> None:
    module = classes("class A:\n    class B:\n        def __repr__(self): raise ValueError\n        __class__ = property(lambda self: 1 / 0)")
    value = module.A.B()
    assert my_cheap_repr(value) == f"<A.B instance at {id(value):#x} (exception in repr)>"
    assert my_cheap_repr([value, 1]) == f"[{my_cheap_repr(value)}, 1]"


def test_a_keyboard_interrupt_passes_in_in_process_recording(monkeypatch) -> None:
    value = classes("class A:\n    def __repr__(self): raise KeyboardInterrupt").A()
    assert my_cheap_repr([value]).endswith("(exception in repr)>]")
    monkeypatch.setattr(guarded_reads, "passed_on", (KeyboardInterrupt,))
    with pytest.raises(KeyboardInterrupt):
        my_cheap_repr([value])


def nested(levels: int, item: Any) -> Any:
    for _ in range(levels):
        item = (item,)
    return item


@pytest.mark.parametrize(("levels", "shown"), [(1, 1), (29, 29), (30, 30), (31, 30), (400, 30), (5000, 30)])
def test_nested_tuples_with_one_item_are_bounded(levels, shown) -> None:
    item = "7" if levels <= 30 else "..."
    assert my_cheap_repr(nested(levels, 7)) == "(" * shown + item + ",)" * shown


def test_methods_that_contain_each_other_are_bounded() -> None:
    items: list[Any] = []
    items += [types.MethodType(print, items)] * 6
    chain: Any = 1
    for _ in range(300):
        chain = types.MethodType(print, (chain,))
    assert len(my_cheap_repr(items)) < 10_000 and len(my_cheap_repr(chain)) < 1_000
    assert my_cheap_repr(types.MethodType(print, [[1]])) == "<bound method list.print of [[1]]>"


def test_long_texts_are_cut_in_the_middle() -> None:
    function = classes(f"def f(): pass\nf.__qualname__ = {'x' * 50_000!r}").f
    assert len(my_cheap_repr(function)) == len(guarded_reads.bounded("a" * 10**6)) == guarded_reads.MAX_CHARACTERS
    assert len(my_cheap_repr([function] * 3)) <= guarded_reads.MAX_CHARACTERS
    assert guarded_reads.bounded("ab" * 15_000) == "ab" * 15_000


@settings(max_examples=150, deadline=None)
@given(st.recursive(values, lambda inner: inner.map(lambda item: nested(40, item)) | st.lists(inner, max_size=12)
                    | inner.map(lambda item: types.MethodType(print, [item, item])), max_leaves=8), st.text(min_size=1, max_size=200))
def test_a_text_is_bounded(value, text) -> None:
    module = classes(f"class A(list):\n    def __repr__(self): return {text!r} * 1000\nclass T(tuple): pass")
    for shown in (value, [module.A([value])] * 9, module.T([value]), module.T([value, value]), {text: value}):
        assert len(my_cheap_repr(shown)) <= guarded_reads.MAX_CHARACTERS


def test_the_text_of_an_exception_that_cannot_be_read() -> None:
    module = classes("class E(Exception):\n    __module__ = property(lambda self: 1 / 0)\nclass M(type):\n"
                     "    def __getattribute__(cls, name): raise SystemExit\nclass F(Exception, metaclass=M): pass\n"
                     "class G(F):\n    def __str__(self): raise SystemExit")
    assert tracer.exception_text(module.F, module.F("a\nb")) == "!!! F: a\n!!! b"
    assert tracer.exception_text(module.F, module.F()) == "!!! F"
    assert tracer.exception_text(module.G, module.G("words")) == "!!! G: <unprintable G object>"
