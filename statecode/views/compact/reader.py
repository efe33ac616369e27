"""Reads texts of the view `compact`.

The reader takes what it needs and is not strict by itself: at the end the trace is rendered again, and a text that is
not exactly that is refused. So nothing is accepted that the view does not write.
"""

from __future__ import annotations

import json
import re
from typing import Any

from statecode.errors import TraceParseError
from statecode.records import LEAVING, Change, Event, EventKind, Status, Trace
from statecode.views.compact.predictor import BEGIN, ENTERING, CompactPredictor
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
    read_detail,
    read_fields,
    read_marked_line,
    read_name,
    split_quoted_name,
    stop_predicting_lengths,
    strip_line_number,
    unescaped,
    with_implied_lengths,
)
from statecode.views.compact.writer import CLOSED, DIGIT_SEPARATED, OPEN, OTHER_BEGINNING, RETURNED, render

_LINE = EventKind.LINE
_LINE_START = re.compile("\n(?! )")
_STATUSES = {status.value: status for status in Status}
_MARKS = frozenset((">*", ">>", ">[", ">", "->", "=>", "!", "^"))


def parse(text: str, code: str | None = None) -> Trace:
    """Read a compact text; see `compact.parse`."""
    reader = CompactReader(text)
    try:
        trace = reader.read()
    except InvalidLineError as invalid:
        raise reader.error(str(invalid)) from None
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:  # all that a wrong text leads to
        raise reader.error(f"not understood ({type(error).__name__})") from error
    if code is not None and code != trace.code:
        raise _error(text.split("\n"), 0, "the source is not the one that was given")
    again = render(trace, reader.spaced_digits)
    if again != text:
        raise _difference(text, again)
    return trace


def _difference(text: str, again: str) -> TraceParseError:
    """Say where a text is not what its trace gives."""
    lines, written = text.split("\n"), again.split("\n")
    number = next((k for k, (a, b) in enumerate(zip(lines, written)) if a != b), len(written))
    return _error(lines, number, "not what the view compact writes here")


def _error(lines: list[str], number: int, reason: str) -> TraceParseError:
    number = min(number, len(lines) - 1)
    line = lines[number] if len(lines[number]) <= 200 else lines[number][:200] + "..."
    return TraceParseError(f"line {number + 1}: {reason}: {line!r}")


