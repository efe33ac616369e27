"""Segments: stretches of a view's text, each of one kind, grouped in blocks.

The function `segments(trace)` of a view yields blocks of segments. The first block is the head: the text before the
first event. One block per event follows; it may be empty. The last block is the tail: the end of the run. The joined
blocks are equal to `render(trace)`. Functions that work for all views use the blocks: they compute spans by kind, cut a
text to a budget, and divide a text into prompt and continuation.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

MAX_CHARACTERS = 10_000_000
"""Default limit on the length of a text. A module of 3,000 variables has 100 MB in a view that writes whole states."""


class Kind(str, Enum):
    """The kind of a stretch of text; the loss of a model can be reported by kind."""

    SOURCE = "source"            # lines of the program
    LINE_NUMBER = "line_number"
    CONTROL = "control"          # calls, returns, exceptions, the end of the run
    NEW_VALUE = "new_value"      # a value that the text above does not contain
    COPIED_VALUE = "copied_value"  # a value that is repeated from the text above
    SYNTAX = "syntax"            # names, separators, indentation: the format of the view
    STDOUT = "stdout"            # text that the program printed or read


VALUE_KINDS = (Kind.NEW_VALUE, Kind.COPIED_VALUE)
"""The kinds of the values of a trace."""


class Segment(NamedTuple):
    """A stretch of a text with its kind."""

    text: str
    kind: Kind


class Span(NamedTuple):
    """The position and kind of a stretch in a rendered text."""

    start: int  # in characters, from 0
    end: int    # in characters; exclusive
    kind: Kind


def joined(blocks: Iterable[Iterable[Segment]]) -> str:
    """Return the text of all segments, joined in order."""
    return "".join(map(joined_block, blocks))


def joined_block(block: Iterable[Segment]) -> str:
    """Return the text of the segments of one block, joined in order."""
    return "".join([segment.text for segment in block])


def spans_of(blocks: Iterable[Iterable[Segment]]) -> list[Span]:
    """Return the spans of the segments; adjacent segments of one kind form one span, empty segments are skipped."""
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
