"""Reading the view `frames`."""

from __future__ import annotations

import io
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind, ExceptionInfo, Status, Trace
from statecode.views.event_predictor import STARTING, EventPredictor, check_fields
from statecode.views.frames.tokens import Tokens
from statecode.views.one_line import parse_error, read_json

UNCHANGED = '".."'  # stands for the value of a variable that has not changed; a value that reads so is in brackets

TOKEN_OF = {
    EventKind.CALL: "call", EventKind.START_GENERATOR: "call", EventKind.REENTER_GENERATOR: "call",
    EventKind.COMPREHENSION: "call", EventKind.LINE: "line", EventKind.RETURN: "ret", EventKind.YIELD: "ret",
    EventKind.COMPREHENSION_RESULT: "ret", EventKind.EXCEPTION: "exception",
}
KIND_OF = {"call": EventKind.CALL, "line": EventKind.LINE, "ret": EventKind.RETURN, "exception": EventKind.EXCEPTION}

_DEFINITION = re.compile(r"(?:async )?def (\w+)")
_FRAME = re.compile(
    "context( arg)? frame|(call|line) action( arg)? frame|(ret|exception) action arg( arg)? frame|(arg )?end"
)

Part = tuple[str, str]  # the name of a token, and what follows it


class SourcePredictor(EventPredictor):
    """A course that knows the source, and finds an event's line by its text."""

    def __init__(self, code: str, tokens: Tokens) -> None:
        super().__init__()
        lines = io.StringIO(code, newline="")  # as Python numbers them, ends kept
        self._texts = ["" if tokens.pattern.search(line) else line for line in lines]
        self._places: dict[str, list[int]] = {}
        for number, text in enumerate(self._texts, 1):
            self._places.setdefault(text, []).append(number)
        self._places.pop("", None)

    def text(self, line: int) -> str:
        """The text of a line; empty where it is none of the source, or holds a special token."""
        return self._texts[line - 1] if 1 <= line <= len(self._texts) else ""

    def _predict_line(self, known: Mapping[str, Any]) -> int:
        """The next line with the text of the event's, or the same one again where none was executed."""
        text, last = known["text"], self.last_line(known["frame"])
        if known["kind"] is not EventKind.LINE and known["kind"] not in STARTING and self.text(last) == text:
            return last
        places = self._places.get(text)
        if places is None:
            return 0
        return places[bisect_right(places, last) % len(places)]

    def _predict_function(self, known: Mapping[str, Any]) -> str:
        definition = _DEFINITION.match(known["text"])
        if definition and known["frame"] not in self._last_of and known["line"] not in self._starts:
            return definition[1]
        return super()._predict_function(known)


def shown_fields(token: str, text: str, value: str | None, detail: str | None) -> dict[str, Any]:
    """What a frame shows without saying so: the line's text, and what is returned or raised."""
    shown: dict[str, Any] = {"text": text}
    if token == "ret":
        shown["value"] = value
    elif token == "exception":
        shown["detail"] = detail
    return shown


def read_frames(text: str, tokens: Tokens) -> Trace:
    """Read a text.

    Raises:
        TraceParseError: it is no text of the view, so far as it can be told without rendering it again.
    """
    reader = FramesReader(tokens)
    place = 0
    before, parts = tokens.split(text)
    try:
        if before:
            raise ValueError("text before the first token")
        for frame in _frames(parts):
            reader.advance(frame)
            place += sum(len(getattr(tokens, name)) + len(content) for name, content in frame)
        return reader.trace()
    except TraceParseError:
        raise
    except ValueError as error:
        line = text.count("\n", 0, place) + 1
        raise parse_error(line, text[place:place + 200], str(error)) from None


def _frames(parts: list[Part]) -> Iterator[list[Part]]:
    """Divide parts into frames: the head, one per event, the end."""
    frame: list[Part] = []
    for part in parts:
        frame.append(part)
        if part[0] in ("frame", "end"):
            yield frame
            frame = []
    if frame:
        raise ValueError("the text ends within a frame")


class FramesReader:
    """Reads a text frame by frame."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self._predictor: SourcePredictor | None = None
        self._fields: dict[str, Any] = {}  # of the trace
        self._events: list[Event] = []
        self._stdout = ""

    def advance(self, frame: list[Part]) -> None:
        names, contents = zip(*frame)
        if "status" in self._fields or not _FRAME.fullmatch(" ".join(names)) or contents[-1]:
            raise ValueError("no frame of this view")
        if (names[0] == "context") is not (self._predictor is None):
            raise ValueError("the text must start with its only source")
        if names[0] == "context":
            self._take_head(*contents[:-1])
        elif names[-1] == "end":
            self._take_tail(*contents[:-1])
        else:
            self._take_event(names[0], *contents[:-1])

    def trace(self) -> Trace:
        if "status" not in self._fields:
            raise ValueError("the text ends before it says how the program did")
        return Trace(program_id="", problem_id="", input_index=0, events=tuple(self._events), **self._fields)

    def _take_head(self, code: str, residual: str = "{}") -> None:
        found = _checked(residual, {"stdin": str, "code": str})
        self._fields = {"code": found.get("code", code), "stdin": found.get("stdin", "")}
        self._predictor = SourcePredictor(self._fields["code"], self._tokens)

    def _take_event(self, token: str, variables: str, text: str, *rest: str) -> None:
        has_value = token in ("ret", "exception")
        value = _text_or_none(rest[0]) if has_value else None
        residual = check_fields(read_json(rest[has_value]), stdout=str, kind=str) if len(rest) > has_value else {}
        self._stdout += residual.get("stdout", "")
        shown = shown_fields(token, text, value, value)
        shown["kind"] = EventKind(residual["kind"]) if "kind" in residual else KIND_OF[token]
        assert self._predictor is not None
        fields = self._predictor.complete(shown, residual)
        del fields["text"]
        position = residual.get("stdout_end", len(self._stdout))
        self._events.append(Event(**fields, changes=tuple(_changes(variables)), stdout_end=position))
        self._predictor.advance(self._events[-1])

    def _take_tail(self, residual: str = "{}") -> None:
        types = {"stdout": str, "stderr": str, "status": str, "exception": list, "truncation": str}
        found = _checked(residual, types)
        self._fields.update(
            stdout=self._stdout + found.get("stdout", ""), stderr=found.get("stderr", ""),
            status=Status(found.get("status", "ok")), truncation=found.get("truncation"),
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
