"""Test that the joined segments of a view are its text, for every view that has segments."""

from __future__ import annotations

import pytest

from statecode.records import Trace
from statecode.views import blocks, render
from statecode.views.segments import joined
from tests.support.samples import kinds_of_trace, sample, sampled
from tests.support.views_with_segments import VIEWS_WITH_SEGMENTS


@pytest.mark.one_python
@sampled(20)
@pytest.mark.parametrize("view", VIEWS_WITH_SEGMENTS)
def test_blocks_are_the_text_of_every_trace(shipped: list[Trace], view: str, step: int) -> None:
    """There is one block per event, a head and a tail; joined they are the text."""
    for trace in sample(shipped, step, kinds_of_trace):
        parts = list(blocks(trace, view))
        assert len(parts) == len(trace.events) + 2
        assert joined(parts) == render(trace, view)
