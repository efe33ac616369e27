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
from statecode.records import Status, Trace
from statecode.tracing import SandboxRunner
from statecode.views import VIEWS, blocks, parse, render
from statecode.views.segments import joined
from statecode.views.snoop.unknown import UNKNOWN
from tests.support.adversarial_traces import adversarial_traces
from tests.support.invalid_traces import (
    HALF,
    MUTATION_STEPS,
    count_accepted,
    invalid_traces,
    mutations,
    small_trace,
)
from tests.support.paths import ROOT
from tests.support.snoop_texts import read_again, visible_events

SHIPPED = ROOT / "statecode" / "data" / "embedded"


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


@pytest.mark.parametrize("code", ["x = [n for n in (1, 2)]\n", "x = [n\n     for n in (1, 2)]\n", "x = [n for n in ()]\nx = 1\n"])
def test_lines_with_comprehensions(code: str) -> None:
    trace = statecode.trace(code)
    assert visible_events(read_again(trace)) == visible_events(trace)


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


@settings(deadline=None, max_examples=400)
@given(invalid_traces | adversarial_traces)
def test_invalid_and_adversarial_traces(trace: Trace) -> None:
    text = render(trace, "snoop")
    assert joined(blocks(trace, "snoop")) == text
    count_accepted(iter([text]), "snoop", trace.code)


def test_the_name_of_the_file_is_read_from_the_text() -> None:
    text = render(replace(small_trace(), file_name="prog.py"), "snoop")
    assert 'in File "prog.py", line' in text and "program.py" not in text
    trace = parse(text, "snoop", HALF)
    assert trace.file_name == "prog.py" and render(trace, "snoop") == text
    start, _, end = text.rpartition('"prog.py"')
    assert "prog.py" in start  # two calls; a program has one file
    with pytest.raises(TraceParseError):
        parse(f'{start}"other.py"{end}', "snoop", HALF)


@pytest.mark.parametrize("seed", range(2))
def test_mutations(seed: int) -> None:
    assert count_accepted(mutations(render(small_trace(), "snoop"), 1500, seed), "snoop", HALF) < 1500


def test_shipped_traces() -> None:
    traces = list(islice(statecode.read(SHIPPED), 0, None, 40))
    assert all(joined(blocks(trace, "snoop")) == render(trace, "snoop") for trace in traces)
    assert exact_share(traces) > 0.98


@pytest.mark.one_python
@pytest.mark.parametrize("step", MUTATION_STEPS)
def test_all_shipped_traces_and_their_mutations(step: int) -> None:
    traces = list(islice(statecode.read(SHIPPED), 0, None, step))
    assert exact_share(traces) > 0.98
    tried = 0
    for number, trace in enumerate(traces):
        text = render(trace, "snoop")
        assert joined(blocks(trace, "snoop")) == text
        if len(text) < 3000:
            count_accepted(mutations(text, 60, number), "snoop", trace.code)
            tried += 60
    assert tried > 0.8 * 40_000 / step


@pytest.mark.one_python
def test_mbpp(statecode_data) -> None:
    programs = load_programs("mbpp", mbpp_path=statecode_data / "mbpp", calls_per_problem=1)
    with SandboxRunner() as runner:
        assert exact_share(runner.run(program).trace for program in programs) > 0.98
