"""Build a `RecordedRun` from a raw run result: the channel, the output and the exit status of a child.

The supervisor measured the exit status, the CPU time and the wall limit. The program may have written anything to the
channel, stdout and stderr. If the channel holds content that no tracer writes, the status is `tracer_lost`, whatever
was measured, and the events before that content are kept. Such content is:

- a record that is not JSON, or is neither an event nor an end record; an end record with fields of wrong types;
- an impossible number: an unknown kind, a line below 0, a depth that needs more calls than there were;
- more events than the limit, or an end record that reports the event limit after fewer events;
- an end record that reports a compile error after events, or a first perturbed event after the last event.

A careful forgery cannot be distinguished from the records of a tracer; it falsifies only the trace of its own program.
The end record determines the outcome only if the process then exited with code 0, or with the exit code that the child
uses for an error of this package. Otherwise the measurements determine the status.

SIGXFSZ comes from the output limit or from the program itself. It is attributed to the limit if stdout, stderr or a
file that the program left is full. Otherwise the status is `killed`, also if a trusted program wrote a file that is too
large, or if a program wrote at an offset beyond the limit: these cases cannot be distinguished afterwards.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from statecode.records import ExceptionInfo, Limits, Program, Status, Trace
from statecode.text import well_formed
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire.event_columns import EventColumns, RecordedRun
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.reader import EventRecords, count_of
from statecode.tracing.wire.record import FAILURE_EXIT_CODE, LIMIT_EVENTS, EndRecord, read_end_record
from statecode.tracing.wire.validation import read_events

OVERWRITTEN = "the trace channel was overwritten"
"""The truncation of a trace whose channel holds content that no tracer writes."""
REPLACED = "the program replaced the tracer"
"""The truncation of a trace whose program replaced the tracer, for a while or until the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRunResult:
    """The records, output and exit status of one child."""

    records: EventRecords  # of events
    end: EndRecord | None  # None if the child wrote none, or an invalid one
    intact: bool           # False if the channel holds lines that cannot be read, or an invalid end record
    stdout: bytes
    stderr: bytes
    wait_status: int       # as returned by wait(2)
    wall_limit_hit: bool
    cpu_s: float           # user and system time
    files: Mapping[bytes, bytes] = field(default_factory=dict)  # that the program left in its folder

    @classmethod
    def from_records(
        cls, records: EventRecords, end_fields: dict[str, Any] | None, intact: bool, **measured: Any
    ) -> RawRunResult:
        """Return the result for the records of a channel. The end record is parsed here.

        Args:
            records, end_fields, intact: as `reader.read_run` returns them.
            measured: the other fields.
        """
        if end_fields is None:
            return cls(records=records, end=None, intact=intact, **measured)
        end = read_end_record(end_fields, count_of(records))
        return cls(records=records, end=end, intact=intact and end is not None, **measured)

    @property
    def first_perturbed_event(self) -> int | None:
        """The number of events before the tracer first changed the program's behaviour; None if no change is known."""
        return None if self.end is None or not self.intact else self.end.first_perturbed_event


LOST_RUN = RawRunResult(
    records=[], end=None, intact=True, stdout=b"", stderr=b"", wait_status=signal.SIGKILL, wall_limit_hit=False,
    cpu_s=0.0,
)
"""The result of a run whose server ended or did not reply in every attempt."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fields of a trace that state how the run ended."""

    status: Status
    truncation: str | None = None
    exception: ExceptionInfo | None = None


_OVERWRITTEN_OUTCOME = Outcome(Status.TRACER_LOST, OVERWRITTEN)


