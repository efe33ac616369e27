"""What texts are made of: pieces with a kind, in blocks of one event each.

A view's module gives `pieces(trace)`, blocks of pieces: the first is the head (what stands before anything runs), then
one block per event, possibly empty, then the tail (how it ended). Joined they are exactly `render(trace)`. From blocks
follow, for every view alike: spans by kind, texts cut to a budget, and the division into prompt and continuation.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple


class Kind(str, Enum):
    """What a stretch of a text is, so that a loss over it can be told apart."""

    SOURCE = "source"            # the program's own lines
    LINE_NUMBER = "line_number"
    CONTROL = "control"          # calls, returns, exceptions, how it ended
    NEW_VALUE = "new_value"      # a value that does not stand in the text above
    COPIED_VALUE = "copied_value"  # a value that does, shown again
    SYNTAX = "syntax"            # names, separators, indentation: the view's own form
    STDOUT = "stdout"            # what the program printed, or read


class Segment(NamedTuple):
    """A stretch of a text."""

    text: str
    kind: Kind


class Span(NamedTuple):
    """The place of a piece in a rendered text."""

    start: int  # characters
    end: int
    kind: Kind


def joined(blocks: Iterable[Iterable[Segment]]) -> str:
    """The text of blocks."""
    return "".join(segment.text for block in blocks for segment in block)


def spans_of(blocks: Iterable[Iterable[Segment]]) -> list[Span]:
    """Where the pieces lie; neighbours of one kind become one span, empty ones none."""
    spans: list[Span] = []
    start = 0
    for block in blocks:
        for text, kind in block:
            if text and spans and spans[-1].kind is kind:
                spans[-1] = spans[-1]._replace(end=start + len(text))
            elif text:
                spans.append(Span(start, start + len(text), kind))
            start += len(text)
    return spans
