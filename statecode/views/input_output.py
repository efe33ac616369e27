"""The view `io`: code and stdin, then what the program printed and how it ended.

    [code]
    x = int(input())
    print(x + 1)
    [stdin]
    3
    [stdout]
    4
    [end] ok

`[stdin]` is left out where there is none. A text that does not end in a new line gets one.
"""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.text import well_formed
from statecode.views.segments import Kind, Piece
from statecode.views.status_line import ending


def pieces(trace: Trace) -> Iterator[list[Piece]]:
    """Give code and stdin, per event what was printed before it, and the rest with the ending."""
    yield [*given(trace), Piece("[stdout]\n", Kind.SYNTAX)]
    printed = 0
    for event in trace.events:
        yield _stdout(trace.stdout[printed:event.stdout_end])
        printed = max(printed, event.stdout_end)
    yield [*_stdout(trace.stdout[printed:]), *_line_end(trace.stdout), *ended(trace)]


def given(trace: Trace) -> Iterator[Piece]:
    """What is known before anything runs: code and stdin."""
    yield Piece("[code]\n", Kind.SYNTAX)
    yield Piece(trace.code, Kind.SOURCE)
    yield from _line_end(trace.code)
    if trace.stdin:
        yield Piece("[stdin]\n", Kind.SYNTAX)
        yield Piece(well_formed(trace.stdin), Kind.STDOUT)
        yield from _line_end(trace.stdin)


def ended(trace: Trace) -> Iterator[Piece]:
    """How the run ended."""
    yield Piece("[end] ", Kind.SYNTAX)
    yield Piece(f"{ending(trace)}\n", Kind.CONTROL)


def _stdout(text: str) -> list[Piece]:
    return [Piece(text, Kind.STDOUT)] if text else []


def _line_end(text: str) -> list[Piece]:
    return [] if text.endswith("\n") or not text else [Piece("\n", Kind.SYNTAX)]
