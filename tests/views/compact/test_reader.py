"""Test that the view `compact` can be parsed, also for adversarial traces and mutated texts."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings

import statecode
from statecode.errors import TraceParseError
from statecode.programs import load_programs
from statecode.records import Trace
from statecode.tracing import SandboxRunner
from statecode.views import compact
from tests.support.adversarial_traces import adversarial_traces
from tests.support.compact_texts import HALF_TEXT, PROGRAM, SHIPPED, TEXT, VIEW, check_round_trip
from tests.support.invalid_traces import HALF, count_accepted, invalid_traces, mutations
from tests.support.samples import kinds_of_program, kinds_of_trace, sample, sampled


def test_traced_program_can_be_parsed() -> None:
    check_round_trip(statecode.trace(PROGRAM))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n4 >1", "\n4 >1 m", "line 9: expected a change or a mark: '4 >1 m n=1'"),
        ("\n^", "\n@{\n^", "line 16: invalid text (JSONDecodeError): '@{'"),
        ("\n2 ->0", "\n2 +>0", "line 10: expected a change or a mark: '2 +>0'"),
        ("\n2 ->0", "\n02 ->0", "line 10: the view compact does not write this line here: '02 ->0'"),
        ("\n4 x=0", "\n5 x=0", "line 11: the view compact does not write this line here: '5 x=0'"),
        ("\nexception", "\nfine", "line 17: expected a line number or a mark: 'fine'"),
        ("\nexception\n|oh\n:no", "", "line 16: the text ends without a status: '^'"),
        ("2  return", "1  return", "line 2: expected line 2 of the source: '1  return n // 2'"),
        ("<1\n\n", "<1\n", "line 1: no empty line after the source: '1 def half(n):'"),
        ("\n^", '\n@{"frame":[]}\n^', "line 16: unknown field or wrong type: frame: '@{\"frame\":[]}'"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    assert HALF_TEXT.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        compact.parse(HALF_TEXT.replace(old, new))
    assert str(caught.value) == message


def test_other_source_is_rejected() -> None:
    with pytest.raises(TraceParseError, match="line 1: the source differs from the code passed: '1 "):
        compact.parse(TEXT, PROGRAM + "\n")


@settings(deadline=None, max_examples=150)
@given(adversarial_traces)
def test_adversarial_traces(trace: Trace) -> None:
    check_round_trip(trace)


@settings(deadline=None, max_examples=100)
@given(invalid_traces)
def test_invalid_traces(trace: Trace) -> None:
    check_round_trip(trace)


def test_mutations() -> None:
    assert count_accepted(mutations(HALF_TEXT, 1500, 0), VIEW, HALF) < 750


@sampled(40)
def test_shipped_traces(step: int) -> None:
    for trace in sample(statecode.read(SHIPPED), step, kinds_of_trace):
        check_round_trip(trace)


@pytest.mark.one_python
@sampled(5)
def test_many_adversarial_traces(step: int) -> None:
    settings(deadline=None, max_examples=5000 // step)(given(adversarial_traces)(check_round_trip))()


@pytest.mark.one_python
@sampled(10)
def test_mbpp(statecode_data: Path, step: int) -> None:
    programs = load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1)
    with SandboxRunner() as runner:
        for program in sample(programs, step, kinds_of_program):
            check_round_trip(runner.run(program).trace)


@pytest.mark.one_python
@sampled(5)
def test_a_hundred_thousand_mutations(step: int) -> None:
    count_accepted(mutations(HALF_TEXT, 60_000 // step, 1), VIEW, HALF)
    texts = (trace for trace in statecode.read(SHIPPED) if len(trace.events) < 60)
    for number, trace in enumerate(islice(texts, 0, 1000, 10 * step)):
        count_accepted(mutations(compact.render(trace), 400, number), VIEW, trace.code)
