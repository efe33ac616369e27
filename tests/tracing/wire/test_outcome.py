"""A program can write anything into its channel: whatever it is, the reader makes a trace of it that holds what a trace
promises, in time and memory in proportion to its size, and says when no tracer can have written it."""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import statecode
from statecode.corpus.columns import from_table, to_table
from statecode.corpus.rows import SCHEMA, from_row, to_row
from statecode.records import Change, Event, EventKind, Limits, Program, Status, Trace
from statecode.tracing.engines import ENGINES, native
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import channel, outcome
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.outcome import OVERWRITTEN, RawRunResult
from statecode.views import VIEWS, render, rows

CODE = """\
def squares(n):
    for i in range(n):
        yield i * i


class Box:
    def __init__(self, item):
        self.item = item


total = 0
for square in squares(3):
    total += square
    print('é', total)
doubled = [2 * n for n in (1, 2)]
box = Box(doubled)
try:
    {}['no']
except KeyError as error:
    print(error)
"""
LIMITS = Limits(events=200, trace_bytes=2**20)
PROGRAM = Program(program_id="p", problem_id="q", code=CODE, expected_outputs=("é 0\n",))
NORMALISER = Normaliser()
ENDED_WHOLE = (Status.OK, Status.EXCEPTION, Status.COMPILE_ERROR, Status.MEMORY)

EVENT = [3, 11, 11, 0, 0, 0, "<module>", [["x", "1"]], None, None, 0]
END = {"exception": None, "compile_error": False, "tracer_error": None, "tracer_lost": False, "first_perturbed_event": None}


def lines_of(*records: Any) -> bytes:
    return b"".join(json.dumps(record).encode() + b"\n" for record in records)


def written(data: bytes, length: int | None = None) -> int:
    """A channel that holds these bytes below its length word; the caller closes it."""
    fd = channel.allocate(max(LIMITS.trace_bytes, len(data)))
    os.pwrite(fd, struct.pack("<Q", len(data) if length is None else length) + data, 0)
    return fd


def raw_result_of(data: bytes, length: int | None = None, **fields: Any) -> RawRunResult:
    fd = written(data, length)
    try:
        records, intact = channel.read_records(fd, LIMITS.events + 1)
    finally:
        os.close(fd)
    given = {"stdout": b"", "stderr": b"", "wait_status": 0, "wall_limit_hit": False, "cpu_s": 0.1, **fields}
    return RawRunResult(records=records, intact=intact, **given)


def trace_of(
    data: bytes, length: int | None = None, analysis: SourceAnalysis | None = None, **fields: Any
) -> Trace:
    return outcome.make_trace(PROGRAM, 0, LIMITS, raw_result_of(data, length, **fields), NORMALISER, analysis)


@pytest.fixture(scope="module", params=[engine for engine in ENGINES if engine != "native" or native.available()])
def real(request) -> tuple[bytes, Trace, SourceAnalysis | None]:
    """What a tracer leaves on the channel for CODE, the trace, and what its reader is given."""
    kept = []

    def keep(fd: int, *args: Any) -> Any:
        (length,) = struct.unpack("<Q", os.pread(fd, 8, 0))
        kept.append(os.pread(fd, length, 8))
        return channel_read(fd, *args)

    channel_read = channel.read_records
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(channel, "read_records", keep)
        trace = statecode.trace(CODE, engine=request.param, limits=LIMITS)
    assert trace.status is Status.OK
    return kept[0], trace, SourceAnalysis(CODE) if request.param == "native" else None


# what a trace promises

