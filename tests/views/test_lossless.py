"""Test that every lossless view restores the runs of MBPP, and adversarial and invalid traces.

The test file of each view has further tests.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings

import statecode
from statecode.programs import load_programs
from statecode.records import Trace
from statecode.tracing import SandboxRunner
from statecode.views import VIEWS, parse, render
from tests.support.adversarial_traces import adversarial_traces
from tests.support.invalid_traces import HALF, check_round_trip, count_accepted, invalid_traces, mutations, small_trace
from tests.support.paths import ROOT

SHIPPED = ROOT / "statecode" / "data" / "embedded"
by_event = pytest.mark.parametrize("view", ["full-state", "frames"])  # test_compact.py has stricter tests
LOSSLESS = [name for name, view in VIEWS.items() if view.lossless]


def test_which_views_are_lossless() -> None:
    assert LOSSLESS == ["compact", "full-state", "frames"], "each needs tests with invalid traces and mutated texts"


@by_event
@settings(deadline=None, max_examples=400)
@given(trace=invalid_traces | adversarial_traces)
def test_invalid_and_adversarial_traces(view: str, trace: Trace) -> None:
    check_round_trip(trace, view)


@by_event
@pytest.mark.parametrize("seed", range(2))
def test_mutations(view: str, seed: int) -> None:
    assert count_accepted(mutations(render(small_trace(), view), 1500, seed), view, HALF) < 1500


@by_event
def test_shipped_traces(view: str) -> None:
    for trace in islice(statecode.read(SHIPPED), 0, None, 40):
        check_round_trip(trace, view)


@pytest.mark.parametrize(("view", "minimum"), [("full-state", 28_000), ("frames", 30_000)])
@pytest.mark.one_python
def test_all_shipped_traces_and_their_mutations(view: str, minimum: int) -> None:
    tried = 0
    for number, trace in enumerate(statecode.read(SHIPPED)):
        check_round_trip(trace, view)
        text = render(trace, view)
        if len(text) < 6000:
            count_accepted(mutations(text, 60, number), view, trace.code)
            tried += 60
    assert tried > minimum


@pytest.mark.one_python
def test_mbpp(statecode_data: Path) -> None:
    programs = load_programs("mbpp", mbpp_path=str(statecode_data / "mbpp"), calls_per_problem=1)
    count = 0
    with SandboxRunner() as runner:
        for count, program in enumerate(programs, 1):
            trace = runner.run(program).trace
            for name in LOSSLESS:
                text = render(trace, name)
                read = parse(text, name)
                assert read.content() == trace.content(), (program.program_id, name)
                assert render(read, name) == text
    assert count == 974
