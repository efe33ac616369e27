"""Tells what each stretch of a text of the view `compact` is.

A value is COPIED_VALUE where it can be copied from above: the same text stands above as a value of the same name, or
is what was returned last; what goes into a call or comes out of it may stand above as a value of any name. All other
values are NEW_VALUE.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from statecode.views.compact.predictor import ENTERING
from statecode.views.compact.values import NEXT_CHANGE, NEXT_MARK
from statecode.views.segments import Kind, Segment

_HEAD_LINE = re.compile(r"([<,])([^\n]*\n)|(\d+)( ?)([^\r\n]*(?:\r\n|\r|\n))|([^\n]*\n)")
_LINE_START = re.compile("\n(?! )")
_NUMBERED = re.compile(r"(\.?)([0-9]+)(.*)", re.DOTALL)
_EVENT = re.compile(r"(>[*>\[]?|->|=>)([0-9]*)(.*)", re.DOTALL)


def segments_of(head: str, blocks: Iterable[str], tail: Callable[[], str]) -> Iterator[list[Segment]]:
    """Divide the parts of a text into pieces; `tail` is asked for after the last block."""
    segmenter = _Segmenter()
    yield list(_head_segments(head))
    for block in blocks:
        yield list(segmenter.segments(block))
    yield list(segmenter.segments(tail()))


def _head_segments(head: str) -> Iterator[Segment]:
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
    """Remembers the values above."""

    def __init__(self) -> None:
        self._shown: dict[str, set[str]] = {}  # name → values
        self._all: set[str] = set()
        self._returned: str | None = None      # the last value that was returned or yielded

    def segments(self, block: str) -> Iterator[Segment]:
        """Divide a block, which begins at the start of a line or goes on with one."""
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
        """Divide what a line did, and an event on the same line."""
        found = NEXT_MARK.search(text)
        end = found.start() if found else len(text)
        yield from self._changes(text[:end], into_call=False)
        if found:
            yield Segment(" ", Kind.SYNTAX)
            yield from self._event(text[end + 1:])

    def _changes(self, text: str, into_call: bool) -> Iterator[Segment]:
        _, *changes = NEXT_CHANGE.split(text)
        for change in changes:
            name, _, value = change.partition("=")
            shown = self._shown.setdefault(name, set())
            copied = value in shown or value == self._returned or into_call and value in self._all
            yield Segment(f" {name}=", Kind.SYNTAX)
            yield Segment(value, Kind.COPIED_VALUE if copied else Kind.NEW_VALUE)
            shown.add(value)
            self._all.add(value)

    def _event(self, text: str) -> Iterator[Segment]:
        """Divide a call or a return; all else, as exceptions, fields and how the run ended, is control."""
        match = _EVENT.fullmatch(text)
        if match is None:
            yield Segment(text, Kind.CONTROL)
            return
        mark, number, rest = match.groups()
        yield Segment(mark, Kind.CONTROL)
        if mark in ENTERING:
            yield Segment(number, Kind.LINE_NUMBER)
            yield from self._changes(rest, into_call=True)
        else:
            value = number + rest
            copied = value in self._all or value == self._returned
            yield Segment(value, Kind.COPIED_VALUE if copied else Kind.NEW_VALUE)
            self._returned = value