def check(trace: Trace) -> None:
    """Assert all of it: types, ranges, the way through Parquet, the views, the states."""
    assert (trace.truncation is None) == (trace.status in ENDED_WHOLE)
    assert len(trace.events) <= LIMITS.events
    for number, event in enumerate(trace.events):
        check_event(event, number, trace)
    if trace.exception is not None:
        assert [type(field) for field in trace.exception[:2]] == [str, str]
        assert trace.exception.line is None or is_int32(trace.exception.line)
    assert trace.verdict in ("correct", "wrong", None)
    check_round_trip(trace)
    for view in VIEWS:
        assert all(str(value).encode() is not None for row in rows(trace, view) for value in row.values())
    for k in {0, len(trace.events) // 2, len(trace.events) - 1}.intersection(range(len(trace.events))):
        assert trace.state_at(k)


def check_event(event: Event, number: int, trace: Trace) -> None:
    assert type(event) is Event
    assert type(event.kind) is EventKind
    assert all(map(is_int32, (event.line, event.from_line, event.frame, event.thread)))
    assert type(event.depth) is int
    assert abs(event.depth) <= number + 1
    assert type(event.stdout_end) is int
    assert 0 <= event.stdout_end <= len(trace.stdout)
    assert type(event.function) is str
    assert type(event.changes) is tuple
    for change in event.changes:
        assert type(change) is Change
        assert [type(text) for text in change] == [str, str]
    assert all(text is None or type(text) is str for text in (event.value, event.detail))


def is_int32(number: object) -> bool:
    return type(number) is int and 0 <= number < 2**31


def check_round_trip(trace: Trace) -> None:
    file = io.BytesIO()
    pq.write_table(to_table([trace]), file)
    back, = from_table(pq.read_table(file))
    assert back == trace
    row, = pa.Table.from_pylist([to_row(trace)], schema=SCHEMA).to_pylist()
    assert from_row(row) == trace


# what a program may write

ODD = st.one_of(
    st.none(), st.booleans(), st.floats(), st.text(max_size=5),
    st.sampled_from([-1, 9, 10**6, 2**31 - 1, 2**31, 2**63, -(2**31), 10**4000]),
    st.lists(st.integers(-1, 3) | st.text(max_size=2) | st.just([]), max_size=3),
    st.dictionaries(st.text(max_size=2), st.integers(), max_size=2),
)
TEXT = st.text(alphabet=st.characters(codec=None), max_size=8) | st.sampled_from(
    ["", "\0", "\ud800", "<a at 0x12>", "'\\'>", "a\nb\r\u2028c", "x" * 200]
)
CHANGE = st.tuples(TEXT, TEXT) | st.tuples(st.sampled_from([".0", "len(x)", "x"]), TEXT)
FIELDS = (
    st.integers(0, 8), st.integers(0, 40) | st.just(2**31 - 1), st.integers(0, 40), st.integers(0, 3),
    st.integers(0, 4), st.integers(0, 2), TEXT | st.just("f.<locals>.<listcomp>"), st.lists(CHANGE, max_size=3),
    st.none() | TEXT, st.none() | TEXT, st.integers(0, 30),
)
END_FIELDS = {
    "exception": st.none() | st.tuples(TEXT, TEXT, st.none() | st.integers(0, 99)),
    "limit": st.sampled_from(["events", "trace_bytes"]),
    "compile_error": st.booleans(),
    "tracer_error": st.none() | TEXT,
    "tracer_lost": st.booleans(),
    "first_perturbed_event": st.none() | st.integers(0, 5),
}
MEASURED = st.fixed_dictionaries({
    "stdout": st.binary(max_size=20) | st.sampled_from([b"", "héé€\U0001f600".encode(), b"\xff\xc3"]),
    "stderr": st.binary(max_size=20) | st.just(b'  File "'),
    "wait_status": st.just(0) | st.integers(1, 64) | st.integers(1, 255).map(lambda code: code << 8),
    "wall_limit_hit": st.sampled_from([False, False, True]),
    "cpu_s": st.sampled_from([0.0, 0.1, 5.0, 100.0]),
})


@st.composite
def near_events(draw: Callable[..., Any]) -> list[Any]:
    """An event as a tracer writes it, with now and then one field of another kind, missing or too many."""
    fields = list(draw(st.tuples(*FIELDS)))
    if draw(st.integers(0, 9)) == 0:
        fields[draw(st.integers(0, 10))] = draw(ODD)
    if draw(st.integers(0, 29)) == 0:
        fields = draw(st.sampled_from([fields[:-1], fields + [0], fields[::-1], [], [fields]]))
    return fields


@st.composite
def near_ends(draw: Callable[..., Any]) -> dict[str, Any]:
    """An end record as a tracer writes it, or with fields that are odd, missing or unknown."""
    names = draw(st.sets(st.sampled_from(sorted(END_FIELDS))))
    record = {name: draw(END_FIELDS[name]) for name in sorted(names)}
    if draw(st.integers(0, 4)) == 0:
        record[draw(st.sampled_from([*END_FIELDS, "other"]))] = draw(ODD)
    return record


NEAR = st.tuples(
    st.lists(near_events(), max_size=6), st.lists(near_ends(), max_size=2), st.lists(near_events() | ODD, max_size=1)
).map(lambda parts: lines_of(*parts[0], *parts[1], *parts[2]))
PLACE = st.floats(0, 1, exclude_max=True)
MUTATION = st.one_of(
    st.tuples(st.just("flip"), PLACE, st.integers(1, 255)),
    st.tuples(st.just("insert"), PLACE, st.binary(min_size=1, max_size=4) | st.sampled_from([b"\n", b"[", b"9" * 5000])),
    st.tuples(st.just("delete"), PLACE, st.integers(1, 40)),
    st.tuples(st.just("repeat"), PLACE, st.integers(1, 300)),
    st.tuples(st.just("line"), PLACE, near_events() | near_ends() | ODD),
)


def mutated(data: bytes, mutations: list[tuple[str, float, Any]]) -> bytes:
    for name, place, what in mutations:
        at = int(place * len(data))
        start = data.rfind(b"\n", 0, at) + 1
        end = data.find(b"\n", at) + 1 or len(data)
        if name == "flip" and data:
            data = data[:at] + bytes([data[at] ^ what]) + data[at + 1:]
        elif name == "insert":
            data = data[:at] + what + data[at:]
        elif name == "delete":
            data = data[:at] + data[at + what:]
        elif name == "repeat":
            data = data[:end] + data[start:end] * what + data[end:]
        else:
            data = data[:start] + lines_of(what) + data[end:]
    return data


def fuzz(
    data: bytes, length: int | None, measured: dict[str, Any], analysis: SourceAnalysis | None = None
) -> None:
    trace = trace_of(data, length, analysis, **measured)
    check(trace)
    raw_result = raw_result_of(data, length, **measured)
    first_perturbed_event = outcome.first_perturbed_event(raw_result)
    assert first_perturbed_event is None or type(first_perturbed_event) is int
    if trace.status is Status.TRACER_ERROR or first_perturbed_event is not None:
        plain = trace_of(lines_of(END), stdout=b"other")
        check(outcome.with_untraced_outcome(trace, plain, first_perturbed_event))
        check(outcome.with_untraced_outcome(plain, trace, first_perturbed_event))


CASES = {
    "bytes": st.tuples(st.binary(max_size=300), st.none() | st.integers(0, 400) | st.just(2**64 - 1)),
    "near": st.tuples(NEAR, st.none() | st.none() | st.integers(0, 2000)),
}
QUICK = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
LONG = settings(max_examples=1_500, deadline=None, suppress_health_check=list(HealthCheck))


@QUICK
@given(st.one_of(*CASES.values()), MEASURED)
def test_whatever_is_written(case, measured) -> None:
    fuzz(*case, measured)


@QUICK
@given(st.lists(MUTATION, min_size=1, max_size=4), MEASURED)
def test_a_real_channel_altered(real, mutations, measured) -> None:
    fuzz(mutated(real[0], mutations), None, measured, real[2])


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_whatever_is_written_at_length(case) -> None:
    LONG(given(CASES[case], MEASURED)(lambda drawn, measured: fuzz(*drawn, measured)))()


@pytest.mark.slow
@LONG
@given(st.lists(MUTATION, min_size=1, max_size=6), MEASURED)
def test_a_real_channel_altered_at_length(real, mutations, measured) -> None:
    fuzz(mutated(real[0], mutations), None, measured, real[2])


# known answers

def test_an_unaltered_channel_gives_the_trace(real) -> None:
    data, trace, analysis = real
    assert trace_of(data, None, analysis, stdout=trace.stdout.encode()) == trace
    assert trace_of(lines_of(EVENT, END)).events == (
        Event(EventKind.LINE, 11, 11, 0, 0, 0, "<module>", (Change("x", "1"),), None, None, 0),
    )


def altered(place: int, value: object) -> list[Any]:
    return EVENT[:place] + [value] + EVENT[place + 1:]


NO_EVENTS = {
    **{f"kind {kind!r}": altered(0, kind) for kind in (-1, 9, True, 3.0, None, "3", [3], 2**64)},
    **{f"field {place}: {value!r}": altered(place, value)
       for place in (1, 2, 4, 5) for value in (-1, 2**31, 10**40, True, 1.0, "1", None)},
    **{f"depth {depth!r}": altered(3, depth) for depth in (4, -4, 10**9, 2**31, False, None)},
    **{f"function {name!r}": altered(6, name) for name in (None, 1, ["f"], {})},
    **{f"changes {changes!r}": altered(7, changes)
       for changes in (None, "ab", {"a": "b"}, ["ab"], [{"a": 1, "b": 2}], [["a"]], [["a", "b", "c"]], [["a", 1]], [[None, "a"]])},
    **{f"field {place}: {value!r}": altered(place, value) for place in (8, 9) for value in (1, [], {}, False)},
    **{f"stdout {position!r}": altered(10, position) for position in (-1, 1.5, None, True, "0")},
    "short": EVENT[:-1], "long": EVENT + [0], "empty": [], "number": 3, "null": None, "text": "e", "truth": True,
}


@pytest.mark.parametrize("name", NO_EVENTS)
@pytest.mark.parametrize("following", [(), (EVENT, END)])
def test_what_is_no_event_is_marked_and_those_before_are_kept(name, following) -> None:
    trace = trace_of(lines_of(EVENT, EVENT, NO_EVENTS[name], *following))
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 2)
    check(trace)


