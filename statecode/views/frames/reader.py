"""Read the view `frames`.

The text is divided into text frames: the head, one text frame per event, and the end. Each of them ends with the token
`frame` or `end`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views.event_predictor import check_fields
from statecode.views.frames.predictor import KIND_OF, SourcePredictor, shown_fields
from statecode.views.frames.tokens import CWM, Tokens
from statecode.views.frames.writer import segments
from statecode.views.one_line import check_round_trip, parse_error, read_json, read_member
from statecode.views.segments import joined
from statecode.views.stopped_runs import stopped_run

_FRAME = re.compile(
    "context( arg)? frame|(call|line) action( arg)? frame|(ret|exception) action arg( arg)? frame|(arg )?end"
)

TokenText = tuple[str, str]  # the name of a token, and the text after it


def parse(text: str, code: str | None = None, tokens: Tokens = CWM) -> Trace:
    """Return the trace from which `text` was rendered.

    Args:
        text: the text, or the text with the newline that commands print after it.
        code: ignored, since the text contains the source.

    Raises:
        TraceParseError: the view does not render this text from any trace.
    """
    text = text.removesuffix("\n")
    trace = _read(text, tokens)
    check_round_trip(text, joined(segments(trace, tokens)))
    return trace


def read_events(text: str) -> Trace:
    """Return the events before the first text frame that is not valid, as those of a run that was stopped after them.

    Raises:
        TraceParseError: the source at the beginning of the text is not valid.
    """
    reader = FramesReader(CWM)
    _, parts = CWM.split(text)
    try:
        for frame in _frames(parts):
            reader.read(frame)
        return reader.trace()
    except ValueError as error:
        trace = reader.stopped_trace()
        if trace is None:
            raise parse_error(1, text[:200], str(error)) from None
        return trace


def _read(text: str, tokens: Tokens) -> Trace:
    """Return the trace of a text; the caller checks that the view renders the same text from it."""
    reader = FramesReader(tokens)
    position = 0  # start of the current text frame, in characters
    before, parts = tokens.split(text)
    try:
        if before:
            raise ValueError("text before the first token")
        for frame in _frames(parts):
            reader.read(frame)
            position += sum(len(getattr(tokens, name)) + len(content) for name, content in frame)
        return reader.trace()
    except TraceParseError:
        raise
    except ValueError as error:
        line = text.count("\n", 0, position) + 1
        raise parse_error(line, text[position:position + 200], str(error)) from None


def _frames(parts: list[TokenText]) -> Iterator[list[TokenText]]:
    """Group the tokens of a text into text frames, and yield them: the head, one per event, the end.

    Raises:
        ValueError: the text ends within a text frame.
    """
    frame: list[TokenText] = []
    for part in parts:
        frame.append(part)
        if part[0] in ("frame", "end"):
            yield frame
            frame = []
    if frame:
        raise ValueError("the text ends within a frame")


class FramesReader:
    """Read the text frames in order, and return the trace."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._predictor: SourcePredictor | None = None
        self._fields: dict[str, Any] = {}  # of the trace
        self._events: list[Event] = []
        self._stdout = ""

    def read(self, frame: list[TokenText]) -> None:
        """Read the next text frame: the head, an event or the end.

        Args:
            frame: the tokens of the text frame, each with the text after it.

        Raises:
            ValueError: the text frame is not valid at this position.
        """
        names, contents = zip(*frame)
        if "status" in self._fields or not _FRAME.fullmatch(" ".join(names)) or contents[-1]:
            raise ValueError("not a frame of this view")
        if (names[0] == "context") is not (self._predictor is None):
            raise ValueError("the text must start with the source, and contain it once")
        if names[0] == "context":
            self._read_head(*contents[:-1])
        elif names[-1] == "end":
            self._read_tail(*contents[:-1])
        else:
            self._read_event(names[0], *contents[:-1])

    def trace(self) -> Trace:
        """Return the trace; call this method after the last text frame has been read.

        Raises:
            ValueError: the end of the text has not been read.
        """
        if "status" not in self._fields:
            raise ValueError("the text ends without an end frame")
        return Trace(program_id="", problem_id="", input_index=0, events=tuple(self._events), **self._fields)

    def stopped_trace(self) -> Trace | None:
        """Return the events that were read before an error, as those of a stopped run; None if there is no source."""
        if self._predictor is None:
            return None
        return stopped_run(self._fields["code"], self._fields["stdin"], self._events, self._stdout)

    def _read_head(self, code: str, residual: str = "{}") -> None:
        found = _checked(residual, {"stdin": str, "code": str})
        self._fields = {"code": found.get("code", code), "stdin": found.get("stdin", "")}
        self._predictor = SourcePredictor(self._fields["code"], self._tokens)

    def _read_event(self, token: str, variables: str, text: str, *rest: str) -> None:
        has_value = token in ("ret", "exception")
        value = _text_or_none(rest[0]) if has_value else None
        residual = check_fields(read_json(rest[has_value]), stdout=str, kind=str) if len(rest) > has_value else {}
        self._stdout += residual.get("stdout", "")
        shown = shown_fields(token, text, value, value)
        shown["kind"] = read_member(EventKind, residual["kind"]) if "kind" in residual else KIND_OF[token]
        assert self._predictor is not None
        fields = self._predictor.complete(shown, residual)
        del fields["text"]
        position = residual.get("stdout_end", len(self._stdout))
        self._events.append(Event(**fields, changes=tuple(_changes(variables)), stdout_end=position))
        self._predictor.advance(self._events[-1])

    def _read_tail(self, residual: str = "{}") -> None:
        types = {"stdout": str, "stderr": str, "status": str, "exception": list, "truncation": str}
        found = _checked(residual, types)
        self._fields.update(
            stdout=self._stdout + found.get("stdout", ""), stderr=found.get("stderr", ""),
            status=read_member(Status, found.get("status", "ok")), truncation=found.get("truncation"),
            exception=_exception(found["exception"]) if "exception" in found else None,
        )


def _checked(text: str, types: Mapping[str, type]) -> dict[str, Any]:
    found = read_json(text)
    if not isinstance(found, dict) or any(type(value) is not types.get(name) for name, value in found.items()):
        raise ValueError(f"expected a JSON object of {', '.join(types)}")
    return found


def _text_or_none(text: str) -> str | None:
    value = read_json(text)
    if value is not None and not isinstance(value, str):
        raise ValueError("expected a JSON string or null")
    return value


def _changes(text: str) -> Iterator[Change]:
    if not text:
        return
    pairs = read_json(text, pairs=True)
    if not isinstance(pairs, list):
        raise ValueError("expected a JSON object of strings")
    for pair in pairs:
        if type(pair) is not tuple:
            raise ValueError("expected a JSON object of strings")
        name, value = pair
        if value == [".."]:
            value = ".."
        elif value == "..":
            continue
        if not isinstance(value, str):
            raise ValueError("expected a JSON object of strings")
        yield Change(name, value)


def _exception(found: list[Any]) -> ExceptionInfo:
    if [type(part) for part in found[:2]] != [str, str] or len(found) != 3 or type(found[2]) not in (int, type(None)):
        raise ValueError("expected an exception's type, message and line")
    return ExceptionInfo(*found)
