"""The data of the trace page: columns of numbers that refer to tables of names and texts; each text is stored once."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

from statecode.records import Event, EventKind, Status, Trace
from statecode.views.page.highlight import highlighted

_WATCHED = re.compile(r"(len)\((.+)\)|(.+)\.(shape|dtype)", re.DOTALL)
_STATUS_TEXTS = {
    Status.OK: "ended normally",
    Status.EXCEPTION: "ended by an exception",
    Status.TIMEOUT: "reached the time limit",
    Status.MEMORY: "reached the memory limit",
    Status.OUTPUT_LIMIT: "reached the output limit",
    Status.EVENT_LIMIT: "reached the limit on recorded events",
    Status.COMPILE_ERROR: "does not compile",
    Status.KILLED: "was killed",
    Status.TRACER_ERROR: "ended after the tracer had failed",
    Status.TRACER_LOST: "ended after it had removed the tracer",
}
_TRUNCATION_TEXTS = {
    "events": "limit on recorded events",
    "trace_bytes": "limit on the bytes of the trace",
    "output": "limit on the output",
    "wall": "limit on wall-clock time",
    "cpu": "limit on CPU time",
}


class Comparison(NamedTuple):
    """The real run of a program, with which the page of a predicted run compares it."""

    real: Trace
    divergence: int | None    # index of the first event that differs; None: all are the same
    sentences: Sequence[str]  # the result of the comparison


def predicted_data(trace: Trace, comparison: Comparison) -> dict[str, Any]:
    """Return the data of the page of a predicted run: those of `page_data`, and the real run."""
    data = page_data(trace)
    data["facts"].insert(0, "as a model predicts it")
    if trace.truncation is not None:
        data["ending"] = [f"The prediction ends here: {_TRUNCATION_TEXTS.get(trace.truncation, trace.truncation)}."]
    return data | {"comparison": {
        "run": page_data(comparison.real), "divergence": comparison.divergence, "sentences": list(comparison.sentences),
    }}


def page_data(trace: Trace) -> dict[str, Any]:
    """Return the data that the script of the page reads.

    In `events`, kinds, names and texts are indices into the tables `kinds`, `names` and `texts`; -1 means None.
    """
    table = _Table()
    return {
        "program": trace.program_id,
        "facts": _facts(trace),
        "status": trace.status.value,
        "ending": ending_sentences(trace),
        "truncated": trace.truncation is not None,
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
    """Return one to three sentences: the status, the exception, and the reason for a truncated trace."""
    sentences = [f"The program {_STATUS_TEXTS[trace.status]}."]
    if trace.exception is not None:
        where = "" if trace.exception.line is None else f", at line {trace.exception.line}"
        sentences.append(f"{trace.exception.type}: {trace.exception.message}{where}")
    if trace.truncation is not None:
        reason = _TRUNCATION_TEXTS.get(trace.truncation, trace.truncation)
        sentences.append(f"The trace is truncated after {len(trace.events):,} events: {reason}.")
    return sentences


def _facts(trace: Trace) -> list[str]:
    facts = [f"input {trace.input_index}"] if trace.input_index else []
    if trace.verdict is not None:
        facts.append(f"output {trace.verdict}")
    if trace.python:
        facts.append(f"Python {trace.python}")
    if not trace.deterministic:
        first = trace.differs_at
        facts.append("another run may differ" + ("" if first is None else f" from event {first:,} on"))
    return facts


class _Table:
    """The indices of names and of texts; an index is assigned at the first use."""

    def __init__(self) -> None:
        self.names: dict[str, int] = {}
        self.texts: dict[str, int] = {}

    def name(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names))

    def text(self, text: str | None) -> int:
        return -1 if text is None else self.texts.setdefault(text, len(self.texts))

    def changes(self, event: Event) -> list[int]:
        """Return the changes of an event as a flat list of indices: name, value, name, value, ..."""
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
    """Return the positions `ends` in `text` as JavaScript counts them: a character above U+FFFF counts as two."""
    positions = [] if text.isascii() else [at for at, character in enumerate(text) if ord(character) > 0xFFFF]
    return [end + bisect_left(positions, end) for end in ends] if positions else ends


def _name(name: str) -> list[Any]:
    """Return [name] of a variable, and [expression, variable, label] of an expression that snoop watches.

    Watched expressions are len(x), x.shape and x.dtype. Any other name is returned as [name, None, name].
    """
    if name.isidentifier():
        return [name]
    match = _WATCHED.fullmatch(name)
    if match is None:
        return [name, None, name]
    return [name, match[2] or match[3], match[1] or match[4]]