@pytest.mark.parametrize("count", [1, 7, 199])
@pytest.mark.parametrize("bad", range(0, 199, 33))
def test_the_first_that_is_no_event_is_found(count, bad) -> None:
    records = [altered(3, number) for number in range(count)]
    if bad < count:
        records[bad] = altered(3, bad + 2)
    assert len(trace_of(lines_of(*records, END)).events) == min(bad, count)


@pytest.mark.parametrize("text", [
    b"[1,2", b"[", b"NaN", b"9" * 4301, b"[" * 10**5, b'{"a":' * 10**5, b"\xff", b"\0", b"", b'"', b"{}{}", b" ",
    lines_of(EVENT)[:-1] + b"," + lines_of(EVENT)[:-1],
])
def test_what_is_no_json_is_marked_and_the_events_before_are_kept(text) -> None:
    trace = trace_of(lines_of(EVENT, EVENT) + text + b"\n" + lines_of(END))
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 2)


END_ERRORS = [
    {"exception": 1}, {"exception": "abc"}, {"exception": []}, {"exception": ["A", "b"]}, {"exception": [1, "b", 1]},
    {"exception": ["A", None, 1]}, {"exception": ["A", "b", 1, 2]}, {"exception": {"a": 1}}, {"exception": [[], [], []]},
    {"limit": "wall"}, {"limit": None}, {"limit": 3}, {"limit": ["events"]}, {"limit": "events"}, {"compile_error": 1},
    {"compile_error": True, "exception": ["SyntaxError", "", 1]}, {"tracer_error": 1}, {"tracer_error": ["a"]},
    {"tracer_lost": None}, {"tracer_lost": "yes"}, {"first_perturbed_event": -1}, {"first_perturbed_event": 2}, {"first_perturbed_event": True},
    {"first_perturbed_event": 10**4000}, {"first_perturbed_event": "1"},
]


