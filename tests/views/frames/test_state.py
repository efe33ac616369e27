"""Test the state at the start of a window of the view `frames`."""

from __future__ import annotations

from statecode.views.frames.state import source, state
from statecode.views.frames.writer import segments
from statecode.views.segments import joined_block
from tests.support.window_states import at_line_3, state_after_line_3

STATE = """\
<|call_sep|>{"words": "['a b', 'c']"}<|action_sep|>print(double(4))
<|frame_sep|><|call_sep|>{"n": "4", "m": "8"}<|action_sep|>    return m
<|frame_sep|>"""


def test_the_state_contains_the_line_and_the_variables_of_each_live_frame() -> None:
    assert state_after_line_3(state) == STATE


def test_the_source_is_the_text_before_the_first_event() -> None:
    trace, _ = at_line_3()
    assert joined_block(source(trace)) == joined_block(next(iter(segments(trace))))
