"""Test the reader of snoop's text: the parsed trace renders the same text, and has the events that the text shows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

import pytest
from hypothesis import given, settings

import statecode
from statecode.errors import ConfigError, TraceParseError
from statecode.programs import load_programs
from statecode.records import Change, Event, EventKind, Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views import VIEWS, blocks, parse, render
from statecode.views.cutting import spans
from statecode.views.segments import Kind, joined
from statecode.views.snoop.unknown import UNKNOWN
from tests.support.adversarial_traces import adversarial_traces
from tests.support.invalid_traces import HALF, count_accepted, invalid_traces, mutations, small_trace
from tests.support.paths import ROOT

SHIPPED = ROOT / "statecode" / "data" / "embedded"


def read_again(trace: Trace) -> Trace:
    """Return the parsed trace of snoop's text; check that it renders the same text."""
    text = render(trace, "snoop")
    read = parse(text, "snoop", trace.code)
    assert render(read, "snoop") == text
    return read


def visible_events(trace: Trace) -> list[Event]:
    """Return the events, without the fields that snoop's text does not contain."""
    comprehensions = {event.frame for event in trace.events if event.kind is EventKind.COMPREHENSION}
    events = []
    for event in trace.events:
        event = event._replace(stdout_end=0, thread=0)
        if event.kind is EventKind.EXCEPTION:
            event = event._replace(changes=())
        if event.kind is EventKind.COMPREHENSION_RESULT:
            event = event._replace(line=0, from_line=0)
        if event.kind is not EventKind.LINE or event.frame not in comprehensions:
            events.append(event)
    return events


def exact_share(traces: Iterable[Trace]) -> float:
    """Return the share of traces whose visible events are restored exactly; check the text of all of them."""
    exact = [visible_events(read_again(trace)) == visible_events(trace) for trace in traces]
    return sum(exact) / len(exact)


def test_a_small_program() -> None:
    trace = small_trace()
    read = read_again(trace)
    assert read.events == tuple(event._replace(stdout_end=0) for event in trace.events)  # includes the hidden change of `half`
    assert (read.status, read.exception, read.stdout, read.stderr) == (Status.EXCEPTION, None, "", "")
    assert read.truncation == f"{UNKNOWN}stdout, stderr, threads, changes at exceptions"


def test_status_is_unknown_if_the_text_ends_early() -> None:
    read = read_again(replace(small_trace(), events=small_trace().events[:6], status=Status.TIMEOUT))
    assert (read.status, read.truncation) == (Status.KILLED, f"{UNKNOWN}stdout, stderr, threads, how it ended")


@pytest.mark.parametrize(
    ("code", "status"),
    [("x = 1\n", Status.OK), ("1 / 0\n", Status.EXCEPTION), ("raise SystemExit\n", Status.OK),
     ("raise SystemExit(0)\n", Status.OK), ("raise SystemExit(3)\n", Status.EXCEPTION), ("raise MemoryError\n", Status.MEMORY)],
)
def test_status(code: str, status: Status) -> None:
    trace = statecode.trace(code)
    assert (trace.status, read_again(trace).status) == (status, status)


@pytest.mark.parametrize(
    ("code", "hidden"),
    [
        ("x = 0\nx = 0\n", [("x", "0")]),
        ("for i in (1, 2):\n    x = []\n    x.append(i)\n", [("x", "[]"), ("x", "[]")]),
        ("x = set()\nx.add(1)\nx = set()\n", [("x", "set()"), ("x", "set()")]),
        ("for i in (1, 2):\n    x = set()\n    x.add(i)\n", [("x", "set()"), ("x", "set()")]),
        ("x = 1\ntry:\n    x = [][0]\nexcept IndexError:\n    x = 1\n", [("x", "1")]),
        ("def f():\n    global x\n    x = 1\n\nf()\n", [("f", "<function f at 0x…>")]),
        ("def f():\n    def g(n):\n        return n and g(n - 1)\n    return g(1)\n\nf()\n",
         [("f", "<function f at 0x…>"), ("g", "<function f.<locals>.g at 0x…>"), ("g", "<function f.<locals>.g at 0x…>"),
          ("g", "<function f.<locals>.g at 0x…>")]),
        ("class A:\n    x = 1\n    def f(self):\n        pass\n", [("x", "1"), ("f", "<function A.f at 0x…>")]),
        ("x = '" + "a" * 200 + "'\nx = '" + "a" * 200 + "'\n", []),
        ("x = [\n    1]\n", []),
        ("x = []  # \u00e9\n", []),
        ("x = 1; y = 2\n", []),
        ('x = "a"\n', []),
    ],
)
def test_hidden_changes_are_restored(code: str, hidden: list[tuple[str, str]]) -> None:
    trace = statecode.trace(code)
    read = read_again(trace)
    text = render(trace, "snoop")
    found = [change for event in read.events for change in event.changes if f". {change.name} = {change.value}\n" not in text]
    assert found == hidden
    assert visible_events(read) == visible_events(trace)