@pytest.mark.parametrize("fields", END_ERRORS, ids=lambda fields: json.dumps(fields)[:60])
def test_an_end_that_no_tracer_writes_is_marked(fields) -> None:
    data = lines_of(EVENT, {**END, **fields})
    trace = trace_of(data)
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 1)
    assert trace.exception is None
    assert outcome.first_perturbed_event(raw_result_of(data)) is None


@pytest.mark.parametrize("line", [-1, 2**31, "7", True, 1.0, [1], {}])
def test_the_line_of_an_exception_is_the_programs_to_set(line) -> None:
    trace = trace_of(lines_of(EVENT, {**END, "exception": ["SyntaxError", "no", line]}))
    assert (trace.status, trace.exception) == (Status.EXCEPTION, ("SyntaxError", "no", None))


def test_only_the_first_end_counts() -> None:
    error = {**END, "exception": ["E", "", 1]}
    assert trace_of(lines_of(EVENT, END, EVENT, error)).status is Status.OK
    assert trace_of(lines_of(EVENT, error, END)).status is Status.EXCEPTION
    assert trace_of(lines_of(EVENT, END) + b"[[[").status is Status.OK


def test_more_events_than_the_limit_are_cut_and_marked() -> None:
    trace = trace_of(lines_of(*[EVENT] * (LIMITS.events + 1), END))
    assert (trace.status, trace.truncation) == (Status.TRACER_LOST, OVERWRITTEN)
    assert len(trace.events) == LIMITS.events
    full = trace_of(lines_of(*[EVENT] * LIMITS.events, {"limit": "events", "first_perturbed_event": None}))
    assert (full.status, full.truncation, len(full.events)) == (Status.EVENT_LIMIT, "events", LIMITS.events)


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
        # what was measured wins over what the record claims
        (END, {"wait_status": KILLED}, (Status.KILLED, "SIGKILL")),
        (END, {"wait_status": 7 << 8}, (Status.KILLED, "exit code 7 before the end")),
        (RAISED, {"wall_limit_hit": True, "wait_status": KILLED}, (Status.TIMEOUT, "wall")),
        ({"limit": "trace_bytes"}, {"wall_limit_hit": True, "wait_status": KILLED}, (Status.TIMEOUT, "wall")),
        ({"limit": "trace_bytes"}, {"wait_status": KILLED}, (Status.KILLED, "SIGKILL")),
        (None, {"wait_status": CPU, "cpu_s": 5.0}, (Status.TIMEOUT, "cpu")),
        (None, {"wait_status": KILLED, "cpu_s": 5.1}, (Status.TIMEOUT, "cpu")),
        (END, {"wait_status": OUTPUT, "stdout": FULL}, (Status.OUTPUT_LIMIT, "output")),
        (None, {"wait_status": OUTPUT, "stderr": FULL}, (Status.OUTPUT_LIMIT, "output")),
        # the record was full first, then its output was written out
        ({"limit": "trace_bytes"}, {"wait_status": OUTPUT, "stdout": FULL}, (Status.EVENT_LIMIT, "trace_bytes")),
        # our own part of the child failed
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
def test_endings(end, measured, expected) -> None:
    trace = trace_of(lines_of(EVENT, *([] if end is None else [end])), **measured)
    assert (trace.status, trace.truncation) == expected
    check(trace)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("import gc\ngc.collect = None\n", (Status.TRACER_ERROR, "tracer: TypeError: 'NoneType' object is not callable")),
        ("import os\nos._exit(70)\n", (Status.KILLED, "exit code 70 before the end")),
        ("import os, signal\nos.kill(os.getpid(), signal.SIGXFSZ)\n", (Status.KILLED, "SIGXFSZ")),
        ("print('x' * 10**7)\n", (Status.OUTPUT_LIMIT, "output")),
        ("import sys\nsys.stderr.write('x' * 10**7)\n", (Status.OUTPUT_LIMIT, "output")),
        ("import os\nos.pwrite(1, b'x', 10**9)\n", (Status.KILLED, "SIGXFSZ")),  # not known to be the limit's
    ],
)
def test_endings_of_programs(code, expected) -> None:
    trace = statecode.trace(code, limits=LIMITS)
    assert (trace.status, trace.truncation) == expected
    check(trace)


