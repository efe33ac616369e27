"""From what a child left behind to a `Trace`: the supervisor's reading of channel, streams and exit status."""

from __future__ import annotations

import codecs
import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from statecode.programs.source_text import well_formed
from statecode.records import Change, Event, EventKind, ExceptionInfo, Limits, Program, Status, Trace
from statecode.tracing.normalise import Normaliser

KINDS = list(EventKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remains:
    """What a child left behind."""

    records: list[Any]        # of the channel: events as lists, then the end record as a dict if the run got there
    whole: bool               # False where the channel holds something else than a tracer writes
    stdout: bytes
    stderr: bytes
    wait_status: int
    wall_limit_hit: bool
    cpu_s: float


NOTHING = Remains(
    records=[], whole=True, stdout=b"", stderr=b"", wait_status=signal.SIGKILL, wall_limit_hit=False, cpu_s=0.0
)
"""What is left of a run that took the warm process down with it, again and again."""


@dataclass(frozen=True, slots=True)
class _Ending:
    status: Status
    truncation: str | None = None
    exception: ExceptionInfo | None = None


def make_trace(
    program: Program, input_index: int, limits: Limits, remains: Remains, normaliser: Normaliser, **versions: Any
) -> Trace:
    """Build the trace of one run; `versions` are the trace's `engine`, `snoop_version` and `python`."""
    raw_events, end = _split(remains.records)
    ending = _ending(end, remains, limits)
    events = tuple(_read_events(raw_events, remains.stdout, normaliser))
    return Trace(
        program_id=well_formed(program.program_id),
        problem_id=well_formed(program.problem_id),
        input_index=input_index,
        code=well_formed(program.code),
        stdin=well_formed(program.inputs[input_index]),
        expected_output=program.expected_output(input_index),
        label=program.label,
        origin=program.origin,
        license=program.license,
        url=program.url,
        status=ending.status,
        exception=ending.exception,
        truncation=ending.truncation,
        deterministic=not _interleaved(events),
        stdout=remains.stdout.decode("utf-8", "backslashreplace"),
        stderr=normaliser.stderr(remains.stderr.decode("utf-8", "backslashreplace")),
        events=events,
        limits=limits,
        **versions,
    )


def disturbed_at(remains: Remains) -> int | None:
    """The number of events recorded when the tracer is known to have changed the program, None where it did not."""
    _, end = _split(remains.records)
    found = (end or {}).get("disturbed_at")
    return found if isinstance(found, int) else None


def with_untraced_end(trace: Trace, plain: Trace, disturbed_at: int | None) -> Trace:
    """Correct the trace of a run that the tracer failed or changed by a run of the same program without it.

    A change that made no difference to what the program wrote and how it ended leaves the trace as it is.
    """
    if disturbed_at is not None:
        if (trace.stdout, trace.stderr, trace.exception) == (plain.stdout, plain.stderr, plain.exception):
            return trace
        trace = replace(trace, truncation="tracer: it changed a variable", events=trace.events[:disturbed_at])
    finished = plain.status in (Status.OK, Status.EXCEPTION)
    return replace(
        trace, status=Status.TRACER_ERROR if finished else plain.status,
        truncation=trace.truncation if finished else plain.truncation,
        stdout=plain.stdout, stderr=plain.stderr, exception=plain.exception,
    )


def _split(records: list[Any]) -> tuple[list[Any], dict[str, Any] | None]:
    """Divide events from the end record; what a surviving thread recorded after the end is not part of the run."""
    for position in range(len(records) - 1, -1, -1):
        if isinstance(records[position], dict):
            return records[:position], records[position]
    return records, None


def _ending(end: dict[str, Any] | None, remains: Remains, limits: Limits) -> _Ending:
    exception = ExceptionInfo(*_well_formed_all(end["exception"])) if end and end.get("exception") else None
    if not remains.whole:
        return _Ending(Status.TRACER_LOST, "the trace channel was overwritten")
    if end and "limit" in end:
        return _Ending(Status.EVENT_LIMIT, end["limit"])
    if remains.wall_limit_hit:
        return _Ending(Status.TIMEOUT, "wall", exception)
    if remains is NOTHING:
        return _Ending(Status.KILLED, "it ended the tracing process")
    if remains.wait_status:
        return _violent_ending(remains, limits, exception)
    if end is None:
        return _Ending(Status.KILLED, "exit code 0 before the end")
    return _peaceful_ending(end, exception)


def _violent_ending(remains: Remains, limits: Limits, exception: ExceptionInfo | None) -> _Ending:
    code = os.waitstatus_to_exitcode(remains.wait_status)
    if -code in (signal.SIGPROF, signal.SIGXCPU) or (-code == signal.SIGKILL and remains.cpu_s >= limits.cpu_s):
        return _Ending(Status.TIMEOUT, "cpu", exception)
    if -code == signal.SIGXFSZ:
        return _Ending(Status.OUTPUT_LIMIT, "output", exception)
    if code >= 0:
        return _Ending(Status.KILLED, f"exit code {code} before the end", exception)
    return _Ending(Status.KILLED, signal.Signals(-code).name, exception)


def _peaceful_ending(end: dict[str, Any], exception: ExceptionInfo | None) -> _Ending:
    if end.get("compile_error"):
        return _Ending(Status.COMPILE_ERROR, None, exception)
    if end.get("tracer_error"):
        return _Ending(Status.TRACER_ERROR, f"tracer: {well_formed(end['tracer_error'])}", exception)
    if end.get("tracer_lost"):
        return _Ending(Status.TRACER_LOST, "the program replaced the tracer", exception)
    if exception is None:
        return _Ending(Status.OK)
    return _Ending(Status.MEMORY if exception.type == "MemoryError" else Status.EXCEPTION, None, exception)


def _read_events(records: Iterable[Any], stdout: bytes, normaliser: Normaliser) -> Iterable[Event]:
    characters = _character_positions(stdout, records)
    value_of = normaliser.value
    for kind, line, from_line, depth, frame, thread, function, changes, value, detail, position in records:
        yield Event(
            KINDS[kind], line, from_line, depth, frame, thread, well_formed(function),
            tuple([Change(well_formed(name), value_of(well_formed(text))) for name, text in changes]),
            None if value is None else value_of(well_formed(value)),
            None if detail is None else value_of(well_formed(detail)),
            characters(position),
        )


def _character_positions(data: bytes, records: Iterable[Any]) -> Any:
    """Give a function from positions in bytes to positions in the decoded text."""
    if data.isascii():
        return lambda position: min(position, len(data))
    decoder = codecs.getincrementaldecoder("utf-8")("backslashreplace")
    known, done, characters = {}, 0, 0
    for position in sorted({record[-1] for record in records}):
        characters += len(decoder.decode(data[done:position]))
        known[position], done = characters, position
    return known.__getitem__


def _interleaved(events: Iterable[Event]) -> bool:
    """Tell whether a thread other than the main one was interrupted by another and then went on."""
    seen, previous = {0}, 0
    for event in events:
        if event.thread != previous:
            if event.thread in seen and event.thread != 0:
                return True
            seen.add(event.thread)
            previous = event.thread
    return False


def _well_formed_all(fields: Iterable[Any]) -> list[Any]:
    return [well_formed(field) if isinstance(field, str) else field for field in fields]
