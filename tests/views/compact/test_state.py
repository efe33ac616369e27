"""Test the state at the start of a window of the view `compact`."""

from __future__ import annotations

from statecode.views.compact.segmenter import segments
from statecode.views.compact.state import source, state
from statecode.views.segments import joined_block
from tests.support.window_states import at_line_3, state_after_line_3

STATE = """\
[from event 7]
6 <module> words=['a b', 'c']
3 double n=4 m=8

3"""


def test_the_state_contains_the_line_and_the_variables_of_each_live_frame() -> None:
    assert state_after_line_3(state) == STATE


def test_the_source_is_the_text_before_the_first_event() -> None:
    trace, _ = at_line_3()
    assert joined_block(source(trace)) == joined_block(next(iter(segments(trace))))
