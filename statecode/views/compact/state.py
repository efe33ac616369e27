"""Write the state at the start of a window of the view `compact`.

    [from event 12]
    8 <module> values=[3, 4, 8, 1]     each live frame: its line, its function, its variables
    3 mean numbers=[3, 4, 8, 1] total=4

    3                                  the line to which the first event of the window belongs
"""

from __future__ import annotations

from statecode.records import FrameState, Trace
from statecode.views.compact.segmenter import head_segments
from statecode.views.compact.source_lines import number_lines
from statecode.views.compact.values import escaped, indented, marked_lines, shortened, write_name
from statecode.views.segments import Kind, Segment


def source(trace: Trace) -> list[Segment]:
    """Return the source with line numbers, then stdin."""
    stdin = marked_lines(trace.stdin, "<", ",")[1:] + "\n" if trace.stdin else ""
    return list(head_segments(number_lines(trace.code) + stdin))


def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
    """Return the state before `event`, with the live frames `frames`."""
    segments = [Segment(f"[from event {event}]\n", Kind.CONTROL)]
    for frame in frames:
        segments.append(Segment(f"{frame.line} {frame.function}", Kind.CONTROL))
        for name, value in frame.variables.items():
            segments.append(Segment(f" {write_name(name)}=", Kind.SYNTAX))
            segments.append(Segment(escaped(indented(shortened(value))), Kind.COPIED_VALUE))
        segments.append(Segment("\n", Kind.SYNTAX))
    last = trace.events[event - 1]
    return [*segments, Segment("\n", Kind.SYNTAX), Segment(f"{last.line}", Kind.LINE_NUMBER)]
