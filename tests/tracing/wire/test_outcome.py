"""Test the outcome of runs, by known end records and exit statuses."""

from __future__ import annotations

import json
import signal

import pytest

import statecode
from statecode.records import Status
from statecode.tracing.wire import outcome
from statecode.tracing.wire.outcome import OVERWRITTEN
from tests.support.channel_samples import END, EVENT, LIMITS, altered, check, lines_of, raw_result_of, trace_of

INVALID_END_RECORDS = [
    {"exception": 1}, {"exception": "abc"}, {"exception": []}, {"exception": ["A", "b"]}, {"exception": [1, "b", 1]},
    {"exception": ["A", None, 1]}, {"exception": ["A", "b", 1, 2]}, {"exception": {"a": 1}},
    {"exception": [[], [], []]}, {"limit": "wall"}, {"limit": None}, {"limit": 3}, {"limit": ["events"]}, {"limit": "events"},
    {"compile_error": 1}, {"compile_error": True, "exception": ["SyntaxError", "", 1]}, {"tracer_error": 1},
    {"tracer_error": ["a"]}, {"tracer_lost": None}, {"tracer_lost": "yes"}, {"first_perturbed_event": -1},
    {"first_perturbed_event": 2}, {"first_perturbed_event": True}, {"first_perturbed_event": 10**4000},
    {"first_perturbed_event": "1"},
]


@pytest.mark.parametrize("fields", INVALID_END_RECORDS, ids=lambda fields: json.dumps(fields)[:60])
def test_an_invalid_end_record_is_marked(fields) -> None:
    data = lines_of(EVENT, {**END, **fields})
    trace = trace_of(data)
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 1)
    assert trace.exception is None
    assert raw_result_of(data).first_perturbed_event is None


@pytest.mark.parametrize("line", [-1, 2**31, "7", True, 1.0, [1], {}])
def test_an_invalid_line_of_an_exception_is_removed(line) -> None:
    trace = trace_of(lines_of(EVENT, {**END, "exception": ["SyntaxError", "no", line]}))
    assert (trace.status, trace.exception) == (Status.EXCEPTION, ("SyntaxError", "no", None))


def test_only_the_first_end_record_counts() -> None:
    error = {**END, "exception": ["E", "", 1]}
    assert trace_of(lines_of(EVENT, END, EVENT, error)).status is Status.OK
    assert trace_of(lines_of(EVENT, error, END)).status is Status.EXCEPTION
    assert trace_of(lines_of(EVENT, END) + b"[[[").status is Status.OK


RAISED = {**END, "exception": ["E", "", 1]}
KILLED, CPU, OUTPUT = int(signal.SIGKILL), int(signal.SIGPROF), int(signal.SIGXFSZ)
FULL = b"x" * LIMITS.output_bytes


