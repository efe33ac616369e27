"""Read snoop's text: find a trace that renders the same text.

The reader proposes candidates for the next event, renders each, and takes the first that equals the next lines of the
text. Changes that the text hides because they equal their source line (`x = 0`), and the names that a `def` binds, are
restored where the source determines them (see `hidden_changes`).

The `truncation` of the trace starts with `UNKNOWN` and lists unknown parts. The trace differs from the original trace:

- stdout, stderr and the exception that ended the run are empty, `stdout_end` is 0, all events are of thread 0
- an EXCEPTION has no changes
- a value of several lines has "\\n" as the separator, whatever the separator was, and no separator at its end
- LINE events within comprehensions are missing, and so is the line at which a comprehension ends
- the status is OK, EXCEPTION or MEMORY if the text contains the end of the module, else KILLED

Several runs may render the same text. Then the reader takes the most usual one. There may be several candidates for the
frame of a generator that resumes, for the frame of a line if several threads have frames at one depth, and for the line
of an event in a statement of several lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from statecode.errors import ConfigError, TraceParseError
from statecode.records import ENTERING, FILE_NAME, LEAVING, Change, Event, EventKind, Trace
from statecode.views.event_predictor import next_from_line
from statecode.views.one_line import check_round_trip, parse_error
from statecode.views.snoop.hidden_changes import HiddenChanges
from statecode.views.snoop.lines import Lines
from statecode.views.snoop.rendering import render
from statecode.views.snoop.scopes import scopes_of
from statecode.views.snoop.text import (
    ENDED,
    RETURN_WORDS,
    START_WORDS,
    dots_of,
    event_lines,
    indent_of,
    source_of,
)
from statecode.views.snoop.unknown import UNKNOWN, status_of, unknown_parts

_KIND_OF = {words: kind for table in (START_WORDS, RETURN_WORDS) for kind, words in table.items()}
_START = re.compile(rf'>>> ({"|".join(START_WORDS.values())}) (.*) in File "([^"]+)", line ([0-9]{{1,9}})')
_COMPREHENSION = re.compile(r"(List|Set|Dict) comprehension:")
_RETURN = re.compile(r"<<< (Return|Yield) value from ")
_SOURCE = re.compile(r" *([0-9]{1,9}) \| ")
_EVENT = re.compile(r"( *)(?:>>> |\.\.\.\.\.\.|!!! |<<< |Result: |\w+ comprehension:$|([0-9]+) \| )")


@dataclass
class _Frame:
    """A frame of the traced program, as known from the text so far."""

    number: int
    function: str
    depth: int
    line: int = 0                # line of the frame's last event
    from_line: int = 0           # the line to which the next changes belong
    is_comprehension: bool = False
    line_has_run: bool = False   # True if the frame's last event is a LINE: it has run when the next event occurs
    variables: dict[str, str] = field(default_factory=dict)


def parse(text: str, code: str | None = None) -> Trace:
    """Return a trace of `code` that renders `text`.

    Raises:
        ConfigError: `code` is None.
        TraceParseError: no trace was found that renders the text.
    """
    if code is None:
        raise ConfigError("the view snoop does not contain the source; pass the code that was run")
    events = _read(text, code)
    trace = Trace(
        program_id="", problem_id="", input_index=0, code=code, stdin="", events=events, status=status_of(events),
        truncation=UNKNOWN + ", ".join(unknown_parts(events)), file_name=_file_name_in(text),
    )
    check_round_trip(text, render(trace))
    return trace


def _read(text: str, code: str) -> tuple[Event, ...]:
    """Return the events of the text.

    If several threads run the same function, only later lines show to which frame a line belongs. So if no events are
    found, the text is read again with `prefer_other_frame`. If this fails too, the first error is raised.
    """
    try:
        return tuple(SnoopReader(text, code).read())
    except TraceParseError as error:
        try:
            return tuple(SnoopReader(text, code, prefer_other_frame=True).read())
        except TraceParseError:
            raise error from None


def _file_name_in(text: str) -> str:
    """Return the name of the program's file: the one in the first line."""
    start = _START.fullmatch(text.partition("\n")[0].strip())
    return start[3] if start else FILE_NAME


def _count_equal_lines(lines: list[str], found: list[str]) -> int:
    """Return the number of lines at the start of `found` that equal the lines at the start of `lines`."""
    return next((number for number, pair in enumerate(zip(lines, found)) if pair[0] != pair[1]), len(found))


