"""Test the state at the start of a window of the view `snoop`."""

from __future__ import annotations

from statecode.views.segments import joined_block
from statecode.views.snoop.state import source, state
from tests.support.window_states import at_line_3, state_after_line_3

STATE = """\
 >>> Continue <module> in File "program.py", line 6
 ...... words = ['a b', 'c']
    6 | print(double(4))
     >>> Continue double in File "program.py", line 3
     ...... n = 4
     ...... m = 8
        3 |     return m
"""


def test_the_state_contains_the_line_and_the_variables_of_each_live_frame() -> None:
    assert state_after_line_3(state) == STATE


def test_the_source_is_written_as_the_lines_of_events() -> None:
    trace, _ = at_line_3()
    text = joined_block(source(trace))
    assert text.splitlines()[1:3] == ["    2 |     m = n + n", "    3 |     return m"]
    assert len(text.splitlines()) == 6
