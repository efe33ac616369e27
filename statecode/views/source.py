"""The view `code`: the source alone."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.base import ViewFunctions
from statecode.views.segments import Kind, Segment


def render(trace: Trace) -> str:
    """Return the source of the program."""
    return trace.code


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the source as the head, then an empty block per event and an empty tail."""
    yield [Segment(trace.code, Kind.SOURCE)]
    yield from ([] for _ in range(len(trace.events) + 1))


FUNCTIONS = ViewFunctions(segments=segments, render=render)
