"""Test the state at the start of a window of the view `full-state`."""

from __future__ import annotations

from statecode.views.full_state.state import state
from tests.support.window_states import state_after_line_3

STATE = """\
--- state before event 7
--- <module>
    words = ['a b', 'c']
   6 | print(double(4))
--- double
    n = 4
    m = 8
   3 |     return m
"""


def test_the_state_contains_the_line_and_the_variables_of_each_live_frame() -> None:
    assert state_after_line_3(state) == STATE