@pytest.mark.parametrize("code", ["x = [n for n in (1, 2)]\n", "x = [n\n     for n in (1, 2)]\n", "x = [n for n in ()]\nx = 1\n"])
def test_lines_with_comprehensions(code: str) -> None:
    trace = statecode.trace(code)
    assert visible_events(read_again(trace)) == visible_events(trace)


@pytest.mark.parametrize("code", ["y = 1\nx = [\n    len('ab'),\n]\n", "y = 1\nx = len(\n    'ab'\n)\n", "y = 1\nx = {\n    len('a'):\n    y}\n"])
def test_statements_of_several_lines(code: str) -> None:
    trace = statecode.trace(code)
    assert visible_events(read_again(trace)) == visible_events(trace)


def test_lines_of_a_value_are_joined_by_newlines() -> None:
    trace = replace(small_trace(), events=(small_trace().events[0]._replace(changes=(Change("x", "a\r\nb\u2028\n c\n"),)),))
    read = read_again(trace)
    assert read.events[0].changes == (Change("x", "a\nb\n\n c"),)
    assert "line separators in values" in (read.truncation or "")


def test_code_is_required() -> None:
    with pytest.raises(ConfigError, match="the view snoop does not contain the source; pass the code"):
        parse(render(small_trace(), "snoop"), "snoop")
    assert not VIEWS["snoop"].lossless


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    5 | print(x)", "    5 | print(y)", "line 13: no event renders this line: '    5 | print(y)'"),
        (" <<< Return value from half: 0", " <<< Return value from f: 0", "line 10: no event renders this line: '     <<< "),
        ("ended by exception\n", "ended by exception", "line 17: the text ends within a line"),
        ("ended by exception\n", "ended by exception\n   1 | def half(n):\n", "line 18: no event renders this line"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    text = render(small_trace(), "snoop")
    assert text.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        parse(text.replace(old, new), "snoop", HALF)
    assert str(caught.value).startswith(message)


def test_kinds() -> None:
    trace = small_trace()
    text = render(trace, "snoop")
    found = [(span.kind, text[span.start:span.end]) for span in spans(trace, "snoop")]
    assert found[:6] == [
        (Kind.SYNTAX, " "), (Kind.CONTROL, '>>> Call to <module> in File "program.py", line 0'),
        (Kind.SYNTAX, "\n ...... __name__ = "), (Kind.NEW_VALUE, "'__main__'"), (Kind.SYNTAX, "\n "),
        (Kind.LINE_NUMBER, "   0 | "),
    ]
    assert [part for kind, part in found if kind is Kind.NEW_VALUE] == ["'__main__'", "1", "0", "0"]
    assert (Kind.CONTROL, "<<< Return value from half: ") in found
    assert joined(blocks(trace, "snoop")) == text


@settings(deadline=None, max_examples=400)
@given(invalid_traces | adversarial_traces)
def test_invalid_and_adversarial_traces(trace: Trace) -> None:
    text = render(trace, "snoop")
    assert joined(blocks(trace, "snoop")) == text
    count_accepted(iter([text]), "snoop", trace.code)


@pytest.mark.parametrize("seed", range(2))
def test_mutations(seed: int) -> None:
    assert count_accepted(mutations(render(small_trace(), "snoop"), 1500, seed), "snoop", HALF) < 1500


def test_shipped_traces() -> None:
    traces = list(islice(statecode.read(SHIPPED), 0, None, 40))
    assert all(joined(blocks(trace, "snoop")) == render(trace, "snoop") for trace in traces)
    assert exact_share(traces) > 0.98


@pytest.mark.one_python
def test_all_shipped_traces_and_their_mutations() -> None:
    traces = list(statecode.read(SHIPPED))
    assert exact_share(traces) > 0.98
    tried = 0
    for number, trace in enumerate(traces):
        text = render(trace, "snoop")
        assert joined(blocks(trace, "snoop")) == text
        if len(text) < 3000:
            count_accepted(mutations(text, 60, number), "snoop", trace.code)
            tried += 60
    assert tried > 40_000


@pytest.mark.one_python
def test_mbpp(statecode_data) -> None:
    programs = load_programs("mbpp", mbpp_path=statecode_data / "mbpp", calls_per_problem=1)
    with SandboxRunner() as runner:
        assert exact_share(runner.run(program).trace for program in programs) > 0.98
