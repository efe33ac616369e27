"""Write the state at the start of a window of the view `full-state`.

    --- state before event 12
    --- <module>                         each live frame: its function, its variables, its line
        values = [3, 4, 8, 1]
       8 | print(mean(values))
    --- mean
        numbers = [3, 4, 8, 1]
       3 |     for n in numbers:
"""

from __future__ import annotations

from statecode.records import FrameState, Trace
from statecode.views.full_state.writer import lines_of, source_line
from statecode.views.one_line import on_one_line
from statecode.views.segments import Kind, Segment


def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
    """Return the state before `event`, with the live frames `frames`."""
    lines = lines_of(trace.code)
    segments = [Segment(f"--- state before event {event}\n", Kind.CONTROL)]
    for frame in frames:
        segments.append(Segment(f"--- {on_one_line(frame.function)}\n", Kind.CONTROL))
        for name, value in frame.variables.items():
            segments.append(Segment(f"    {on_one_line(name, ' = ')} = ", Kind.SYNTAX))
            segments += [Segment(on_one_line(value), Kind.COPIED_VALUE), Segment("\n", Kind.SYNTAX)]
        segments += source_line(frame.line, lines)
    return segments
