"""Test the reader of snoop's text: the parsed trace renders the same text, and has the events that the text shows."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace

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
from tests.support.engine_corpora import WITH_DATA, program_of
from tests.support.invalid_traces import (
    HALF,
    count_accepted,
    invalid_traces,
    mutations,
    small_trace,
)
from tests.support.paths import ROOT
from tests.support.random_programs import delegation_program
from tests.support.samples import kinds_of_program, kinds_of_trace, sample, sampled
from tests.support.snoop_texts import read_again, visible_events

SHIPPED = ROOT / "statecode" / "data" / "embedded"


def exact_share(traces: Iterable[Trace]) -> float:
    """Return the share of traces whose visible events are restored exactly; check the text of all of them."""
    exact = [visible_events(read_again(trace)) == visible_events(trace) for trace in traces]
    return sum(exact) / len(exact)


def check_all_views(trace: Trace) -> None:
    """Check that snoop's text and the texts of the lossless views can be read, and render the same text again."""
    read_again(trace)
    for name, view in VIEWS.items():
        if view.lossless:
            text = render(trace, name)
            assert render(parse(text, name), name) == text


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


DELEGATION = """
class Swallows:
    def __iter__(self):
        return self
    def __next__(self):
        return 1
    def throw(self, *thrown):
        raise StopIteration(8)
def outer():
    got = yield from Swallows()
    yield got
    yield from Swallows()
    return got
def inner():
    try:
        yield 1
    except ValueError:
        return 2
def twice():
    for k in range(2):
        got = yield from inner()
        yield got
def run():
    for generator in (outer(), twice()):
        next(generator)
        x = generator.throw(ValueError())
        next(generator)
        try:
            x = generator.throw(ValueError())
        except StopIteration as stop:
            x = stop.value
    class Local:
        a = 1
run()
"""
COROUTINES = """
import asyncio
async def wait(n):
    await asyncio.sleep(0)
    a = n
    await asyncio.sleep(0)
    return a
async def main():
    return await asyncio.gather(wait(1), wait(2), wait(2))
x = asyncio.run(main())
"""
EXCEPT_STAR = """
try:
    raise ExceptionGroup('g', [ValueError(1), TypeError(2)])
except* ValueError as error:
    x = 1
except* (TypeError,
         KeyError) as error:
    x = 2
else:
    x = 3
finally:
    y = 3
"""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="except* is new in Python 3.11")
def test_a_taken_except_star() -> None:
    trace = statecode.trace(EXCEPT_STAR)
    assert visible_events(read_again(trace)) == visible_events(trace)


def test_delegation_with_throw() -> None:
    trace = statecode.trace(DELEGATION)
    read = visible_events(read_again(trace))
    assert [event._replace(depth=0) for event in read] == [event._replace(depth=0) for event in visible_events(trace)]


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="in Python 3.13 snoop takes a resumed coroutine for a new frame")
def test_coroutines_resume_with_their_frame_number() -> None:
    trace = statecode.trace(COROUTINES)
    assert visible_events(read_again(trace)) == visible_events(trace)


PROGRAMS = pytest.mark.parametrize("count", [pytest.param(20, id="sample"), pytest.param(1000, id="all", marks=pytest.mark.long)])


@PROGRAMS
def test_random_programs_with_delegation(count: int) -> None:
    with SandboxRunner() as runner:
        for number in range(count):
            check_all_views(runner.run(program_of(str(number), delegation_program(number))).trace)


@pytest.mark.long
@pytest.mark.one_python
@pytest.mark.parametrize("name", WITH_DATA)
def test_programs_of_other_data_sets(name: str, statecode_data) -> None:
    with SandboxRunner() as runner:
        for program in WITH_DATA[name](statecode_data):
            check_all_views(runner.run(program).trace)


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


@sampled(40)
def test_shipped_traces(step: int) -> None:
    traces = sample(statecode.read(SHIPPED), step, kinds_of_trace)
    assert all(joined(blocks(trace, "snoop")) == render(trace, "snoop") for trace in traces)
    assert exact_share(traces) > (0.98 if step == 1 else 0.95)  # a sample has more of the unusual programs


@pytest.mark.one_python
@sampled(25)
def test_mutations_of_shipped_traces(step: int) -> None:
    tried = 0
    for number, trace in enumerate(sample(statecode.read(SHIPPED), step, kinds_of_trace)):
        text = render(trace, "snoop")
        if len(text) < 3000:
            count_accepted(mutations(text, 60, number), "snoop", trace.code)
            tried += 60
    assert tried > 0.8 * 40_000 / step


@pytest.mark.one_python
@sampled(10)
def test_mbpp(statecode_data, step: int) -> None:
    programs = load_programs("mbpp", mbpp_path=statecode_data / "mbpp", calls_per_problem=1)
    with SandboxRunner() as runner:
        assert exact_share(runner.run(program).trace for program in sample(programs, step, kinds_of_program)) > 0.98