@pytest.mark.parametrize(
    ("stdout", "positions", "expected"),
    [
        (b"abc", [0, 3, 9, 2, 10**30], [0, 3, 3, 2, 3]),
        ("aé€\U0001f600".encode(), [0, 1, 2, 3, 4, 6, 10, 9, 99], [0, 1, 1, 2, 2, 3, 4, 3, 4]),
        (b"\xffa\xc3", [1, 2, 3, 10**30], [4, 5, 5, 5]),
    ],
)
def test_positions_in_stdout(stdout, positions, expected) -> None:
    trace = trace_of(lines_of(*[altered(10, position) for position in positions], END), stdout=stdout)
    assert [event.stdout_end for event in trace.events] == expected
    check(trace)


def test_lone_surrogates_and_nul() -> None:
    trace = trace_of(lines_of([*EVENT[:6], "f\ud800\0", [["\udc80", "'\ud800'"]], "\ud801", "\0", 0], END))
    event = trace.events[0]
    assert (event.function, event.changes) == ("f\\ud800\0", (("\\udc80", "'\\ud800'"),))
    assert (event.value, event.detail) == ("\\ud801", "\0")
    check(trace)


def test_an_overwritten_channel_is_not_taken_for_a_disturbance() -> None:
    lost = trace_of(lines_of(EVENT, [], {**END, "first_perturbed_event": 1}))
    plain = trace_of(lines_of(END), stdout=b"other")
    assert outcome.with_untraced_outcome(lost, plain, 1) is lost


def test_the_untraced_end_moves_positions_into_its_stdout() -> None:
    failed = trace_of(lines_of(altered(10, 2), altered(10, 9), {**END, "tracer_error": "no"}), stdout=b"123456789")
    trace = outcome.with_untraced_outcome(failed, trace_of(lines_of(END), stdout=b"other"), None)
    assert (trace.status, trace.truncation) == (Status.TRACER_ERROR, "tracer: no")
    assert [event.stdout_end for event in trace.events] == [2, 5]


