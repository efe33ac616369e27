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
# compared by identity: the hash of a member of an Enum is computed in Python
_CALL, _START, _REENTER = START_WORDS
_RETURN, _YIELD = RETURN_WORDS


def render(trace: Trace) -> str:
    """Return snoop's text of the trace; the text of a truncated trace ends after its last event."""
    source, file_name = source_of(trace.code), trace.file_name
    lines, line_ends, change_starts = _caches_of(trace.code)
    comprehensions: set[int] = set()
    texts: list[str] = []
    append = texts.append
    last_frame = last_depth = None
    indent = ""
    for event in trace.events:
        kind, line, from_line, depth, frame, _, _, changes, value, _, _ = event
        if depth != last_depth:
            indent, last_depth = indent_of(depth), depth
        starts_frame = kind is not _LINE and (kind is _CALL or kind is _START or kind is _REENTER)
        if frame != last_frame:
            if last_frame is not None and not starts_frame and kind is not _COMPREHENSION:
                append(f"{indent}{lines[from_line]}")  # the line of a frame that continues is repeated
            last_frame = frame
        if kind is _COMPREHENSION:
            comprehensions.add(frame)
        if frame in comprehensions or not (
            kind is _LINE or starts_frame
            or (kind is _RETURN or kind is _YIELD) and value is not None and value.isprintable()
        ):
            append(joined_lines(indent, event_lines(event, source, frame in comprehensions, file_name)))
            continue
        if starts_frame:
            append(f"{indent}{start_text(event, file_name)}\n")
        if changes:
            starts = change_starts[from_line]
            for name, new in changes:
                start, hidden = starts[name]
                if start is not None and new != hidden:  # a printable value is on one line
                    one_line = new.isprintable()
                    append(f"{indent}{start}{new}\n" if one_line else joined_lines(indent, indented(start, new)))
        if kind is _LINE:
            append(f"{indent}{indent.join(line_ends[from_line, line])}")
        elif starts_frame:
            append(f"{indent}{lines[line]}")
        else:
            append(f"{indent}{return_start(event)}{value}\n")
    return "".join(texts)


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def _caches_of(code: str) -> tuple[_Lines, _LineEnds, _ChangeStarts]:
    source = source_of(code)
    lines = _Lines(source)
    return lines, _LineEnds(source, lines), _ChangeStarts(source)


class _Lines(dict[int, str]):
    """A cache: line → the line as snoop prints it when it runs, without indentation."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, line: int) -> str:
        text = self[line] = joined_lines("", [self._source.line(line)])
        return text


class _LineEnds(dict[tuple[int, int], list[str]]):
    """A cache: from_line and line of a LINE event → its lines after the changes, without indentation."""

    def __init__(self, source: Source, lines: _Lines) -> None:
        super().__init__()
        self._source = source
        self._lines = lines

    def __missing__(self, key: tuple[int, int]) -> list[str]:
        from_line, line = key
        before = statement_start(from_line, line, self._source)
        texts = self[key] = [*(joined_lines("", [each]) for each in before), self._lines[line]]
        return texts


class _ChangeStarts(dict[int, "_StartsByName"]):
    """A cache: from_line → the starts of the changes by this line."""

    def __init__(self, source: Source) -> None:
        super().__init__()
        self._source = source

    def __missing__(self, from_line: int) -> _StartsByName:
        starts = self[from_line] = _StartsByName(self._source, from_line)
        return starts


class _StartsByName(dict[str, "tuple[str | None, str | None]"]):
    """A cache: name → the text before a new value, and the value that is not shown; None for the text: shown never."""

    def __init__(self, source: Source, from_line: int) -> None:
        super().__init__()
        self._last = source.statement(from_line)
        self._last_line = source.text(self._last.line) if self._last else ""
        self._assignment = self._last_line.strip()

    def __missing__(self, name: str) -> tuple[str | None, str | None]:
        start: str | None = change_start(name, self._last_line, in_comprehension=False)
        if self._last and name == self._last.defined_function:
            start = None
        hidden = self._assignment.removeprefix(f"{name} = ")
        found = self[name] = start, None if hidden == self._assignment else hidden
        return found
