"""Read the view `full-state`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views.event_predictor import EventPredictor, check_fields
from statecode.views.full_state.writer import ENTERING_WORDS, LEAVING_WORDS, segments
from statecode.views.one_line import (
    check_round_trip,
    parse_error,
    read_escaped_line,
    read_json,
    read_member,
    read_one_line,
)
from statecode.views.segments import joined
from statecode.views.stopped_runs import stopped_run

_KIND_OF = {word: kind for words in (ENTERING_WORDS, LEAVING_WORDS) for kind, word in words.items()}
_HEADER = re.compile(rf">>> ({'|'.join(ENTERING_WORDS.values())}) (.*)", re.DOTALL)
_RETURN = re.compile(rf"<<< ({'|'.join(LEAVING_WORDS.values())})(?: by exception|: (.*))", re.DOTALL)
_SOURCE = re.compile(r" *(-?[0-9]{1,18}) \| (.*)", re.DOTALL)


def parse(text: str, code: str | None = None) -> Trace:
    """Return the trace from which `text` was rendered.

    Args:
        code: ignored, since the text contains the source.

    Raises:
        TraceParseError: the view does not render this text from any trace.
    """
    trace = FullStateReader(text).read()
    check_round_trip(text, joined(segments(trace)))
    return trace


def read_events(text: str) -> Trace:
    """Return the events before the first line that is not valid, as those of a run that was stopped after them.

    A last line without its newline is not read.

    Raises:
        TraceParseError: the source at the beginning of the text is not valid.
    """
    reader = FullStateReader(text[:text.rfind("\n") + 1])
    try:
        return reader.read()
    except TraceParseError:
        trace = reader.stopped_trace()
        if trace is None:
            raise
        return trace


class FullStateReader:
    """Read a text line by line."""

    def __init__(self, text: str) -> None:
        *self._lines, last = text.split("\n")
        self._next = 0
        self._program: tuple[str, str] | None = None  # source and stdin
        if last:
            raise parse_error(len(self._lines) + 1, last, "the text ends within a line")
        self._predictor = EventPredictor()
        self._events: list[Event] = []
        self._stdout: list[str] = []
        self._written = 0  # characters of stdout read so far

    def read(self) -> Trace:
        """Return the trace of the text; the caller checks that the view renders the same text from it.

        Raises:
            TraceParseError: a line is not valid.
        """
        try:
            code, stdin = self._program = self._read_program()
            while not self._at("stderr: ", "status: "):
                if self._at("stdout: "):
                    self._read_stdout()
                else:
                    self._events.append(self._read_event())
            return self._read_tail(code, stdin)
        except TraceParseError:
            raise
        except ValueError as error:
            raise parse_error(self._next, self._lines[self._next - 1], str(error)) from None

    def stopped_trace(self) -> Trace | None:
        """Return the events that were read before an error, as those of a stopped run; None if there is no source."""
        if self._program is None:
            return None
        return stopped_run(*self._program, self._events, "".join(self._stdout))

    def _read_program(self) -> tuple[str, str]:
        code, stdin = self._read_code(), "".join(self._labelled("stdin: "))
        self._expect("")
        return code, stdin

    def _at(self, *starts: str) -> bool:
        """Return True if the next line starts with one of these prefixes.

        Raises:
            TraceParseError: there is no next line.
        """
        if self._next == len(self._lines):
            raise parse_error(self._next + 1, "", "the text ends without a status")
        return self._lines[self._next].startswith(starts)

    def _line(self) -> str:
        self._at()
        self._next += 1
        return self._lines[self._next - 1]

    def _expect(self, line: str) -> None:
        if self._line() != line:
            raise ValueError(f"expected {line!r}")

    def _labelled(self, label: str) -> Iterator[str]:
        while self._at(label):
            yield read_escaped_line(self._line()[len(label):])

    def _read_code(self) -> str:
        lines = []
        while self._at(" ") or self._lines[self._next][:1].isdigit():
            lines.append(read_escaped_line(_read_numbered_line(self._line())[1]))
        return "".join(lines)

    def _read_stdout(self) -> None:
        for line in self._labelled("stdout: "):
            self._stdout.append(line)
            self._written += len(line)

    def _read_event(self) -> Event:
        residual = check_fields(read_json(self._line()[2:])) if self._at("@ ") else {}
        if self._at("--- "):
            self._line()
        shown = self._read_header()
        changes = tuple(self._read_changes())
        shown |= self._read_end(shown.get("kind", EventKind.LINE))
        fields = self._predictor.complete(shown, residual)
        event = Event(**fields, changes=changes, stdout_end=residual.get("stdout_end", self._written))
        self._predictor.advance(event)
        return event

    def _read_header(self) -> dict[str, Any]:
        if not self._at(">>> "):
            return {}
        found = _HEADER.fullmatch(self._line())
        if found is None:
            raise ValueError("unknown event that enters a frame")
        return {"kind": _KIND_OF[found[1]], "function": read_one_line(found[2])[0]}

    def _read_changes(self) -> Iterator[Change]:
        while self._at("  * ", "    "):
            line = self._line()
            name, rest = read_one_line(line[4:], " = ")
            if line[2] == "*":
                yield Change(name, read_one_line(rest)[0])

    def _read_end(self, kind: EventKind) -> dict[str, Any]:
        if self._at("!!!"):
            return {"kind": EventKind.EXCEPTION, "detail": self._read_detail()}
        line = self._line()
        found = _RETURN.fullmatch(line)
        if found is None:
            return {"kind": kind, "line": _read_numbered_line(line)[0]}
        return {"kind": _KIND_OF[found[1]], "value": None if found[2] is None else read_one_line(found[2])[0]}

    def _read_detail(self) -> str | None:
        lines = [self._line()]
        if lines == ["!!!"]:
            return None
        while self._at("..."):
            lines.append(self._line())
        return "\n".join(read_one_line(line[3:])[0] if line[3:4] == "~" else "!!!" + line[3:] for line in lines)

    def _read_tail(self, code: str, stdin: str) -> Trace:
        stderr = "".join(self._labelled("stderr: "))
        self._at("status: ")
        status = read_member(Status, self._line().removeprefix("status: "))
        exception = self._read_exception() if self._starts_optional("exception: ") else None
        truncation = read_one_line(self._line()[12:])[0] if self._starts_optional("truncation: ") else None
        if self._next < len(self._lines):
            self._line()
            raise ValueError("expected the end of the text before this line")
        return Trace(
            program_id="", problem_id="", input_index=0, code=code, stdin=stdin, events=tuple(self._events),
            stdout="".join(self._stdout), stderr=stderr, status=status, exception=exception, truncation=truncation,
        )

    def _starts_optional(self, start: str) -> bool:
        """Return True if there is a next line and it has this prefix."""
        return self._next < len(self._lines) and self._at(start)

    def _read_exception(self) -> ExceptionInfo:
        name, rest = read_one_line(self._line()[11:], ": ")
        message = read_one_line(rest)[0]
        line = int(self._line()[11:]) if self._starts_optional("raised at: ") else None
        return ExceptionInfo(name, message, line)


def _read_numbered_line(line: str) -> tuple[int, str]:
    found = _SOURCE.fullmatch(line)
    if found is None:
        raise ValueError("not a line of this view")
    return int(found[1]), found[2]