class CompactReader:
    """Reads one text line by line; a line that begins with a space belongs to the one above it."""

    def __init__(self, text: str) -> None:
        self.spaced_digits = False
        self._text = text
        self._at = 0              # lines of the body that are read
        self._lines: list[str] = []
        self._events: list[Event] = []
        self._cursor = CLOSED
        self._shown = 0           # characters of stdout so far
        self._stdout: list[str] = []
        self._changes: tuple[MeasuredChange, ...] = ()    # made since the last event
        self._fields: dict[str, Any] | None = None  # announced for the next event
        self._read_parts: dict[str, MeasuredChange] = {}
        self._payloads: dict[str, tuple[tuple[MeasuredChange, ...], str]] = {}

    def error(self, reason: str) -> TraceParseError:
        """The error for the line that is being read."""
        number = self._at
        if self._lines:
            number = sum(1 + line.count("\n") for line in self._lines[:self._at])
            number += self._text.partition("\n\n")[0].count("\n") + 2
        return _error(self._text.split("\n"), number, reason)

    def read(self) -> Trace:
        """Read all of it."""
        head, blank, body = self._text.partition("\n\n")
        if not blank:
            raise InvalidLineError("no empty line between the source and what it did")
        code, stdin = self._head(head.split("\n"))
        self._predictor = CompactPredictor(code)
        self._lines = body.split("\n") if "\n " not in body else _LINE_START.split(body)
        if self._lines[0] != OTHER_BEGINNING[1:]:
            self._predictor.enter(">", BEGIN[:7])
            self._events.append(BEGIN)
        self._body()
        return self._ended(code, stdin)

    def _head(self, lines: list[str]) -> tuple[str, str]:
        """Read the source and stdin."""
        if lines[-1] == DIGIT_SEPARATED:
            self.spaced_digits = bool(lines.pop())
        self._digits = digits_joined if self.spaced_digits else identity
        announced = next((k for k, line in enumerate(lines) if line[:1] in ("\\", "<", ",")), len(lines))
        ended = lines[announced:announced + 1] != ["\\"]
        source: list[str] = []
        number = 1
        for self._at, line in enumerate(lines[:announced]):
            parts = line.split("\r")
            end = "\r" if len(parts) > 1 and not parts[-1] else ""
            parts = parts[:-1] if end else parts
            source.append("\r".join(strip_line_number(number + k, part) for k, part in enumerate(parts)) + end)
            number += len(parts)
        code = "\n".join(source) + ("\n" if ended else "")
        stdin = "".join(map(read_marked_line, lines[announced + (not ended):]))
        return code, self._digits(stdin)

    def _body(self) -> None:
        """Read the events; most are lines, which are read here as far as they are usual."""
        predictor, events, payloads, new = self._predictor, self._events, self._payloads, tuple.__new__
        defining, defined, numbers = predictor.definitions.changes, predictor.defined, _Numbers()
        for self._at, text in enumerate(self._lines):
            space = text.find(" ")
            number = numbers[text if space < 0 else text[:space]]
            if number is None:
                if text in _STATUSES:
                    return
                self._special(text)
                continue
            top = predictor.top
            if self._cursor != RETURNED:
                if self._fields is not None or top is None or (
                    top.from_line in defining and (top.number, top.from_line) not in defined
                ):
                    self._event("", text if space < 0 else text[:space])
                else:
                    changes: tuple[Change, ...] = ()
                    if self._changes:
                        changes, self._changes = with_implied_lengths(top.lengths, self._changes), ()
                    events.append(new(Event, (
                        _LINE, number, top.from_line, top.depth, top.number, predictor.thread, top.function, changes,
                        None, None, self._shown,
                    )))
                    top.last_line = number
                    if top.advances:
                        top.from_line = number
            self._cursor = OPEN
            if space > 0:
                payload = text[space:]
                self._changes, mark = payloads.get(payload) or self._payload(payload)
                if mark:
                    self._marked(mark)
        raise InvalidLineError("the text ends without telling how the run did")

    def _special(self, text: str) -> None:
        """Read a line that is no line of the program."""
        first, rest = text[:1], text[1:]
        if first in ("|", ":"):
            self._print(read_marked_line(text))
            self._cursor = CLOSED
        elif text == OTHER_BEGINNING[1:] and not self._events:
            pass
        elif first == "@":
            self._fields = read_fields({"thread": int(rest)} if rest.isdecimal() else json.loads(rest), EVENT_FIELDS)
            self._cursor = CLOSED
        elif first == ".":
            self._changes, mark = self._payload(rest[len(rest) - len(rest.lstrip("0123456789")):])
            self._cursor = OPEN
            if mark:
                self._marked(mark)
        else:
            self._marked(text)

    def _print(self, text: str) -> None:
        text = self._digits(text)
        self._stdout.append(text)
        self._shown += len(text)

    def _payload(self, payload: str) -> tuple[tuple[MeasuredChange, ...], str]:
        """Divide what stands behind a number into changes and an event's mark with what follows it."""
        found = NEXT_MARK.search(payload)
        end = found.start() if found else len(payload)
        divided = self._payloads[payload] = self._read_changes(payload[:end]), payload[end + 1:]
        return divided

    def _read_changes(self, text: str) -> tuple[MeasuredChange, ...]:
        nothing, *parts = NEXT_CHANGE.split(text)
        if nothing:
            raise InvalidLineError("neither a change nor a mark")
        known = self._read_parts
        return tuple([known.get(part) or self._read_change(part) for part in parts])

    def _read_change(self, text: str) -> MeasuredChange:
        name, _, value = text.partition("=") if text[0] != '"' else split_quoted_name(text)
        value = self._digits(dedented(unescaped(value)))
        read = self._read_parts[text] = Change(read_name(name), value), length_of(value)
        return read

    def _marked(self, text: str) -> None:
        """Read an event that begins with a mark."""
        mark = text[:2] if text[:2] in _MARKS else text[:1]
        if mark not in _MARKS:
            raise InvalidLineError("neither a line's number nor a mark")
        self._event(mark, text[len(mark):])

    def _event(self, mark: str, own: str) -> None:
        """Read one event of any kind: what was announced for it, and `own`, which stands behind its mark."""
        predictor, announced, self._fields = self._predictor, self._fields or {}, None
        exact, value, detail = announced.pop("exact", False), None, None
        thread, number = announced.get("thread", predictor.thread), announced.get("frame")
        entering = mark in ENTERING
        if entering:
            digits, space, parameters = own.partition(" ")
            position = predictor.predict_entry(mark, int(digits), thread, number)
            if space:
                parameters = space + parameters
                self._changes, _ = self._payloads.get(parameters) or self._payload(parameters)
        else:
            position = predictor.predict_other(mark, None if mark else int(own), thread, number)
            if mark == "!":
                detail = self._digits(read_detail(own))
            elif mark and mark != "^":
                value = self._digits(dedented(own))
        event = tuple.__new__(Event, (*position, (), value, detail, self._shown))
        if announced:
            event = event._replace(**announced)
        if entering:
            predictor.enter(mark, event[:7])
        changes = self._changes_at(event, entering, exact)
        if not entering:
            predictor.follow(event)
        self._events.append(tuple.__new__(Event, (*event[:7], changes, *event[8:])) if changes else event)
        self._cursor = OPEN if not mark else RETURNED if event.kind in LEAVING and predictor.top else CLOSED

    def _changes_at(self, event: Event, entering: bool, exact: bool) -> tuple[Change, ...]:
        """The changes of an event, with those that are not written."""
        frame = self._predictor.frame_of(event)
        written, self._changes = self._changes, ()
        if entering:
            expected = BEGIN.changes if not self._events and event.kind is EventKind.CALL else ()
        else:
            expected = self._predictor.expected_changes(frame, event.from_line)
        if exact:
            changes = tuple(change for change, _ in written)
            stop_predicting_lengths(frame.lengths, changes)
            return changes
        return with_implied_lengths(frame.lengths, written) if written or not expected else expected

    def _ended(self, code: str, stdin: str) -> Trace:
        """Read how the run ended, from the line with the status on."""
        predictor, status, notes = self._predictor, _STATUSES[self._lines[self._at]], {}
        self._at += 1
        if self._at < len(self._lines) and self._lines[self._at].startswith("@"):
            notes = read_fields(json.loads(self._lines[self._at][1:]), END_FIELDS)
            self._at += 1
        if status is Status.OK and predictor.only_module_runs and not notes.get("open"):
            self._event("->", "None")
        errors = []
        for self._at in range(self._at, len(self._lines)):
            errors.append(read_marked_line(self._lines[self._at]))
        raised = predictor.raised if status is Status.EXCEPTION else None
        return Trace(
            program_id="", problem_id="", input_index=0, code=code, stdin=stdin, status=status,
            exception=notes.get("exception", raised), truncation=notes.get("truncation"), events=tuple(self._events),
            stdout="".join(self._stdout), stderr=self._digits("".join(errors)),
        )


class _Numbers(dict[str, "int | None"]):
    """Line numbers by their digits; None for what is no number."""

    def __missing__(self, text: str) -> int | None:
        number = self[text] = int(text) if text.isdecimal() else None
        return number
