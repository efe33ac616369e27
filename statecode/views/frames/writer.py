"""Write the view `frames`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from statecode.records import Event, Status, Trace
from statecode.views.event_predictor import VariableState
from statecode.views.frames.predictor import KIND_OF, TOKEN_OF, UNCHANGED, SourcePredictor, shown_fields
from statecode.views.frames.tokens import CWM, Tokens
from statecode.views.segments import Kind, Segment

_UNCHANGED_VALUE = Segment(UNCHANGED, Kind.COPIED_VALUE)


def segments(trace: Trace, tokens: Tokens = CWM) -> Iterator[list[Segment]]:
    """Yield the source and stdin, then one block per event, then the end."""
    writer = FramesWriter(trace, tokens)
    yield writer.head()
    for event in trace.events:
        yield writer.frame(event)
    yield writer.tail()


class FramesWriter:
    """Write the blocks of one trace in order."""

    def __init__(self, trace: Trace, tokens: Tokens) -> None:
        self._trace = trace
        self._tokens = tokens
        self._predictor = SourcePredictor(trace.code, tokens)
        self._written = 0  # characters of stdout written so far
        self._quoted = lru_cache(maxsize=4096)(tokens.quoted)
        self._name = lru_cache(maxsize=4096)(
            lambda before, name: Segment(f"{before}{tokens.quoted(name)}: ", Kind.SYNTAX)
        )

    def head(self) -> list[Segment]:
        """Return the block of the source and stdin."""
        code, stdin = self._trace.code, self._trace.stdin
        residual = {"stdin": stdin} if stdin else {}
        if self._tokens.pattern.search(code):
            code, residual["code"] = "", code
        tokens = self._tokens
        head = [Segment(tokens.context, Kind.CONTROL), Segment(code, Kind.SOURCE)]
        return [*head, *self._arg(residual), self._end_of_frame()]

    def frame(self, event: Event) -> list[Segment]:
        """Return the block of the next event."""
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
        """Return the block of the end: the rest of stdout, stderr, the status, the exception, the truncation."""
        trace = self._trace
        end_fields = {
            "stdout": trace.stdout[self._written:] or None, "stderr": trace.stderr or None,
            "status": None if trace.status is Status.OK else trace.status.value,
            "exception": None if trace.exception is None else list(trace.exception), "truncation": trace.truncation,
        }
        residual = {name: value for name, value in end_fields.items() if value is not None}
        return [*self._arg(residual), Segment(self._tokens.end, Kind.CONTROL)]

    def _residual(self, event: Event, shown: dict[str, Any]) -> dict[str, Any]:
        """Return the fields for the JSON object of an event.

        They are the text printed before the event, the kind of the event if its token implies another kind, and the
        fields that differ from the prediction.
        """
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
            yield self._name(before, name)
            if changed:
                quoted = self._quoted(value)
                yield Segment(f"[{quoted}]" if quoted == UNCHANGED else quoted, Kind.NEW_VALUE)
            else:
                yield _UNCHANGED_VALUE
            before = ", "
        yield Segment("}" if shown else "{}", Kind.SYNTAX)

    def _arg(self, fields: dict[str, Any]) -> Iterator[Segment]:
        """Yield the segments of the token `arg` and a JSON object of the fields; nothing if `fields` is empty."""
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
