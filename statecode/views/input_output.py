"""The view `io`: code and stdin, then the output of the program and the status.

    [code]
    x = int(input())
    print(x + 1)
    [stdin]
    3
    [stdout]
    4
    [end] ok

The part `[stdin]` is omitted if stdin is empty. A newline is appended to a text that does not end with one.
"""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.text import well_formed
from statecode.views.base import ViewFunctions
from statecode.views.segments import Kind, Segment
from statecode.views.status_line import status_line


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the head with code and stdin, one block per event, and the tail with the rest of stdout and the status.

    The block of an event contains the text printed before the event.
    """
    yield [*program_segments(trace), Segment("[stdout]\n", Kind.SYNTAX)]
    printed = 0
    for event in trace.events:
        yield _stdout(trace.stdout[printed:event.stdout_end])
        printed = max(printed, event.stdout_end)
    yield [*_stdout(trace.stdout[printed:]), *_line_end(trace.stdout), *status_segments(trace)]


def program_segments(trace: Trace) -> Iterator[Segment]:
    """Yield the segments of the code and stdin."""
    yield Segment("[code]\n", Kind.SYNTAX)
    yield Segment(trace.code, Kind.SOURCE)
    yield from _line_end(trace.code)
    if trace.stdin:
        yield Segment("[stdin]\n", Kind.SYNTAX)
        yield Segment(well_formed(trace.stdin), Kind.STDOUT)
        yield from _line_end(trace.stdin)


def status_segments(trace: Trace) -> Iterator[Segment]:
    """Yield the segments of the status line."""
    yield Segment("[end] ", Kind.SYNTAX)
    yield Segment(f"{status_line(trace)}\n", Kind.CONTROL)


def _stdout(text: str) -> list[Segment]:
    return [Segment(text, Kind.STDOUT)] if text else []


def _line_end(text: str) -> list[Segment]:
    return [] if text.endswith("\n") or not text else [Segment("\n", Kind.SYNTAX)]


FUNCTIONS = ViewFunctions(segments=segments)
