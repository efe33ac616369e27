"""The view `frames`: calls, lines, returns and exceptions as Meta's Code World Model (CWM) is prompted with them.

    <|trace_context_start|>SOURCE<|frame_sep|>
    <|call_sep|>LOCALS<|action_sep|>LINE<|frame_sep|>
    <|line_sep|>LOCALS<|action_sep|>LINE<|frame_sep|>
    <|return_sep|><|action_sep|>LINE<|arg_sep|>VALUE<|frame_sep|>
    <|exception_sep|><|action_sep|>LINE<|arg_sep|>VALUE<|frame_sep|>
    <|end_of_text|>

one after the other, without the line breaks above. LOCALS is a JSON object of the reprs, ".." for a value that has not
changed; VALUE is a JSON string, null where a frame ends by an exception. LINE is a line of the source with its newline.
Source: PROMPTING_GUIDE.md of https://github.com/facebookresearch/cwm.

Where a trace tells more than that, the frame has one more <|arg_sep|> with a JSON object: the fields that are not what
they usually are (see `usual`), what was printed before (`stdout`), the kind where it is no plain call or return, the
line where its text does not tell it. The head has `stdin` there, the end how the program ended unless it is status ok
and nothing on stderr. A return or an exception that brings changes has LOCALS too; a value that reads ".." stands in
brackets. Where a JSON text would hold a special token, its `<` is \\u003c; a source line with one is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from statecode.records import Event, Status, Trace
from statecode.views.event_predictor import VariableState
from statecode.views.frames.reader import KIND_OF, TOKEN_OF, UNCHANGED, SourcePredictor, read_frames, shown_fields
from statecode.views.frames.tokens import CWM, Tokens
from statecode.views.one_line import check_round_trip
from statecode.views.segments import Kind, Segment, joined


def segments(trace: Trace, tokens: Tokens = CWM) -> Iterator[list[Segment]]:
    """Give the source and stdin, then a frame per event, then how it ended."""
    writer = FramesWriter(trace, tokens)
    yield writer.head()
    for event in trace.events:
        yield writer.frame(event)
    yield writer.tail()


def parse(text: str, code: str | None = None, tokens: Tokens = CWM) -> Trace:
    """Read a text of this view; it holds the code.

    Raises:
        TraceParseError: it is no such text.
    """
    trace = read_frames(text, tokens)
    check_round_trip(text, joined(segments(trace, tokens)))
    return trace


class FramesWriter:
    """Writes one trace."""

    def __init__(self, trace: Trace, tokens: Tokens) -> None:
        self._trace = trace
        self._tokens = tokens
        self._predictor = SourcePredictor(trace.code, tokens)
        self._written = 0  # characters of stdout
        self._quoted = lru_cache(maxsize=4096)(tokens.quoted)

    def head(self) -> list[Segment]:
        code, stdin = self._trace.code, self._trace.stdin
        residual = {"stdin": stdin} if stdin else {}
        if self._tokens.pattern.search(code):
            code, residual["code"] = "", code
        tokens = self._tokens
        head = [Segment(tokens.context, Kind.CONTROL), Segment(code, Kind.SOURCE)]
        return [*head, *self._arg(residual), self._end_of_frame()]

    def frame(self, event: Event) -> list[Segment]:
        tokens, token = self._tokens, TOKEN_OF[event.kind]
        text = self._predictor.text(event.line)
        residual = self._residual(event, shown_fields(token, text, event.value, event.detail))
        block = [Segment(getattr(tokens, token), Kind.CONTROL)]
        shown = self._predictor.advance(event)
        if event.changes or token in ("call", "line"):
            block += self._locals(shown)
        block += [Segment(tokens.action, Kind.CONTROL), Segment(text, Kind.SOURCE)]
        if token in ("ret", "exception"):
            value = event.value if token == "ret" else event.detail
            block += [Segment(tokens.arg, Kind.CONTROL), Segment(self._json(value), Kind.NEW_VALUE)]
        return [*block, *self._arg(residual), self._end_of_frame()]

    def tail(self) -> list[Segment]:
        trace = self._trace
        ending = {
            "stdout": trace.stdout[self._written:] or None, "stderr": trace.stderr or None,
            "status": None if trace.status is Status.OK else trace.status.value,
            "exception": None if trace.exception is None else list(trace.exception), "truncation": trace.truncation,
        }
        residual = {name: value for name, value in ending.items() if value is not None}
        return [*self._arg(residual), Segment(self._tokens.end, Kind.CONTROL)]

    def _residual(self, event: Event, shown: dict[str, Any]) -> dict[str, Any]:
        residual: dict[str, Any] = {}
        position = event.stdout_end
        if not self._written <= position <= len(self._trace.stdout):
            residual["stdout_end"] = position
        elif position > self._written:
            residual["stdout"] = self._trace.stdout[self._written:position]
            self._written = position
        if event.kind is not KIND_OF[TOKEN_OF[event.kind]]:
            residual["kind"] = event.kind.value
        return residual | self._predictor.residual(event, shown)

    def _locals(self, shown: list[VariableState]) -> Iterator[Segment]:
        before = "{"
        for name, value, changed in shown:
            yield Segment(f"{before}{self._quoted(name)}: ", Kind.SYNTAX)
            if changed:
                quoted = self._quoted(value)
                yield Segment(f"[{quoted}]" if quoted == UNCHANGED else quoted, Kind.NEW_VALUE)
            else:
                yield Segment(UNCHANGED, Kind.COPIED_VALUE)
            before = ", "
        yield Segment("}" if shown else "{}", Kind.SYNTAX)

    def _arg(self, fields: dict[str, Any]) -> Iterator[Segment]:
        before = self._tokens.arg + "{"
        for name, value in fields.items():
            yield Segment(f'{before}"{name}": ', Kind.CONTROL)
            yield Segment(self._json(value), Kind.STDOUT if name in ("stdin", "stdout", "stderr") else Kind.CONTROL)
            before = ", "
        if fields:
            yield Segment("}", Kind.CONTROL)

    def _json(self, value: Any) -> str:
        if isinstance(value, list):
            return f"[{', '.join(map(self._json, value))}]"
        return self._quoted(value) if isinstance(value, str) else json.dumps(value)

    def _end_of_frame(self) -> Segment:
        return Segment(self._tokens.frame, Kind.CONTROL)