def make_run(
    program: Program, input_index: int, limits: Limits, raw_result: RawRunResult, normaliser: Normaliser,
    analysis: SourceAnalysis | None = None, **versions: Any
) -> RecordedRun:
    """Return the record of one run; its events are those before the first invalid record.

    Args:
        analysis: completes the records, see `Engine.analyse`; None if they are complete.
        versions: the trace's `engine`, `fidelity`, `repr_limit`, `snoop_version` and `python`.
    """
    stdin = well_formed(program.inputs[input_index])
    code = well_formed(program.code)
    normaliser = normaliser.for_program(code, stdin)
    records = raw_result.records
    within = records[: limits.events] if isinstance(records, list) else records
    events = read_events(within, raw_result.stdout, normaliser, analysis)
    count = len(events.kind)
    intact = raw_result.intact and count == count_of(records)
    outcome = _determine_outcome(raw_result, count, limits) if intact else _OVERWRITTEN_OUTCOME
    stdout, events = _normalise_stdout(raw_result.stdout.decode("utf-8", "backslashreplace"), events, normaliser)
    exception = outcome.exception and outcome.exception._replace(message=normaliser.paths(outcome.exception.message))
    head = Trace(
        program_id=well_formed(program.program_id),
        problem_id=well_formed(program.problem_id),
        input_index=input_index,
        code=code,
        stdin=stdin,
        expected_output=program.expected_output(input_index),
        label=program.label,
        origin=program.origin,
        license=program.license,
        url=program.url,
        language=program.language,
        metadata=None if program.metadata is None else well_formed(program.metadata),
        status=outcome.status,
        exception=exception,
        truncation=outcome.truncation,
        deterministic=not _is_interleaved(events.thread),
        stdout=stdout,
        stderr=normaliser.paths(raw_result.stderr.decode("utf-8", "backslashreplace")),
        files=_files_text(raw_result.files, normaliser),
        limits=limits,
        **versions,
    )
    return RecordedRun(head, events)


def _normalise_stdout(stdout: str, events: EventColumns, normaliser: Normaliser) -> tuple[str, EventColumns]:
    """Replace the folders of the machine in the output, and move the positions of the events accordingly."""
    if normaliser.paths(stdout) == stdout:
        return stdout, events
    stdout, moved = normaliser.pieces(stdout, events.stdout_end)
    return stdout, events._replace(stdout_end=list(map(moved.__getitem__, events.stdout_end)))


def with_untraced_outcome(trace: Trace, untraced: Trace, first_perturbed_event: int | None) -> Trace:
    """Return a trace with the output and the exception of an untraced run of the same program.

    This corrects a trace whose tracer failed or perturbed the program. Events from the first perturbed event on are
    removed. The status is `tracer_error` if the untraced run finished, with or without an exception; else the status is
    that of the untraced run.

    The trace is returned unchanged if its channel was overwritten, or if the perturbed program wrote the same output
    and files and ended with the same exception as the untraced run.

    Args:
        trace: the trace of the traced run.
        untraced: the trace of the untraced run, without events.
        first_perturbed_event: see `RawRunResult`; None if only the tracer failed.
    """
    if trace.truncation == OVERWRITTEN:
        return trace
    if first_perturbed_event is not None:
        if _effects(trace) == _effects(untraced):
            return trace
        trace = replace(trace, truncation="tracer: it changed a variable", events=trace.events[:first_perturbed_event])
    finished = untraced.status in (Status.OK, Status.EXCEPTION)
    end = len(untraced.stdout)
    return replace(
        trace, status=Status.TRACER_ERROR if finished else untraced.status,
        truncation=trace.truncation if finished else untraced.truncation,
        stdout=untraced.stdout, stderr=untraced.stderr, exception=untraced.exception, files=untraced.files,
        events=tuple(event._replace(stdout_end=min(event.stdout_end, end)) for event in trace.events),
    )


def _effects(trace: Trace) -> tuple[Any, ...]:
    return trace.stdout, trace.stderr, trace.files, trace.exception


