"""Write the context of a window of the view `snoop`: the source, which snoop does not print, and the state."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import FrameState, Trace
from statecode.views.segments import Kind, Segment
from statecode.views.snoop.text import Line, change_start, indent_of, indented, source_of


def source(trace: Trace) -> list[Segment]:
    """Return the lines of the source as snoop prints a line that runs."""
    lines = source_of(trace.code)
    count = len(trace.code.splitlines())
    return list(_segments(" ", (lines.line(number) for number in range(1, count + 1))))


def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
    """Return the live frames before `event`, each as a call that continues, with its variables."""
    lines = source_of(trace.code)
    segments: list[Segment] = []
    for depth, frame in enumerate(frames):
        place = f'>>> Continue {frame.function} in File "{trace.file_name}", line {frame.line}'
        segments += _segments(indent_of(depth), [Line("", place, Kind.CONTROL)])
        for name, value in frame.variables.items():
            start = change_start(name, "", in_comprehension=False)
            segments += _segments(indent_of(depth), indented(start, value))
        segments += _segments(indent_of(depth), [lines.line(frame.line)])
    return segments


def _segments(indent: str, lines: Iterator[Line] | list[Line]) -> Iterator[Segment]:
    for start, body, body_kind, start_kind in lines:
        kind = Kind.COPIED_VALUE if body_kind is Kind.NEW_VALUE else body_kind
        yield from (Segment(indent, Kind.SYNTAX), Segment(start, start_kind), Segment(body, kind))
        yield Segment("\n", Kind.SYNTAX)
