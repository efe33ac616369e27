"""From what a child left behind to a `Trace`: the supervisor's reading of channel, streams and exit status.

Exit status, CPU time and the wall limit were measured outside of the program. Channel and streams are as the program
left them, and it may have written anything there. What no tracer writes makes the status `tracer_lost`, whatever was
measured, and the events before it are kept. That is:

- a record that is no JSON, no event and no end record, or an end record whose fields have other types than ours;
- a number that cannot be: a kind that does not exist, a line below 0, a depth that takes more calls than there were;
- more events than the limit, or a claim that they reached the limit where they did not;
- events of a source that does not compile, or a disturbance after the last event.

What a tracer might have written cannot be told from what it wrote: a careful forgery passes, and only this program's
record is wrong. How the run ended, by the end record, counts only where the process then ended by itself with exit
code 0, or with the code by which our own part of the child says that it failed; otherwise what was measured counts.

SIGXFSZ comes from the limit on output or from the program itself. It is the limit's where stdout or stderr is full.
Otherwise the trace says `killed`, also where a trusted program wrote too large a file, or where a program asked for a
place beyond the limit: of that nothing is left to see.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from statecode.records import Event, ExceptionInfo, Limits, Program, Status, Trace
from statecode.text import well_formed
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.validation import MOST, read_events

OVERWRITTEN = "the trace channel was overwritten"
"""The truncation of a trace whose channel holds what no tracer writes."""

_OUR_FAILURE = 70  # exit code of a child that did not get to the program's end, see `zygote`
_ABSENT = type(None)
_LIMITS = ("events", "trace_bytes")
_END_TYPES: dict[str, tuple[type, ...]] = {
    "exception": (list, _ABSENT), "limit": (str,), "compile_error": (bool,), "tracer_error": (str, _ABSENT),
    "tracer_lost": (bool,), "first_perturbed_event": (int, _ABSENT),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRunResult:
    """What a child left behind."""

    records: list[Any]        # of the channel: events as lists, then the end record as a dict if the run got there
    whole: bool               # False where the channel is known to hold something else
    stdout: bytes
    stderr: bytes
    wait_status: int
    wall_limit_hit: bool
    cpu_s: float


LOST_RUN = RawRunResult(
    records=[], whole=True, stdout=b"", stderr=b"", wait_status=signal.SIGKILL, wall_limit_hit=False, cpu_s=0.0
)
"""What is left of a run that took the warm process down with it, again and again."""


@dataclass(frozen=True, slots=True)
class _Ending:
    status: Status
    truncation: str | None = None
    exception: ExceptionInfo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """The end record, each field of the type that a tracer gives it."""

    exception: ExceptionInfo | None = None
    limit: str | None = None           # events or trace_bytes
    compile_error: bool = False
    tracer_error: str | None = None
    tracer_lost: bool = False
    first_perturbed_event: int | None = None


_LOST = _Ending(Status.TRACER_LOST, OVERWRITTEN)


def make_trace(
    program: Program, input_index: int, limits: Limits, raw_result: RawRunResult, normaliser: Normaliser,
    analysis: SourceAnalysis | None = None, **versions: Any
) -> Trace:
    """Build the trace of one run.

    Args:
        analysis: of the program's source, where the native engine recorded it.
        versions: the trace's `engine`, `fidelity`, `repr_limit`, `snoop_version` and `python`.
    """
    records, end = _split(raw_result.records)
    events = read_events(records[: limits.events], raw_result.stdout, normaliser, analysis)
    whole = raw_result.whole and len(events) == len(records)
    ending = _ending(end, len(events), raw_result, limits) if whole else _LOST
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
        stdout=raw_result.stdout.decode("utf-8", "backslashreplace"),
        stderr=normaliser.stderr(raw_result.stderr.decode("utf-8", "backslashreplace")),
        events=events,
        limits=limits,
        **versions,
    )


def first_perturbed_event(raw_result: RawRunResult) -> int | None:
    """The number of events recorded when the tracer is known to have changed the program, None where it did not."""
    records, fields = _split(raw_result.records)
    end = _read_end(fields, len(records)) if raw_result.whole and fields is not None else None
    return None if end is None else end.first_perturbed_event


def with_untraced_end(trace: Trace, plain: Trace, first_perturbed_event: int | None) -> Trace:
    """Correct the trace of a run that the tracer failed or changed by a run of the same program without it.

    A change that made no difference to what the program wrote and how it ended leaves the trace as it is.
    """
    if trace.truncation == OVERWRITTEN:
        return trace
    if first_perturbed_event is not None:
        if (trace.stdout, trace.stderr, trace.exception) == (plain.stdout, plain.stderr, plain.exception):
            return trace
        trace = replace(trace, truncation="tracer: it changed a variable", events=trace.events[:first_perturbed_event])
    finished = plain.status in (Status.OK, Status.EXCEPTION)
    end = len(plain.stdout)
    return replace(
        trace, status=Status.TRACER_ERROR if finished else plain.status,
        truncation=trace.truncation if finished else plain.truncation,
        stdout=plain.stdout, stderr=plain.stderr, exception=plain.exception,
        events=tuple(event._replace(stdout_end=min(event.stdout_end, end)) for event in trace.events),
    )


def _split(records: list[Any]) -> tuple[list[Any], dict[str, Any] | None]:
    if records and type(records[-1]) is dict:
        return records[:-1], records[-1]
    return records, None


def _read_end(fields: dict[str, Any], event_count: int) -> _End | None:
    """Read the end record; None where no tracer wrote it. Names that we do not know are left alone."""
    known = {name: fields[name] for name in _END_TYPES if name in fields}
    if not all(type(value) in _END_TYPES[name] for name, value in known.items()):
        return None
    if not 0 <= (known.get("first_perturbed_event") or 0) <= event_count or known.get("limit", "events") not in _LIMITS:
        return None
    if known.get("exception") is not None:
        if list(map(type, known["exception"][:2])) != [str, str] or len(known["exception"]) != 3:
            return None
        known["exception"] = _exception(*known["exception"])
    return _End(**known)


def _exception(type_name: str, message: str, line: Any) -> ExceptionInfo:
    """The line of a SyntaxError is whatever the program put there, so that the tracer may have written anything."""
    possible = type(line) is int and 0 <= line <= MOST
    return ExceptionInfo(well_formed(type_name), well_formed(message), line if possible else None)


def _ending(fields: dict[str, Any] | None, event_count: int, raw_result: RawRunResult, limits: Limits) -> _Ending:
    end = None if fields is None else _read_end(fields, event_count)
    if fields is not None and (end is None or _is_impossible(end, event_count, limits)):
        return _LOST
    exception = None if end is None else end.exception
    if raw_result.wall_limit_hit:
        return _Ending(Status.TIMEOUT, "wall", exception)
    if raw_result is LOST_RUN:
        return _Ending(Status.KILLED, "it ended the tracing process")
    if raw_result.wait_status:
        return _abnormal_exit(raw_result, limits, end)
    if end is None:
        return _Ending(Status.KILLED, "exit code 0 before the end")
    return _normal_exit(end)


def _is_impossible(end: _End, event_count: int, limits: Limits) -> bool:
    if end.compile_error:
        return event_count > 0 or end.exception is None
    return end.limit == "events" and event_count < limits.events


def _abnormal_exit(raw_result: RawRunResult, limits: Limits, end: _End | None) -> _Ending:
    exception = None if end is None else end.exception
    code = os.waitstatus_to_exitcode(raw_result.wait_status)
    if _is_cpu_limit(-code, raw_result.cpu_s, limits.cpu_s):
        return _Ending(Status.TIMEOUT, "cpu", exception)
    if code == _OUR_FAILURE and end is not None and end.tracer_error:
        return _normal_exit(end)
    if -code == signal.SIGXFSZ and max(len(raw_result.stdout), len(raw_result.stderr)) >= limits.output_bytes:
        if end is not None and end.limit is not None:  # the output was written out when the record was full
            return _Ending(Status.EVENT_LIMIT, end.limit)
        return _Ending(Status.OUTPUT_LIMIT, "output", exception)
    if code >= 0:
        return _Ending(Status.KILLED, f"exit code {code} before the end", exception)
    return _Ending(Status.KILLED, _signal_name(-code), exception)


def _is_cpu_limit(number: int, used_s: float, limit_s: float) -> bool:
    """Tell a signal that the limit sent from one that the program sent to itself."""
    if number in (signal.SIGPROF, signal.SIGXCPU):
        return used_s >= limit_s / 2  # the clocks of timers and of usage differ by ticks
    return number == signal.SIGKILL and used_s >= limit_s


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # one of the real-time signals, of which Python names the first and the last
        return f"signal {number}"


def _normal_exit(end: _End) -> _Ending:
    if end.limit is not None:
        return _Ending(Status.EVENT_LIMIT, end.limit)
    if end.compile_error:
        return _Ending(Status.COMPILE_ERROR, None, end.exception)
    if end.tracer_error:
        return _Ending(Status.TRACER_ERROR, f"tracer: {well_formed(end.tracer_error)}", end.exception)
    if end.tracer_lost:
        return _Ending(Status.TRACER_LOST, "the program replaced the tracer", end.exception)
    if end.exception is None:
        return _Ending(Status.OK)
    return _Ending(Status.MEMORY if end.exception.type == "MemoryError" else Status.EXCEPTION, None, end.exception)


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