def _determine_outcome(raw_result: RawRunResult, event_count: int, limits: Limits) -> Outcome:
    """Determine the outcome of a run from its end record and from the measured exit status."""
    end = raw_result.end
    if end is not None and _is_impossible(end, event_count, limits):
        return _OVERWRITTEN_OUTCOME
    exception = None if end is None else end.exception
    if raw_result.wall_limit_hit:
        return Outcome(Status.TIMEOUT, "wall", exception)
    if raw_result is LOST_RUN:
        return Outcome(Status.KILLED, "it ended the tracing process")
    if raw_result.wait_status:
        return _abnormal_exit(raw_result, limits, end)
    if end is None:
        return Outcome(Status.KILLED, "exit code 0 before the end")
    return _normal_exit(end)


def _is_impossible(end: EndRecord, event_count: int, limits: Limits) -> bool:
    """Return True if the end record contradicts the number of events."""
    if end.compile_error:
        return event_count > 0 or end.exception is None
    return end.limit == LIMIT_EVENTS and event_count < limits.events


def _abnormal_exit(raw_result: RawRunResult, limits: Limits, end: EndRecord | None) -> Outcome:
    """Determine the outcome of a process that a signal ended, or that exited with a code other than 0."""
    exception = None if end is None else end.exception
    code = os.waitstatus_to_exitcode(raw_result.wait_status)
    if _is_cpu_limit(-code, raw_result.cpu_s, limits.cpu_s):
        return Outcome(Status.TIMEOUT, "cpu", exception)
    if code == FAILURE_EXIT_CODE and end is not None and end.tracer_error:
        return _normal_exit(end)
    written = max(map(len, (raw_result.stdout, raw_result.stderr, *raw_result.files.values())))
    if -code == signal.SIGXFSZ and written >= limits.output_bytes:
        if end is not None and end.limit is not None:  # this limit came first; flushing then filled the file
            return Outcome(Status.EVENT_LIMIT, end.limit)
        return Outcome(Status.OUTPUT_LIMIT, "output", exception)
    if code >= 0:
        return Outcome(Status.KILLED, f"exit code {code} before the end", exception)
    return Outcome(Status.KILLED, _signal_name(-code), exception)


def _is_cpu_limit(number: int, used_s: float, limit_s: float) -> bool:
    """Return True if the CPU limit sent the signal, not the program itself."""
    if number in (signal.SIGPROF, signal.SIGXCPU):
        return used_s >= limit_s / 2  # the clocks of timers and of resource usage may differ by some ticks
    return number == signal.SIGKILL and used_s >= limit_s


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # a real-time signal: Python names only the first and the last
        return f"signal {number}"


def _normal_exit(end: EndRecord) -> Outcome:
    """Determine the outcome from the end record of a process that ended by itself."""
    if end.limit is not None:
        return Outcome(Status.EVENT_LIMIT, end.limit)
    if end.compile_error:
        return Outcome(Status.COMPILE_ERROR, None, end.exception)
    if end.tracer_error:
        return Outcome(Status.TRACER_ERROR, f"tracer: {well_formed(end.tracer_error)}", end.exception)
    if end.tracer_lost:
        return Outcome(Status.TRACER_LOST, REPLACED, end.exception)
    if end.exception is None:
        return Outcome(Status.OK)
    return Outcome(Status.MEMORY if end.exception.type == "MemoryError" else Status.EXCEPTION, None, end.exception)


def _files_text(files: Mapping[bytes, bytes], normaliser: Normaliser) -> str | None:
    """Return the files as a JSON object, name → text; bytes that are not UTF-8 are escaped."""
    texts = {
        name.decode("utf-8", "backslashreplace"): normaliser.paths(content.decode("utf-8", "backslashreplace"))
        for name, content in files.items()
    }
    return json.dumps(texts, ensure_ascii=False, sort_keys=True) if texts else None


def _is_interleaved(threads: Sequence[int]) -> bool:
    """Return True if a thread other than the main thread continued after events of another thread."""
    if not any(threads):
        return False
    seen, previous = {0}, 0
    for thread in threads:
        if thread != previous:
            if thread in seen and thread != 0:
                return True
            seen.add(thread)
            previous = thread
    return False
