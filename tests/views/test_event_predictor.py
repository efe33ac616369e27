"""Test that the views `full-state` and `frames`, which predict the fields of events, restore all kinds of traces."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

import statecode
from statecode.records import Trace
from statecode.views import render
from tests.support.adversarial_traces import adversarial_traces
from tests.support.invalid_traces import (
    HALF,
    check_round_trip,
    count_accepted,
    invalid_traces,
    mutations,
    small_trace,
)
from tests.support.paths import ROOT
from tests.support.samples import kinds_of_trace, sample, sampled

SHIPPED = ROOT / "statecode" / "data" / "embedded"
by_event = pytest.mark.parametrize("view", ["full-state", "frames"])  # the tests of compact are stricter


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
@sampled(40)
def test_shipped_traces(view: str, step: int) -> None:
    for trace in sample(statecode.read(SHIPPED), step, kinds_of_trace):
        check_round_trip(trace, view)


@pytest.mark.one_python
@sampled(25)
@pytest.mark.parametrize(("view", "minimum"), [("full-state", 28_000), ("frames", 30_000)])
def test_mutations_of_shipped_traces(view: str, minimum: int, step: int) -> None:
    tried = 0
    for number, trace in enumerate(sample(statecode.read(SHIPPED), step, kinds_of_trace)):
        text = render(trace, view)
        if len(text) < 6000:
            count_accepted(mutations(text, 60, number), view, trace.code)
            tried += 60
    assert tried > 0.8 * minimum / step