# bounds on work

HOSTILE = {
    "open brackets": lambda size: b"[" * size,
    "empty lists": lambda size: b"[" + b"[]," * (size // 3) + b"[]]\n",
    "empty dicts": lambda size: b"[" + b"{}," * (size // 3) + b"{}]\n",
    "numbers": lambda size: b"[" + b"300," * (size // 4) + b"300]\n",
    "one number": lambda size: b"9" * size + b"\n",
    "a line of digits": lambda size: lines_of(EVENT)[:4] + b"9" * size + b"\n",
    "long numbers": lambda size: (b"9" * 4300 + b"\n") * (size // 4301),
    "one float": lambda size: b"0." + b"9" * size + b"\n",
    "empty lines": lambda size: b"\n" * size,
    "blanks": lambda size: b" " * size + b"\n",
    "ends": lambda size: b"{}\n" * (size // 3),
    "keys": lambda size: lines_of({str(number): number for number in range(size // 20)}),
    "the same key": lambda size: b"{" + b'"a":1,' * (size // 6) + b'"a":1}\n',
    "no text": lambda size: b"\xff" * size,
    "escapes": lambda size: b'"' + b"\\u0000" * (size // 6) + b'"\n',
    "events": lambda size: lines_of(EVENT) * (size // 60),
    "changes": lambda size: lines_of(altered(7, [["", ""]] * (size // 10)), END),
    "escaped quotes": lambda size: lines_of(altered(8, "<'" + "\\'" * (size // 4) + ">"), END),
    "long string": lambda size: lines_of(altered(8, "<'" + "a" * size + "'>"), END),
    "addresses": lambda size: lines_of(altered(9, " at 0x1>" * (size // 8)), END),
}
SIZE = 2**18
PEAK_PER_BYTE = 60   # the worst, empty lists and dicts, take 64 bytes for 3, and a copy or two of the text
CPU_PER_BYTE_S = 5e-6  # the worst take a fortieth


@pytest.mark.parametrize("name", HOSTILE)
def test_work_is_in_proportion_to_the_size(name, real) -> None:
    data = HOSTILE[name](SIZE)
    started = time.process_time()
    trace = trace_of(data, stdout="é".encode() * 9)
    assert time.process_time() - started < CPU_PER_BYTE_S * len(data)
    del trace
    tracemalloc.start()
    try:
        trace = trace_of(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < PEAK_PER_BYTE * len(data)
    assert len(trace.events) <= LIMITS.events
    data, trace, analysis = real
    assert trace_of(data, None, analysis, stdout=trace.stdout.encode()) == trace  # nothing of it is kept for the next


@pytest.mark.parametrize("place", [1, 4, 10])
def test_numbers_of_one_hash_do_no_harm(place) -> None:
    records = [altered(place, number * (2**61 - 1)) for number in range(30_000)]  # all hash to 0: a set is quadratic
    raw_result = replace(raw_result_of(b""), records=records, stdout="é".encode())
    started = time.process_time()
    outcome.make_trace(PROGRAM, 0, Limits(events=10**6), raw_result, NORMALISER)
    assert time.process_time() - started < 2


def test_stderr_is_read_in_linear_time() -> None:
    started = time.process_time()
    for text in (b"\n", b" ", b"\r", b'\n  File "', "\u2003".encode()):
        trace_of(lines_of(END), stderr=b'File "' + text * (SIZE // len(text)))
    assert time.process_time() - started < 10


def test_a_forged_trace_is_shown() -> None:
    """Lines outside of the source are empty; a real trace has none."""
    events = [altered(1, 999), altered(2, 10**9), altered(4, 7), [*altered(0, 6)[:9], "no\nline", 0]]
    text = render(trace_of(lines_of(*events, END)), "snoop")
    assert " 999 | \n" in text
    assert " no\n line\n" in text


@pytest.mark.parametrize("code", ["", "-" * 10**5 + "1", "(" * 1000, "\0", "x = '\ud800'"])
def test_a_source_that_cannot_be_parsed_is_shown(code) -> None:
    trace = replace(trace_of(lines_of(EVENT, END)), code=code)
    assert render(trace, "snoop").endswith("   11 | SOURCE IS UNAVAILABLE\n")
