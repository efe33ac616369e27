"""What the trace page knows: columns of numbers over a table of texts, each text once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any

from statecode.records import Event, EventKind, Status, Trace
from statecode.views.page.highlight import highlighted

_WATCHED = re.compile(r"(len)\((.+)\)|(.+)\.(shape|dtype)", re.DOTALL)
_ENDED = {
    Status.OK: "ended normally",
    Status.EXCEPTION: "ended by an exception",
    Status.TIMEOUT: "ran out of time",
    Status.MEMORY: "ran out of memory",
    Status.OUTPUT_LIMIT: "wrote too much",
    Status.EVENT_LIMIT: "was longer than its record may be",
    Status.COMPILE_ERROR: "does not compile: nothing ran",
    Status.KILLED: "was killed",
    Status.TRACER_ERROR: "ended, but the tracer failed before",
    Status.TRACER_LOST: "ended, but took the tracer off before",
}
_STOPPED = {
    "events": "the limit on recorded events",
    "trace_bytes": "the limit on the record's bytes",
    "output": "the limit on output",
    "wall": "the limit on time by the clock",
    "cpu": "the limit on CPU time",
}


def page_data(trace: Trace) -> dict[str, Any]:
    """Give what the page's script reads; `EventKind` and names are indices, -1 stands for None."""
    table = _Table()
    return {
        "program": trace.program_id,
        "facts": _facts(trace),
        "status": trace.status.value,
        "ending": ending_sentences(trace),
        "cutOff": trace.truncation is not None,
        "source": highlighted(trace.code),
        "stdin": trace.stdin,
        "stdout": trace.stdout,
        "stderr": trace.stderr,
        "expected": trace.expected_output,
        "kinds": [kind.value for kind in EventKind],
        "events": _columns(trace, table),
        "names": [_name(name) for name in table.names],
        "texts": list(table.texts),
    }


def ending_sentences(trace: Trace) -> list[str]:
    """How the run ended, and whether its record did before: one to three sentences."""
    sentences = [f"The program {_ENDED[trace.status]}."]
    if trace.exception is not None:
        where = "" if trace.exception.line is None else f", at line {trace.exception.line}"
        sentences.append(f"{trace.exception.type}: {trace.exception.message}{where}")
    if trace.truncation is not None:
        reason = _STOPPED.get(trace.truncation, trace.truncation)
        sentences.append(f"The record stops after {len(trace.events):,} events: {reason}.")
    return sentences


def _facts(trace: Trace) -> list[str]:
    facts = [f"input {trace.input_index}"] if trace.input_index else []
    if trace.verdict is not None:
        facts.append(f"output {trace.verdict}")
    if trace.python:
        facts.append(f"Python {trace.python}")
    if not trace.deterministic:
        at = trace.differs_at
        facts.append("another run may differ" + ("" if at is None else f" from event {at:,} on"))
    return facts


class _Table:
    """Numbers for names and for texts, in order of first use."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.texts: dict[str, int] = {}

    def name(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))

    def text(self, text: str | None) -> int:
        return -1 if text is None else self.texts.setdefault(text, len(self.texts))

    def changes(self, event: Event) -> list[int]:
        """name, value, name, value, ..."""
        return [number for name, value in event.changes for number in (self.name(name), self.text(value))]


def _columns(trace: Trace, table: _Table) -> dict[str, Sequence[Any]]:
    events = trace.events
    kinds = {kind: number for number, kind in enumerate(EventKind)}
    return {
        "kind": [kinds[event.kind] for event in events],
        "line": [event.line for event in events],
        "fromLine": [event.from_line for event in events],
        "depth": [event.depth for event in events],
        "frame": [event.frame for event in events],
        "thread": [event.thread for event in events],
        "function": [table.text(event.function) for event in events],
        "changes": [table.changes(event) for event in events],
        "value": [table.text(event.value) for event in events],
        "detail": [table.text(event.detail) for event in events],
        "stdout": _utf16_ends(trace.stdout, [event.stdout_end for event in events]),
    }


def _utf16_ends(text: str, ends: list[int]) -> list[int]:
    """Positions in `text` as JavaScript counts them: characters beyond U+FFFF are two."""
    beyond = [] if text.isascii() else [at for at, character in enumerate(text) if ord(character) > 0xFFFF]
    return [end + bisect_left(beyond, end) for end in ends] if beyond else ends


def _name(name: str) -> list[Any]:
    """[name] of a variable, [expression, variable, label] of what snoop watches: len(x), x.shape; else [name, null]."""
    if name.isidentifier():
        return [name]
    match = _WATCHED.fullmatch(name)
    if match is None:
        return [name, None, name]
    return [name, match[2] or match[3], match[1] or match[4]]
