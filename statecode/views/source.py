"""The view `code`: the source alone."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.segments import Kind, Piece


def render(trace: Trace) -> str:
    """Give the program's source as it was run."""
    return trace.code


def pieces(trace: Trace) -> Iterator[list[Piece]]:
    """Give the source as head and nothing else."""
    yield [Piece(trace.code, Kind.SOURCE)]
    yield from ([] for _ in range(len(trace.events) + 1))