class SnoopReader:
    """Read a text event by event.

    Args:
        prefer_other_frame: a source line in the text is either the next line of the last frame, or the repeated line
            of another frame. True to try the other frame first.
    """

    def __init__(self, text: str, code: str, prefer_other_frame: bool = False) -> None:
        self._prefer_other_frame = prefer_other_frame
        self._lines = Lines(text)
        self._file_name = _file_name_in(text)
        self._next = 0
        self._source, self._scopes = source_of(code), scopes_of(code)
        self._frames: list[_Frame] = []
        self._open: dict[int, list[_Frame]] = {}  # depth → active frames, in the order of their starts
        self._suspended: list[_Frame] = []        # frames that have yielded, in the order of their yields
        self._last: _Frame | None = None
        self._hidden = HiddenChanges(code)

    def read(self) -> Iterator[Event]:
        """Yield the events one by one.

        Raises:
            TraceParseError: no candidate renders the next lines; the message contains the first line that differs.
        """
        while self._next < len(self._lines.all):
            furthest = self._next
            for frame, event in self._candidate_events():
                lines = self._rendered(frame, event)
                found = self._lines.all[self._next:self._next + len(lines)]
                if lines and lines == found:
                    self._next += len(lines)
                    yield self._advance(frame, event)
                    break
                furthest = max(furthest, self._next + _count_equal_lines(lines, found))
            else:
                line = self._lines.all[furthest] if furthest < len(self._lines.all) else ""
                raise parse_error(furthest + 1, line, "no event renders this line")

    def _rendered(self, frame: _Frame, event: Event) -> list[str]:
        found = event_lines(event, self._source, frame.is_comprehension, self._file_name)
        lines = [line.start + line.body for line in found]
        if self._repeats_line(frame, event.kind):
            repeated = self._source.line(event.from_line)
            lines.insert(0, repeated.start + repeated.body)
        indent = indent_of(event.depth)
        return [indent + line for line in lines]

    def _repeats_line(self, frame: _Frame, kind: EventKind) -> bool:
        """Return True if snoop repeats the source line of the frame, because another frame had the last event."""
        return kind not in ENTERING and self._last is not None and frame is not self._last

    def _candidate_events(self) -> Iterator[tuple[_Frame, Event]]:
        """Yield the candidates for the next event, each with its frame, the most likely first."""
        line = self._lines.all[self._next]
        found = _EVENT.match(line)
        if found is None:
            return
        number = found[2] or "0000"  # snoop pads line numbers to four characters
        depth, rest = divmod(len(found[1]) - 1 - max(0, 4 - len(number)), 4)
        if rest or depth < 0:
            return
        content = line[len(indent_of(depth)):]
        if start := _START.fullmatch(content):
            yield from self._entry_events(_KIND_OF[start[1]], start[2], int(start[4]), depth)
        elif title := _COMPREHENSION.fullmatch(content):
            yield from self._comprehension_events(f"<{title[1].lower()}comp>", depth)
        else:
            line_number = int(found[2]) if found[2] else None
            for frame in self._candidate_frames(depth, line_number):
                repeats_line = self._repeats_line(frame, EventKind.LINE)
                if frame.is_comprehension and repeats_line and line_number is not None:
                    frame.line = frame.from_line = line_number  # the first line of the frame that the text shows
                for event in self._events_in_frame(frame, self._next + repeats_line):
                    yield frame, event
                if frame.is_comprehension and repeats_line:
                    yield frame, self._event(frame, EventKind.LINE)

    def _candidate_frames(self, depth: int, line: int | None) -> list[_Frame]:
        """Return the frames at a depth that may have the next event, the most likely first.

        There can be several only if the program has several threads.

        Args:
            line: the line number at the start of the next line of the text; None if it has none.
        """
        frames = self._open.get(depth, [])[::-1]
        if line is None or not (self._prefer_other_frame or self._is_line_of_other_frame(line)):
            return sorted(frames, key=lambda frame: frame is not self._last)
        return sorted(frames, key=lambda frame: frame is self._last)

    def _is_line_of_other_frame(self, line: int) -> bool:
        """Return True if the source shows that a line is not in the function of the last frame."""
        scope = self._scopes.at(line)
        if self._last is None or scope is None or scope.function == self._last.function:
            return False
        return self._last.function == "<module>" or not self._last.function.endswith(">")

    def _entry_events(self, kind: EventKind, function: str, line: int, depth: int) -> Iterator[tuple[_Frame, Event]]:
        scope = self._scopes.called(function, line)
        decorated = scope is not None and scope.is_decorated and kind is not EventKind.REENTER_GENERATOR
        from_lines = [scope.first_line, line] if scope is not None and decorated else [line]
        for frame in self._entered_frames(kind, function, line, depth):
            for from_line in from_lines:
                changes, _ = self._changes(self._next + 1, depth, from_line, frame)
                event = self._event(frame, kind, line=line, from_line=from_line, depth=depth, changes=changes)
                yield frame, event

    def _entered_frames(self, kind: EventKind, function: str, line: int, depth: int) -> list[_Frame]:
        new = [_Frame(len(self._frames), function, depth)]
        if kind is not EventKind.REENTER_GENERATOR:
            return new
        suspended = [frame for frame in self._suspended if frame.function == function]
        return sorted(suspended[::-1], key=lambda frame: frame.line != line) + new

    def _comprehension_events(self, name: str, depth: int) -> Iterator[tuple[_Frame, Event]]:
        frame = _Frame(len(self._frames), name, depth, is_comprehension=True)
        changes, at = self._changes(self._next + 1, depth, 0, frame)
        found = _SOURCE.match(self._lines.at(at, depth))
        if found:
            line = int(found[1])
            yield frame, self._event(frame, EventKind.COMPREHENSION, line=line, from_line=line, changes=changes)

    def _events_in_frame(self, frame: _Frame, at: int) -> Iterator[Event]:
        """Yield the candidates for the next event of a frame; the text of the event starts at line `at` of the text."""
        changes, at = self._changes(at, frame.depth, frame.from_line, frame)
        content = self._lines.at(at, frame.depth)
        if content == ENDED:
            kind = EventKind.COMPREHENSION_RESULT if frame.is_comprehension else EventKind.RETURN
            yield self._event(frame, kind, changes=changes)
        elif content.startswith("!!! "):
            yield self._event(frame, EventKind.EXCEPTION, detail=self._lines.detail(at, frame.depth))
        elif content.startswith("Result: "):
            value, _ = self._lines.value(at, frame.depth, "Result: ")
            yield self._event(frame, EventKind.COMPREHENSION_RESULT, changes=changes, value=value)
        elif found := _RETURN.match(content):
            value, _ = self._lines.value(at, frame.depth, f"{found[0]}{frame.function}: ")
            yield self._event(frame, _KIND_OF[found[1]], changes=changes, value=value)
        elif found := _SOURCE.match(content):
            for line in self._lines_reached(int(found[1]), at, frame.depth):
                yield self._event(frame, EventKind.LINE, line=line, changes=changes)

    def _lines_reached(self, line: int, at: int, depth: int) -> Iterator[int]:
        """Yield the candidates for the line of an event, the most likely first.

        Args:
            line: the first source line in the text of the event; it is the first line of the statement.
            at: the number of the line of the text that contains `line`.
        """
        reached = self._scopes.first_executed(line)
        if reached > line:
            yield reached
        yield line
        while (found := _SOURCE.match(self._lines.at(at + 1, depth))) and int(found[1]) == line + 1:
            at, line = at + 1, line + 1
            yield line

    def _changes(self, at: int, depth: int, from_line: int, frame: _Frame) -> tuple[tuple[Change, ...], int]:
        last = self._source.statement(from_line)
        start = f"......{dots_of(self._source.text(last.line)) if last else ''} "
        return self._lines.changes(at, depth, start, frame.is_comprehension)

    def _event(self, frame: _Frame, kind: EventKind, **fields: Any) -> Event:
        known = {"line": frame.line, "from_line": frame.from_line, "depth": frame.depth, **fields}
        return Event(kind=kind, frame=frame.number, thread=0, function=frame.function, **known)

    def _advance(self, frame: _Frame, event: Event) -> Event:
        """Update the frames for an event, and return the event with the changes that its text hides."""
        event = event._replace(changes=self._hidden.with_hidden(event, frame.variables, frame.line_has_run))
        if frame.number == len(self._frames):
            self._frames.append(frame)
        if event.kind in ENTERING:
            self._suspended = [other for other in self._suspended if other is not frame]
            self._open.setdefault(event.depth, []).append(frame)
            frame.depth = event.depth
        frame.variables.update(event.changes)
        if event.kind in LEAVING:
            self._open[event.depth].remove(frame)
        if event.kind is EventKind.YIELD:
            self._suspended.append(frame)
            frame.variables.clear()  # snoop reports all variables again when the generator resumes
        frame.from_line = next_from_line(event)
        frame.line, frame.line_has_run = event.line, event.kind is EventKind.LINE
        self._last = frame
        return event
