"""Test the state at the start of a window of the view `frames`."""

from __future__ import annotations

import statecode
from statecode.records import Trace
from statecode.views.frames.state import source, state
from statecode.views.frames.writer import segments
from statecode.views.segments import joined_block

CODE = """\
def double(n):
    m = n + n
    return m

words = ["a b", "c"]
print(double(4))
"""
STATE = """\
<|call_sep|>{"words": "['a b', 'c']"}<|action_sep|>print(double(4))
<|frame_sep|><|call_sep|>{"n": "4", "m": "8"}<|action_sep|>    return m
<|frame_sep|>"""


def at_line_3() -> tuple[Trace, int]:
    """Return a trace and the index of the event at line 3, in the function."""
    trace = statecode.trace(CODE, stdin="7\n")
    return trace, next(index for index, event in enumerate(trace.events) if event.line == 3)


def test_the_state_contains_the_line_and_the_variables_of_each_live_frame() -> None:
    trace, event = at_line_3()
    frames = [frame._replace(variables={
        name: value for name, value in frame.variables.items() if name in ("words", "n", "m")
    }) for frame in trace.state_at(event)]
    assert joined_block(state(trace, event + 1, frames)) == STATE


def test_the_source_is_the_text_before_the_first_event() -> None:
    trace, _ = at_line_3()
    assert joined_block(source(trace)) == joined_block(next(iter(segments(trace))))
