"""Records of a trace channel for tests, and a check of all properties that a trace promises."""

from __future__ import annotations

import io
import os
import struct
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from statecode.corpus.columns import from_table
from statecode.corpus.rows import SCHEMA, from_row, to_row
from statecode.records import Change, Event, EventKind, Limits, Program, Status, Trace
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import channel, outcome, reader
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.outcome import RawRunResult
from statecode.tracing.wire.record import encode
from statecode.views import VIEWS, rows
from tests.support.corpus_samples import table_of

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
NOT_TRUNCATED = (Status.OK, Status.EXCEPTION, Status.COMPILE_ERROR, Status.MEMORY)

EVENT = [3, 11, 11, 0, 0, 0, "<module>", [["x", "1"]], None, None, 0]
END = {
    "exception": None, "compile_error": False, "tracer_error": None, "tracer_lost": False, "first_perturbed_event": None,
}


def lines_of(*records: Any) -> bytes:
    """Return records as lines of a channel."""
    return b"".join(encode(record).encode() + b"\n" for record in records)


def write_channel(data: bytes, length: int | None = None) -> int:
    """Create a channel with this content and committed length (by default the length of the content).

    Returns:
        The descriptor, which the caller closes.
    """
    fd = channel.allocate(max(LIMITS.trace_bytes, len(data)))
    os.pwrite(fd, struct.pack("<Q", len(data) if length is None else length) + data, 0)
    return fd


def raw_result_of(data: bytes, length: int | None = None, **fields: Any) -> RawRunResult:
    """Return the raw run result of a child that wrote this content and exited normally; `fields` replace its fields."""
    fd = write_channel(data, length)
    try:
        records, end_fields, intact = reader.read_run(fd, LIMITS.events)
    finally:
        os.close(fd)
    measured = {"stdout": b"", "stderr": b"", "wait_status": 0, "wall_limit_hit": False, "cpu_s": 0.1, **fields}
    return RawRunResult.from_records(records, end_fields, intact, **measured)


def trace_of(
    data: bytes, length: int | None = None, analysis: SourceAnalysis | None = None, **fields: Any
) -> Trace:
    """Return the trace of a channel with this content; records of the native engine need an `analysis`."""
    return outcome.make_run(PROGRAM, 0, LIMITS, raw_result_of(data, length, **fields), NORMALISER, analysis).trace()


def altered(field: int, value: object) -> list[Any]:
    """Return EVENT with another value in one field."""
    return EVENT[:field] + [value] + EVENT[field + 1:]


def check(trace: Trace) -> None:
    """Assert all properties of a trace: types, ranges, the round trip through Parquet, views and states."""
    assert (trace.truncation is None) == (trace.status in NOT_TRUNCATED)
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
    """Assert the types and ranges of the event with this number."""
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
    """Assert that a trace is equal after conversion to columns and back, and to a row and back."""
    file = io.BytesIO()
    pq.write_table(table_of([trace]), file)
    back, = from_table(pq.read_table(file))
    assert back == trace
    row, = pa.Table.from_pylist([to_row(trace)], schema=SCHEMA).to_pylist()
    assert from_row(row) == trace
