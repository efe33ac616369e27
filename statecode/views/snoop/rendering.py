"""Render a whole text of the view `snoop`, faster than event by event.

The usual events are written here: all but exceptions and those in comprehensions. What depends only on their lines
and names, such as `    3 | for n in numbers:`, is made once per program. `event_lines` renders the other events.
"""

from __future__ import annotations

from functools import lru_cache

from statecode.records import EventKind, Trace
from statecode.views.snoop.text import (
    RETURN_WORDS,
    START_WORDS,
    Source,
    change_start,
    event_lines,
    indent_of,
    indented,
    joined_lines,
    return_start,
    source_of,
    start_text,
    statement_start,
)

_LINE, _COMPREHENSION = EventKind.LINE, EventKind.COMPREHENSION


def render(trace: Trace) -> str:
    """Return snoop's text of the trace; the text of a truncated trace ends after its last event."""
    source, file_name = source_of(trace.code), trace.file_name
    lines, line_ends, change_starts = _caches_of(trace.code)
    comprehensions: set[int] = set()
    texts: list[str] = []
    append = texts.append
    last_frame = None
    for event in trace.events:
        kind, line, from_line, depth, frame, _, _, changes, value, _, _ = event
        starts_frame = kind is not _LINE and kind in START_WORDS
        if frame != last_frame:
            if last_frame is not None and not starts_frame and kind is not _COMPREHENSION:
                append(lines[depth, from_line])  # the line of a frame that continues is repeated
            last_frame = frame
        if kind is _COMPREHENSION:
            comprehensions.add(frame)
        if frame in comprehensions or not (
            kind is _LINE or starts_frame or kind in RETURN_WORDS and value is not None and value.isprintable()
        ):
            append(joined_lines(indent_of(depth), event_lines(event, source, frame in comprehensions, file_name)))
            continue
        if starts_frame:
            append(f"{indent_of(depth)}{start_text(event, file_name)}\n")
        if changes:
            starts = change_starts[depth, from_line]
            for name, new in changes:
                start, hidden = starts[name]
                if start is not None and new != hidden:  # a printable value is on one line
                    append(f"{start}{new}\n" if new.isprintable() else joined_lines("", indented(start, new)))
        if kind is _LINE:
            append(line_ends[depth, from_line, line])
        elif starts_frame:
            append(lines[depth, line])
        else:
            append(f"{indent_of(depth)}{return_start(event)}{value}\n")
    return "".join(texts)


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def _caches_of(code: str) -> tuple[_Lines, _LineEnds, _ChangeStarts]:
    source = source_of(code)
    return _Lines(source), _LineEnds(source), _ChangeStarts(source)


class _Lines(dict[tuple[int, int], str]):
    """A cache: depth and line → the line as snoop prints it when it runs."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, key: tuple[int, int]) -> str:
        depth, line = key
        text = self[key] = joined_lines(indent_of(depth), [self._source.line(line)])
        return text


class _LineEnds(dict[tuple[int, int, int], str]):
    """A cache: depth, from_line and line of a LINE event → its text after the changes."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, key: tuple[int, int, int]) -> str:
        depth, from_line, line = key
        lines = [*statement_start(from_line, line, self._source), self._source.line(line)]
        text = self[key] = joined_lines(indent_of(depth), lines)
        return text


class _ChangeStarts(dict[tuple[int, int], "_StartsByName"]):
    """A cache: depth and from_line → the starts of the changes by this line."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, key: tuple[int, int]) -> _StartsByName:
        starts = self[key] = _StartsByName(self._source, *key)
        return starts


class _StartsByName(dict[str, "tuple[str | None, str | None]"]):
    """A cache: name → the text before a new value, and the value that is not shown; None for the text: shown never."""

    def __init__(self, source: Source, depth: int, from_line: int) -> None:
        super().__init__()
        self._indent = indent_of(depth)
        self._last = source.statement(from_line)
        self._last_line = source.text(self._last.line) if self._last else ""
        self._assignment = self._last_line.strip()

    def __missing__(self, name: str) -> tuple[str | None, str | None]:
        start: str | None = f"{self._indent}{change_start(name, self._last_line, in_comprehension=False)}"
        if self._last and name == self._last.defined_function:
            start = None
        hidden = self._assignment.removeprefix(f"{name} = ")
        found = self[name] = start, None if hidden == self._assignment else hidden
        return found
