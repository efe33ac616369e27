"""Write the view `full-state`."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from statecode.records import Event, EventKind, Trace
from statecode.views.event_predictor import EventPredictor, VariableState
from statecode.views.one_line import escaped_lines, on_one_line, quoted
from statecode.views.segments import Kind, Segment

ENTERING_WORDS = {
    EventKind.CALL: "call",
    EventKind.START_GENERATOR: "start generator",
    EventKind.REENTER_GENERATOR: "re-enter generator",
    EventKind.COMPREHENSION: "comprehension",
}
LEAVING_WORDS = {EventKind.RETURN: "return", EventKind.YIELD: "yield", EventKind.COMPREHENSION_RESULT: "result"}


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the source and stdin, then one block per event, then the end."""
    yield list(head(trace))
    source = lines_of(trace.code)
    predictor = EventPredictor()
    written = 0
    for event in trace.events:
        block: list[Segment] = []
        position = event.stdout_end
        if written <= position <= len(trace.stdout):
            block += _labelled("stdout", trace.stdout[written:position], Kind.STDOUT)
            written = position
        block += _event_segments(event, predictor, source, {} if written == position else {"stdout_end": position})
        yield block
    yield [*_labelled("stdout", trace.stdout[written:], Kind.STDOUT), *_tail(trace)]


def lines_of(code: str) -> list[str]:
    """Return the lines of a source as Python numbers them, with line ends."""
    return list(io.StringIO(code, newline=""))


def head(trace: Trace) -> Iterator[Segment]:
    """Yield the source and stdin."""
    for number, line in enumerate(lines_of(trace.code), 1):
        yield Segment(f"{number:4} | ", Kind.LINE_NUMBER)
        yield Segment("".join(escaped_lines(line)), Kind.SOURCE)
        yield Segment("\n", Kind.SYNTAX)
    yield from _labelled("stdin", trace.stdin, Kind.STDOUT)
    yield Segment("\n", Kind.SYNTAX)


def _labelled(label: str, text: str, kind: Kind) -> Iterator[Segment]:
    for line in escaped_lines(text):
        yield Segment(f"{label}: ", Kind.SYNTAX)
        yield Segment(f"{line}\n", kind)


def _event_segments(
    event: Event, predictor: EventPredictor, source: list[str], residual: dict[str, Any]
) -> Iterator[Segment]:
    residual = {**predictor.residual(event, _shown_fields(event)), **residual}
    if residual:
        yield Segment(f"@ {_json(residual)}\n", Kind.CONTROL)
    if predictor.changes_frame(event):
        yield Segment(f"--- {on_one_line(event.function)}\n", Kind.CONTROL)
    if event.kind in ENTERING_WORDS:
        yield Segment(f">>> {ENTERING_WORDS[event.kind]} {on_one_line(event.function)}\n", Kind.CONTROL)
    for shown in predictor.advance(event):
        yield from _variable(shown)
    if event.kind in LEAVING_WORDS:
        yield from _return(event)
    elif event.kind is EventKind.EXCEPTION:
        yield Segment(_exception(event.detail), Kind.CONTROL)
    else:
        yield from source_line(event.line, source)


def _shown_fields(event: Event) -> dict[str, Any]:
    if event.kind in ENTERING_WORDS:
        return {"line": event.line, "function": event.function}
    if event.kind in LEAVING_WORDS:
        return {"value": event.value}
    return {"detail": event.detail} if event.kind is EventKind.EXCEPTION else {"line": event.line}


def _json(residual: dict[str, Any]) -> str:
    return "{" + ", ".join(f'"{name}": {_json_value(value)}' for name, value in residual.items()) + "}"


def _json_value(value: Any) -> str:
    return quoted(value) if isinstance(value, str) else json.dumps(value)


@lru_cache(maxsize=4096)  # most variables are repeated at many events
def _variable(shown: VariableState) -> tuple[Segment, ...]:
    name, value, changed = shown
    return (
        Segment(f"  {'*' if changed else ' '} {on_one_line(name, ' = ')} = ", Kind.SYNTAX),
        Segment(on_one_line(value), Kind.NEW_VALUE if changed else Kind.COPIED_VALUE),
        Segment("\n", Kind.SYNTAX),
    )


def _return(event: Event) -> Iterator[Segment]:
    word = LEAVING_WORDS[event.kind]
    if event.value is None:
        yield Segment(f"<<< {word} by exception\n", Kind.CONTROL)
    else:
        yield Segment(f"<<< {word}: ", Kind.CONTROL)
        yield Segment(on_one_line(event.value), Kind.NEW_VALUE)
        yield Segment("\n", Kind.SYNTAX)


def _exception(detail: str | None) -> str:
    if detail is None:
        return "!!!\n"
    lines = [
        line[3:] if line.startswith("!!! ") and on_one_line(line) == line else "~" + quoted(line)
        for line in detail.split("\n")
    ]
    return "!!!" + "\n...".join(lines) + "\n"


def source_line(number: int, source: list[str]) -> Iterator[Segment]:
    """Yield the segments of a line of the source, which is empty if the source has no such line."""
    line = source[number - 1] if 1 <= number <= len(source) else ""
    yield Segment(f"{number:4} | ", Kind.LINE_NUMBER)
    yield Segment(on_one_line(line.rstrip("\r\n")), Kind.SOURCE)
    yield Segment("\n", Kind.SYNTAX)


def _tail(trace: Trace) -> Iterator[Segment]:
    yield from _labelled("stderr", trace.stderr, Kind.STDOUT)
    yield Segment(f"status: {trace.status.value}\n", Kind.CONTROL)
    if trace.exception is not None:
        name, message, line = trace.exception
        yield Segment(f"exception: {on_one_line(name, ': ')}: {on_one_line(message)}\n", Kind.CONTROL)
        if line is not None:
            yield Segment(f"raised at: {line}\n", Kind.CONTROL)
    if trace.truncation is not None:
        yield Segment(f"truncation: {on_one_line(trace.truncation)}\n", Kind.CONTROL)
