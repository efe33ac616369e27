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
frame of a generator or coroutine that resumes, for the frame of a line if several threads have frames at one depth, and
for the line of an event in a statement of several lines.

On Python 3.11 a generator resumes without an event if `throw` is called and the iterator of its `yield from` returns.
snoop counts its next yield or return as the end of another frame, so that all later events have a smaller depth. A
depth below 0 is read as 0.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
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


@dataclass(eq=False)
class _Frame:
    """A frame of the traced program, as known from the text so far."""

    number: int
    function: str
    depth: int                   # depth of the frame's last event
    line: int = 0                # line of the frame's last event
    from_line: int = 0           # the line to which the next changes belong
    is_comprehension: bool = False
    line_has_run: bool = False   # True if the frame's last event is a LINE: it has run when the next event occurs
    is_open: bool = False        # True from its start, or from its resumption, to the next event that leaves it
    variables: dict[str, str] = field(default_factory=dict)
    at_yield: dict[str, str] = field(default_factory=dict)  # the variables at the last yield


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
        self._open: dict[int, list[_Frame]] = {}  # depth → open frames, in the order of their starts
        self._suspended: list[_Frame] = []        # frames that have yielded, in the order of their yields
        self._last: _Frame | None = None
        self._depth = 0                           # of the next event
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
        self._depth = depth
        content = line[len(indent_of(depth)):]
        if start := _START.fullmatch(content):
            yield from self._entry_events(_KIND_OF[start[1]], start[2], int(start[4]))
        elif title := _COMPREHENSION.fullmatch(content):
            yield from self._comprehension_events(f"<{title[1].lower()}comp>")
        else:
            yield from self._continuing_events(int(found[2]) if found[2] else None)

    def _continuing_events(self, line: int | None) -> Iterator[tuple[_Frame, Event]]:
        """Yield the candidates for an event of a frame that has started.

        Args:
            line: the line number at the start of the next line of the text; None if it has none.
        """
        for frame in self._candidate_frames(line):
            repeats_line = self._repeats_line(frame, EventKind.LINE)
            is_unknown = frame.is_comprehension or not frame.is_open  # the text shows the line of the frame here first
            known = frame
            if is_unknown and repeats_line and line is not None:
                known = replace(frame, line=line, from_line=line)
            for event in self._events_in_frame(known, self._next + repeats_line):
                yield frame, event
            if frame.is_comprehension and repeats_line:
                yield frame, self._event(known, EventKind.LINE)

    def _candidate_frames(self, line: int | None) -> Iterator[_Frame]:
        """Yield the frames that may have the next event, the most likely first.

        Several open frames can be at one depth only if the program has several threads. Other frames follow, for a
        generator that resumed without an event, and for frames whose depth is smaller since then.
        """
        at_depth = self._open.get(self._depth, [])[::-1]
        prefers_other = line is not None and (self._prefer_other_frame or self._is_line_of_other_frame(line))
        yield from sorted(at_depth, key=lambda frame: (frame is self._last) is prefers_other)
        for depth, frames in list(self._open.items()):
            if depth != self._depth:
                yield from frames[::-1]
        if line is not None:
            yield from (frame for frame in self._suspended[::-1] if self._scopes.called(frame.function, line))

    def _is_line_of_other_frame(self, line: int) -> bool:
        """Return True if the source shows that a line is not in the function of the last frame."""
        scope = self._scopes.at(line)
        if self._last is None or scope is None or scope.function == self._last.function:
            return False
        if not self._last.line_has_run and self._last.line == line:
            return False  # the last frame is a class that has just started
        return self._last.function == "<module>" or not self._last.function.endswith(">")

    def _entry_events(self, kind: EventKind, function: str, line: int) -> Iterator[tuple[_Frame, Event]]:
        scope = self._scopes.called(function, line)
        resumes = kind is EventKind.REENTER_GENERATOR
        if kind is EventKind.CALL and scope is not None:  # a coroutine has this event also when it resumes
            resumes = line not in (scope.first_line, scope.line)
        decorated = scope is not None and scope.is_decorated and not resumes
        from_lines = [scope.first_line, line] if scope is not None and decorated else [line]
        for frame in self._entered_frames(kind, function, line, resumes):
            for from_line in from_lines:
                changes, _ = self._changes(self._next + 1, from_line, frame)
                yield frame, self._event(frame, kind, line=line, from_line=from_line, changes=changes)

    def _entered_frames(self, kind: EventKind, function: str, line: int, resumes: bool) -> Iterator[_Frame]:
        if resumes:
            shown, _ = self._changes(self._next + 1, line)

            def differences(frame: _Frame) -> tuple[bool, int, bool]:
                changed = sum(frame.at_yield.get(name) != value for name, value in shown)
                return frame.line != line, changed, frame.depth != self._depth

            in_order = kind is EventKind.CALL  # of coroutines; an event loop resumes them in the order of their yields
            suspended = [frame for frame in self._suspended if frame.function == function]
            yield from sorted(suspended if in_order else suspended[::-1], key=differences)
        yield _Frame(len(self._frames), function, self._depth)

    def _comprehension_events(self, name: str) -> Iterator[tuple[_Frame, Event]]:
        frame = _Frame(len(self._frames), name, self._depth, is_comprehension=True)
        changes, at = self._changes(self._next + 1, 0, frame)
        found = _SOURCE.match(self._lines.at(at, self._depth))
        if found:
            line = int(found[1])
            yield frame, self._event(frame, EventKind.COMPREHENSION, line=line, from_line=line, changes=changes)

    def _events_in_frame(self, frame: _Frame, at: int) -> Iterator[Event]:
        """Yield the candidates for the next event of a frame; the text of the event starts at line `at` of the text."""
        changes, at = self._changes(at, frame.from_line, frame)
        content = self._lines.at(at, self._depth)
        if content == ENDED:
            kind = EventKind.COMPREHENSION_RESULT if frame.is_comprehension else EventKind.RETURN
            yield self._event(frame, kind, changes=changes)
        elif content.startswith("!!! "):
            yield self._event(frame, EventKind.EXCEPTION, detail=self._lines.detail(at, self._depth))
        elif content.startswith("Result: "):
            value, _ = self._lines.value(at, self._depth, "Result: ")
            yield self._event(frame, EventKind.COMPREHENSION_RESULT, changes=changes, value=value)
        elif found := _RETURN.match(content):
            value, _ = self._lines.value(at, self._depth, f"{found[0]}{frame.function}: ")
            yield self._event(frame, _KIND_OF[found[1]], changes=changes, value=value)
        elif found := _SOURCE.match(content):
            for line in self._lines_reached(int(found[1]), at):
                yield self._event(frame, EventKind.LINE, line=line, changes=changes)

    def _lines_reached(self, line: int, at: int) -> Iterator[int]:
        """Yield the candidates for the line of an event, the most likely first.

        Args:
            line: the first source line in the text of the event; it is the first line of the statement.
            at: the number of the line of the text that contains `line`.
        """
        statement = self._source.statement(line)
        if statement is not None and statement.except_star:  # snoop repeats all lines from `try` to an `except*`
            reached = [number for number in self._consecutive(line, at) if number in statement.except_star]
            yield from reversed(reached)
        reached_first = self._scopes.first_executed(line)
        if reached_first > line:
            yield reached_first
        yield from self._consecutive(line, at)

    def _consecutive(self, line: int, at: int) -> Iterator[int]:
        """Yield `line`, which line `at` of the text contains, and the lines after it that the text shows next."""
        yield line
        while (found := _SOURCE.match(self._lines.at(at + 1, self._depth))) and int(found[1]) == line + 1:
            at, line = at + 1, line + 1
            yield line

    def _changes(self, at: int, from_line: int, frame: _Frame | None = None) -> tuple[tuple[Change, ...], int]:
        last = self._source.statement(from_line)
        start = f"......{dots_of(self._source.text(last.line)) if last else ''} "
        return self._lines.changes(at, self._depth, start, frame is not None and frame.is_comprehension)

    def _event(self, frame: _Frame, kind: EventKind, **fields: Any) -> Event:
        known = {"line": frame.line, "from_line": frame.from_line, "depth": self._depth, **fields}
        return Event(kind=kind, frame=frame.number, thread=0, function=frame.function, **known)

    def _advance(self, frame: _Frame, event: Event) -> Event:
        """Update the frames for an event, and return the event with the changes that its text hides."""
        event = event._replace(changes=self._hidden.with_hidden(event, frame.variables, frame.line_has_run))
        if frame.number == len(self._frames):
            self._frames.append(frame)
        if not frame.is_open:
            self._suspended = [other for other in self._suspended if other is not frame]
        if not frame.is_open or frame.depth != event.depth:
            if frame.is_open:
                self._open[frame.depth].remove(frame)
            self._open.setdefault(event.depth, []).append(frame)
            frame.depth, frame.is_open = event.depth, True
        frame.variables.update(event.changes)
        if event.kind in LEAVING:
            self._open[event.depth].remove(frame)
            frame.is_open = False
        if event.kind is EventKind.YIELD:
            self._suspended.append(frame)
            frame.at_yield, frame.variables = frame.variables, {}  # snoop reports all of them again when it resumes
        frame.from_line = next_from_line(event)
        frame.line, frame.line_has_run = event.line, event.kind is EventKind.LINE
        self._last = frame
        return event
