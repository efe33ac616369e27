"""A run in which two frames are live, for the tests of the state that a view writes at the start of a window."""

from __future__ import annotations

from collections.abc import Callable

import statecode
from statecode.records import FrameState, Trace
from statecode.views.segments import Segment, joined_block

CODE = """\
def double(n):
    m = n + n
    return m

words = ["a b", "c"]
print(double(4))
"""


def at_line_3() -> tuple[Trace, int]:
    """Return a trace and the index of the event at line 3, in the function."""
    trace = statecode.trace(CODE, stdin="7\n")
    return trace, next(index for index, event in enumerate(trace.events) if event.line == 3)


def state_after_line_3(state: Callable[[Trace, int, list[FrameState]], list[Segment]]) -> str:
    """Return the text of the state after this event, with the program's own variables only."""
    trace, event = at_line_3()
    frames = [frame._replace(variables={
        name: value for name, value in frame.variables.items() if name in ("words", "n", "m")
    }) for frame in trace.state_at(event)]
    return joined_block(state(trace, event + 1, frames))
