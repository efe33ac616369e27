"""Divide a text of the view `compact` into segments by kind.

A value has the kind COPIED_VALUE if it can be copied from the text above:

- the text above contains the same value of the same name, or
- the value equals the last value that was returned or yielded, or
- the value is an argument of a call, or is returned or yielded, and the text above contains it as a value of any name.

All other values have the kind NEW_VALUE.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.compact.predictor import ENTERING
from statecode.views.compact.values import NEXT_CHANGE, NEXT_MARK
from statecode.views.compact.writer import CompactWriter
from statecode.views.segments import Kind, Segment

_HEAD_LINE = re.compile(r"([<,])([^\n]*\n)|(\d+)( ?)([^\r\n]*(?:\r\n|\r|\n))|([^\n]*\n)")
_LINE_START = re.compile("\n(?! )")
_NUMBERED = re.compile(r"(\.?)([0-9]+)(.*)", re.DOTALL)
_EVENT = re.compile(r"(>[*>\[]?|->|=>)([0-9]*)(.*)", re.DOTALL)


def segments(trace: Trace, spaced_digits: bool = False) -> Iterator[list[Segment]]:
    """Yield the text in blocks of segments: the head, one block per event, the tail.

    Args:
        spaced_digits: True to separate the digits of values, stdin and output by spaces.
    """
    writer, segmenter = CompactWriter(trace, spaced_digits), _Segmenter()
    last = len(trace.events)
    yield list(head_segments(writer.head()))
    for number, event in enumerate(trace.events, 1):
        yield list(segmenter.segments(writer.block(event, is_last=number == last)))
    yield list(segmenter.segments(writer.tail()))


def head_segments(head: str) -> Iterator[Segment]:
    """Yield the segments of the text before the first event: the source with line numbers, and stdin."""
    for match in _HEAD_LINE.finditer(head):
        stdin_mark, stdin, number, space, source, other = match.groups()
        if stdin_mark:
            yield Segment(stdin_mark, Kind.SYNTAX)
            yield Segment(stdin, Kind.STDOUT)
        elif number:
            yield Segment(number, Kind.LINE_NUMBER)
            yield Segment(space, Kind.SYNTAX)
            yield Segment(source, Kind.SOURCE)
        else:
            yield Segment(other, Kind.SYNTAX)


class _Segmenter:
    """Divide the blocks of one text in order, and record the values that they contain."""

    def __init__(self) -> None:
        self._values: dict[str, set[str]] = {}  # name → its values so far
        self._all_values: set[str] = set()
        self._returned: str | None = None       # the last value that was returned or yielded

    def segments(self, block: str) -> Iterator[Segment]:
        """Yield the segments of a block. A block starts on a new line, or continues the last line of the text above."""
        first, *lines = _LINE_START.split(block)
        yield from self._payload(first)
        for line in lines:
            yield Segment("\n", Kind.SYNTAX)
            numbered = _NUMBERED.fullmatch(line)
            if numbered:
                yield Segment(numbered[1], Kind.SYNTAX)
                yield Segment(numbered[2], Kind.LINE_NUMBER)
                yield from self._payload(numbered[3])
            elif line[:1] in ("|", ":"):
                yield Segment(line[0], Kind.SYNTAX)
                yield Segment(line[1:], Kind.STDOUT)
            else:
                yield from self._event(line)

    def _payload(self, text: str) -> Iterator[Segment]:
        """Yield the segments of the changes after a line number and of an event on the same line."""
        found = NEXT_MARK.search(text)
        end = found.start() if found else len(text)
        yield from self._changes(text[:end], are_arguments=False)
        if found:
            yield Segment(" ", Kind.SYNTAX)
            yield from self._event(text[end + 1:])

    def _changes(self, text: str, are_arguments: bool) -> Iterator[Segment]:
        _, *changes = NEXT_CHANGE.split(text)
        for change in changes:
            name, _, value = change.partition("=")
            earlier = self._values.setdefault(name, set())
            copied = value in earlier or value == self._returned or are_arguments and value in self._all_values
            yield Segment(f" {name}=", Kind.SYNTAX)
            yield Segment(value, Kind.COPIED_VALUE if copied else Kind.NEW_VALUE)
            earlier.add(value)
            self._all_values.add(value)

    def _event(self, text: str) -> Iterator[Segment]:
        """Yield the segments of an event; an exception, a line of fields or the status is one CONTROL segment."""
        match = _EVENT.fullmatch(text)
        if match is None:
            yield Segment(text, Kind.CONTROL)
            return
        mark, number, rest = match.groups()
        yield Segment(mark, Kind.CONTROL)
        if mark in ENTERING:
            yield Segment(number, Kind.LINE_NUMBER)
            yield from self._changes(rest, are_arguments=True)
        else:
            value = number + rest
            copied = value in self._all_values or value == self._returned
            yield Segment(value, Kind.COPIED_VALUE if copied else Kind.NEW_VALUE)
            self._returned = value