@pytest.mark.parametrize(
    ("end", "measured", "expected"),
    [
        (END, {}, (Status.OK, None)),
        (RAISED, {}, (Status.EXCEPTION, None)),
        ({"limit": "trace_bytes"}, {}, (Status.EVENT_LIMIT, "trace_bytes")),
        ({**END, "tracer_error": "a\ud800"}, {}, (Status.TRACER_ERROR, "tracer: a\\ud800")),
        ({**END, "tracer_lost": True}, {}, (Status.TRACER_LOST, "the program replaced the tracer")),
        ({**END, "unknown": 1}, {}, (Status.OK, None)),
        (None, {}, (Status.KILLED, "exit code 0 before the end")),
        # the measured exit status takes precedence over the end record
        (END, {"wait_status": KILLED}, (Status.KILLED, "SIGKILL")),
        (END, {"wait_status": 7 << 8}, (Status.KILLED, "exit code 7 before the end")),
        (RAISED, {"wall_limit_hit": True, "wait_status": KILLED}, (Status.TIMEOUT, "wall")),
        ({"limit": "trace_bytes"}, {"wall_limit_hit": True, "wait_status": KILLED}, (Status.TIMEOUT, "wall")),
        ({"limit": "trace_bytes"}, {"wait_status": KILLED}, (Status.KILLED, "SIGKILL")),
        (None, {"wait_status": CPU, "cpu_s": 5.0}, (Status.TIMEOUT, "cpu")),
        (None, {"wait_status": KILLED, "cpu_s": 5.1}, (Status.TIMEOUT, "cpu")),
        (END, {"wait_status": OUTPUT, "stdout": FULL}, (Status.OUTPUT_LIMIT, "output")),
        (None, {"wait_status": OUTPUT, "stderr": FULL}, (Status.OUTPUT_LIMIT, "output")),
        # the limit on the trace was reached first, the output limit only at the flush
        ({"limit": "trace_bytes"}, {"wait_status": OUTPUT, "stdout": FULL}, (Status.EVENT_LIMIT, "trace_bytes")),
        # an error of this package in the child
        ({"tracer_error": "OSError: no"}, {"wait_status": 70 << 8}, (Status.TRACER_ERROR, "tracer: OSError: no")),
        (END, {"wait_status": 70 << 8}, (Status.KILLED, "exit code 70 before the end")),
        (None, {"wait_status": 70 << 8}, (Status.KILLED, "exit code 70 before the end")),
        ({"tracer_error": "no"}, {"wait_status": 71 << 8}, (Status.KILLED, "exit code 71 before the end")),
        ({"tracer_error": "no"}, {"wait_status": KILLED}, (Status.KILLED, "SIGKILL")),
        # signals that the program sent to itself
        (None, {"wait_status": CPU, "cpu_s": 0.1}, (Status.KILLED, "SIGPROF")),
        (None, {"wait_status": OUTPUT, "stdout": FULL[1:]}, (Status.KILLED, "SIGXFSZ")),
        ({"limit": "trace_bytes"}, {"wait_status": OUTPUT}, (Status.KILLED, "SIGXFSZ")),
        (None, {"wait_status": 40}, (Status.KILLED, "signal 40")),
    ],
)
def test_outcomes(end, measured, expected) -> None:
    trace = trace_of(lines_of(EVENT, *([] if end is None else [end])), **measured)
    assert (trace.status, trace.truncation) == expected
    check(trace)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import gc\ngc.collect = None\n",
         (Status.TRACER_ERROR, "tracer: TypeError: 'NoneType' object is not callable")),
        ("import os\nos._exit(70)\n", (Status.KILLED, "exit code 70 before the end")),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGXFSZ)\n", (Status.KILLED, "SIGXFSZ")),
        ("print('x' * 10**7)\n", (Status.OUTPUT_LIMIT, "output")),
        ("import sys\nsys.stderr.write('x' * 10**7)\n", (Status.OUTPUT_LIMIT, "output")),
        ("import os\nos.pwrite(1, b'x', 10**9)\n", (Status.KILLED, "SIGXFSZ")),  # not recognised as the limit's signal
    ],
)
def test_outcomes_of_programs(code, expected) -> None:
    trace = statecode.trace(code, limits=LIMITS)
    assert (trace.status, trace.truncation) == expected
    check(trace)


def test_the_trace_of_an_overwritten_channel_is_not_corrected() -> None:
    lost = trace_of(lines_of(EVENT, [], {**END, "first_perturbed_event": 1}))
    plain = trace_of(lines_of(END), stdout=b"other")
    assert outcome.with_untraced_outcome(lost, plain, 1) is lost


def test_positions_are_limited_to_the_untraced_stdout() -> None:
    failed = trace_of(lines_of(altered(10, 2), altered(10, 9), {**END, "tracer_error": "no"}), stdout=b"123456789")
    trace = outcome.with_untraced_outcome(failed, trace_of(lines_of(END), stdout=b"other"), None)
    assert (trace.status, trace.truncation) == (Status.TRACER_ERROR, "tracer: no")
    assert [event.stdout_end for event in trace.events] == [2, 5]
