"""Read texts of the view `compact`.

The reader itself does not check every rule of the format. At the end it renders the trace again, and rejects the text
if it differs from the rendered text. So the reader accepts only texts that the writer can write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

from statecode.errors import TraceParseError
from statecode.records import LEAVING, Change, Event, EventKind, Status, Trace
from statecode.views.compact.predictor import BEGIN, ENTERING, CompactPredictor
from statecode.views.compact.rendering import render
from statecode.views.compact.source_lines import read_lines, source_end
from statecode.views.compact.tracebacks import read_error_lines
from statecode.views.compact.values import (
    END_FIELDS,
    EVENT_FIELDS,
    NEXT_CHANGE,
    NEXT_MARK,
    InvalidLineError,
    MeasuredChange,
    dedented,
    digits_joined,
    identity,
    length_of,
    lengthened,
    read_detail,
    read_fields,
    read_marked_line,
    read_name,
    split_quoted_name,
    stop_predicting_lengths,
    unescaped,
    with_implied_lengths,
)
from statecode.views.compact.writer import CLOSED, DIGIT_SEPARATED, OPEN, OTHER_BEGINNING, RETURNED
from statecode.views.stopped_runs import stopped_run

_LINE = EventKind.LINE
_LINE_START = re.compile("\n(?! )")  # a line that starts with a space continues the line before it
_COMPLETE_NUMBER = re.compile("\n[0-9]+(?= )")
_STATUSES = {status.value: status for status in Status}
_READ_ERRORS = (ValueError, KeyError, IndexError, TypeError, RecursionError)
"""Raised by reading invalid text. InvalidLineError is a ValueError."""
_MARKS = frozenset((">*", ">>", ">[", ">", "->", "=>", "!", "^"))


def parse(text: str, code: str | None = None) -> Trace:
    """Return the trace that a compact text was rendered from.

    Args:
        text: the text, or the text with the newline that commands print after it.
        code: the expected source, or None. The text contains the source; it is compared with `code`.

    Raises:
        TraceParseError: the view does not write this text, or its source is not `code`.
    """
    text = text.removesuffix("\n")
    reader = CompactReader(text)
    try:
        trace = reader.read()
    except InvalidLineError as invalid:
        raise reader.error(str(invalid)) from None
    except _READ_ERRORS as error:
        raise reader.error(f"invalid text ({type(error).__name__})") from error
    if code is not None and code != trace.code:
        raise _error(text.split("\n"), 0, "the source differs from the code passed")
    again = render(trace, reader.spaced_digits)
    if again != text:
        raise _difference_error(text, again)
    return trace


def read_events(text: str) -> Trace:
    """Return the events before the first line that is not valid, as those of a run that was stopped after them.

    If the text ends without a status, its last line may be incomplete. Of this line only the number is read, and only
    if a space follows it.

    Raises:
        TraceParseError: the source at the beginning of the text is not valid.
    """
    text = text.removesuffix("\n")
    reader = CompactReader(text)
    try:
        return reader.read()
    except _READ_ERRORS as error:
        reason = str(error)
    *_, last = 0, *(found.start() for found in _LINE_START.finditer(text))
    number = _COMPLETE_NUMBER.match(text, last)
    reader = CompactReader(text[:number.end() if number else last])
    try:
        return reader.read()
    except _READ_ERRORS:
        trace = reader.stopped_trace()
    if trace is None:
        raise _error(text.split("\n"), 0, reason)
    return trace


def _difference_error(text: str, again: str) -> TraceParseError:
    """Return the error for the first line of `text` that differs from `again`, the text rendered from its trace."""
    lines, written = text.split("\n"), again.split("\n")
    number = next((k for k, (a, b) in enumerate(zip(lines, written)) if a != b), len(written))
    return _error(lines, number, "the view compact does not write this line here")


def _error(lines: list[str], number: int, reason: str) -> TraceParseError:
    """Return the error for the line with this number, counted from 0; for the last line if there are fewer lines."""
    number = min(number, len(lines) - 1)
    line = lines[number] if len(lines[number]) <= 200 else lines[number][:200] + "..."
    return TraceParseError(f"line {number + 1}: {reason}: {line!r}", reason)


class CompactReader:
    """Read one text line by line; a line that starts with a space belongs to the line before it."""

    def __init__(self, text: str) -> None:
        self.spaced_digits = False
        self._text = text
        self._program: tuple[str, str] | None = None  # source and stdin
        self._number = 0          # index of the current line, in the head or in `_lines`
        self._lines: list[str] = []
        self._events: list[Event] = []
        self._cursor = CLOSED     # state of the last line, see `writer.OPEN`
        self._stdout_read = 0     # characters of stdout read so far
        self._stdout: list[str] = []
        self._changes: tuple[MeasuredChange, ...] = ()  # changes read since the last event
        self._fields: dict[str, Any] | None = None  # fields of the next event, read from a line `@`
        self._changes_by_text: dict[str, MeasuredChange] = {}
        self._payloads: dict[str, tuple[tuple[MeasuredChange, ...], str]] = {}  # results of `_read_payload` by its text

    def error(self, reason: str) -> TraceParseError:
        """Return the error for the current line."""
        number = self._number
        if self._lines:
            number = sum(1 + line.count("\n") for line in self._lines[:self._number])
            number += self._text.partition("\n\n")[0].count("\n") + 2
        return _error(self._text.split("\n"), number, reason)

    def read(self) -> Trace:
        """Return the trace of the text.

        Raises:
            InvalidLineError, ValueError, KeyError, IndexError, TypeError, RecursionError: the text is not valid;
                `parse` converts the error.
        """
        head, blank, body = self._text.partition("\n\n")
        if not blank:
            raise InvalidLineError("no empty line after the source")
        code, stdin = self._program = self._head(head.split("\n"))
        self._predictor = CompactPredictor(code)
        self._lines = body.split("\n") if "\n " not in body else _LINE_START.split(body)
        if self._lines[0] != OTHER_BEGINNING[1:]:
            self._predictor.enter(">", BEGIN[:7])
            self._events.append(BEGIN)
        self._body()
        return self._end(code, stdin)

    def stopped_trace(self) -> Trace | None:
        """Return the events that were read before an error, as those of a stopped run; None if there is no source."""
        if self._program is None:
            return None
        return stopped_run(*self._program, self._events, "".join(self._stdout))

    def _head(self, lines: list[str]) -> tuple[str, str]:
        """Return the source and stdin."""
        if lines[-1] == DIGIT_SEPARATED:
            self.spaced_digits = True
            lines.pop()
        self._join_digits = digits_joined if self.spaced_digits else identity
        count, rest, level, has_newline = source_end(lines)
        code = read_lines(self._counted(lines[:count]), level) + ("\n" if has_newline else "")
        stdin = "".join(map(read_marked_line, self._counted(lines[rest:], rest)))
        return code, self._join_digits(stdin)

    def _counted(self, lines: Sequence[str], start: int = 0) -> Iterator[str]:
        """Yield the lines, and record the index of the current line for error messages."""
        for self._number, line in enumerate(lines, start):
            yield line

    def _body(self) -> None:
        """Read the events up to the status. LINE events without deviations are read inline, since they are frequent."""
        predictor, events, payloads = self._predictor, self._events, self._payloads
        new_event = tuple.__new__  # faster than Event(...)
        defining, defined, numbers = predictor.definitions.changes, predictor.defined, _Numbers()
        for self._number, text in enumerate(self._lines):
            space = text.find(" ")
            number = numbers[text if space < 0 else text[:space]]
            if number is None:
                if text in _STATUSES:
                    return
                self._other_line(text)
                continue
            top = predictor.top
            if self._cursor != RETURNED:  # else the number repeats the line of the caller, and is no event
                if self._fields is not None or top is None or (  # or a change by a definition is predicted
                    top.from_line in defining and (top.number, top.from_line) not in defined
                ):
                    self._event("", text if space < 0 else text[:space])
                else:
                    changes: tuple[Change, ...] = ()
                    if self._changes:
                        changes, self._changes = with_implied_lengths(top.lengths, self._changes), ()
                    events.append(new_event(Event, (
                        _LINE, number, top.from_line, top.depth, top.number, predictor.thread, top.function, changes,
                        None, None, self._stdout_read,
                    )))
                    top.last_line = number
                    if top.advances:
                        top.from_line = number
            self._cursor = OPEN
            if space > 0:
                payload = text[space:]
                self._changes, marked_event = payloads.get(payload) or self._read_payload(payload)
                if marked_event:
                    self._read_marked_event(marked_event)
        raise InvalidLineError("the text ends without a status")

    def _other_line(self, text: str) -> None:
        """Read a line that does not start with a line number."""
        first, rest = text[:1], text[1:]
        if first in ("|", ":"):
            self._add_stdout(read_marked_line(text))
            self._cursor = CLOSED
        elif text == OTHER_BEGINNING[1:] and not self._events:
            pass  # the events do not begin with `BEGIN`, see `read`
        elif first == "@":
            self._fields = read_fields({"thread": int(rest)} if rest.isdecimal() else json.loads(rest), EVENT_FIELDS)
            self._cursor = CLOSED
        elif first == ".":
            line_number_length = len(rest) - len(rest.lstrip("0123456789"))
            self._changes, marked_event = self._read_payload(rest[line_number_length:])
            self._cursor = OPEN
            if marked_event:
                self._read_marked_event(marked_event)
        else:
            self._read_marked_event(text)

    def _add_stdout(self, text: str) -> None:
        text = self._join_digits(text)
        self._stdout.append(text)
        self._stdout_read += len(text)

    def _read_payload(self, payload: str) -> tuple[tuple[MeasuredChange, ...], str]:
        """Return the changes and the marked event in the text after a line number; the event is empty if missing."""
        found = NEXT_MARK.search(payload)
        end = found.start() if found else len(payload)
        divided = self._payloads[payload] = self._read_changes(payload[:end]), payload[end + 1:]
        return divided

    def _read_changes(self, text: str) -> tuple[MeasuredChange, ...]:
        rest, *parts = NEXT_CHANGE.split(text)
        if rest:
            raise InvalidLineError("expected a change or a mark")
        known = self._changes_by_text
        return tuple([known.get(part) or self._read_change(part) for part in parts])

    def _read_change(self, text: str) -> MeasuredChange:
        name, _, value = text.partition("=") if text[0] != '"' else split_quoted_name(text)
        value = self._join_digits(dedented(lengthened(unescaped(value))))
        read = self._changes_by_text[text] = Change(read_name(name), value), length_of(value)
        return read

    def _read_marked_event(self, text: str) -> None:
        """Read an event that starts with a mark."""
        mark = text[:2] if text[:2] in _MARKS else text[:1]
        if mark not in _MARKS:
            raise InvalidLineError("expected a line number or a mark")
        self._event(mark, text[len(mark):])

    def _event(self, mark: str, text_after_mark: str) -> None:
        """Read one event of any kind from its mark, the text after the mark, and the fields read from a line `@`."""
        predictor, deviations, self._fields = self._predictor, self._fields or {}, None
        is_exact, value, detail = deviations.pop("exact", False), None, None
        thread, number = deviations.get("thread", predictor.thread), deviations.get("frame")
        entering = mark in ENTERING
        if entering:
            digits, space, parameters = text_after_mark.partition(" ")
            position = predictor.predict_entry(mark, int(digits), thread, number)
            if space:
                parameters = space + parameters
                self._changes, _ = self._payloads.get(parameters) or self._read_payload(parameters)
        else:
            position = predictor.predict_other(mark, None if mark else int(text_after_mark), thread, number)
            if mark == "!":
                detail = self._join_digits(read_detail(text_after_mark))
            elif mark and mark != "^":
                value = self._join_digits(dedented(lengthened(text_after_mark)))
        event = tuple.__new__(Event, (*position, (), value, detail, self._stdout_read))
        if deviations:
            event = event._replace(**deviations)
        if entering:
            predictor.enter(mark, event[:7])
        changes = self._changes_at(event, entering, is_exact)
        if not entering:
            predictor.follow(event)
        self._events.append(tuple.__new__(Event, (*event[:7], changes, *event[8:])) if changes else event)
        self._cursor = OPEN if not mark else RETURNED if event.kind in LEAVING and predictor.top else CLOSED

    def _changes_at(self, event: Event, entering: bool, is_exact: bool) -> tuple[Change, ...]:
        """Return the changes of an event, including those that the text omits."""
        frame = self._predictor.frame_of(event)
        written, self._changes = self._changes, ()
        if entering:
            expected = BEGIN.changes if not self._events and event.kind is EventKind.CALL else ()
        else:
            expected = self._predictor.expected_changes(frame, event.from_line)
        if is_exact:
            changes = tuple(change for change, _ in written)
            stop_predicting_lengths(frame.lengths, changes)
            return changes
        return with_implied_lengths(frame.lengths, written) if written or not expected else expected

    def _end(self, code: str, stdin: str) -> Trace:
        """Read the end, from the line with the status, and return the trace."""
        predictor, status, deviations = self._predictor, _STATUSES[self._lines[self._number]], {}
        self._number += 1
        if self._number < len(self._lines) and self._lines[self._number].startswith("@"):
            deviations = read_fields(json.loads(self._lines[self._number][1:]), END_FIELDS)
            self._number += 1
        if status is Status.OK and predictor.only_module_runs and not deviations.get("open"):
            self._event("->", "None")  # the return of the module, which the text omits
        stderr = read_error_lines(self._counted(self._lines[self._number:], self._number), code)
        raised = predictor.raised if status is Status.EXCEPTION else None
        return Trace(
            program_id="", problem_id="", input_index=0, code=code, stdin=stdin, status=status,
            exception=deviations.get("exception", raised), truncation=deviations.get("truncation"),
            events=tuple(self._events), stdout="".join(self._stdout), stderr=self._join_digits(stderr),
        )


class _Numbers(dict[str, "int | None"]):
    """A cache of line numbers by their digits; None for a text that is not a number."""

    def __missing__(self, text: str) -> int | None:
        number = self[text] = int(text) if text.isdecimal() else None
        return number
