"""Test the specification of the wire: its fields, its examples, and the end record."""

from __future__ import annotations

import json
import re
import struct

import pytest

from statecode.records import Event, EventKind, ExceptionInfo, Limits, Status
from statecode.tracing.wire import record
from statecode.tracing.wire.record import EndRecord, EventRecord, encode, event_cost, read_end_record
from tests.support.channel_samples import LIMITS, trace_of

EXAMPLES = re.findall(r"^    (\w+) +([\[{].*)$", record.__doc__ or "", re.MULTILINE)
NULL = type(None)


def test_the_fields_of_an_event_record_are_those_of_an_event() -> None:
    assert EventRecord._fields == Event._fields


def test_the_types_of_the_fields_are_read_from_their_annotations() -> None:
    numbers = dict.fromkeys(("kind", "line", "from_line", "depth", "frame", "thread", "stdout_end"), (int,))
    assert dict(zip(EventRecord._fields, record.EVENT_TYPES)) == {
        **numbers, "function": (str,), "changes": (list,), "value": (str, NULL), "detail": (str, NULL),
    }
    assert record._END_TYPES == {
        "exception": (list, NULL), "limit": (str, NULL), "compile_error": (bool,), "tracer_error": (str, NULL),
        "tracer_lost": (bool,), "first_perturbed_event": (int, NULL),
    }


def test_the_header_is_eight_bytes_little_endian() -> None:
    assert record.HEADER_BYTES == 8
    assert record.HEADER.pack(0x0102) == b"\x02\x01" + bytes(6) == struct.pack("<Q", 0x0102)


def test_the_limits_are_fields_of_limits() -> None:
    assert set(record.LIMITS) < set(Limits.__slots__)


def test_the_docstring_names_the_fields_in_order() -> None:
    assert f"\n    {', '.join(EventRecord._fields)}\n" in (record.__doc__ or "")


def test_the_docstring_has_an_example_of_each_kind_of_record() -> None:
    assert [name for name, _ in EXAMPLES] == [*(kind.value for kind in EventKind), "end", "end"]
    for name, line in EXAMPLES:
        parsed = json.loads(line)
        assert encode(parsed) == line, "the example is what a writer writes"
        if name != "end":
            assert record.KINDS[EventRecord(*parsed).kind] == name


def test_the_examples_are_a_valid_channel() -> None:
    *events, raised, stopped = [f"{line}\n".encode() for _, line in EXAMPLES]
    trace = trace_of(b"".join([*events, raised]), stdout=b"12345")
    assert (trace.status, trace.exception) == (Status.EXCEPTION, ("KeyError", "'x'", 9))
    assert [event.kind for event in trace.events] == list(EventKind)
    assert trace.events[3].changes == (("i", "1"), ("items", "[0, 1]"), ("len(items)", "2"))
    assert trace.events[6].detail == "!!! KeyError: 'x'\n!!! When subscripting: names['x']"
    full = trace_of(b"".join([events[3]] * LIMITS.events + [stopped]))
    assert (full.status, full.truncation) == (Status.EVENT_LIMIT, "events")


@pytest.mark.parametrize(("texts", "cost"), [([], 64), (["x", "1"], 70), (['"', "é\n"], 64 + 4 + 10)])
def test_the_cost_of_an_event_is_64_and_the_bytes_of_its_texts(texts: list[str], cost: int) -> None:
    assert event_cost(texts) == cost


def test_an_end_record_is_read_back() -> None:
    for end in (
        EndRecord(), EndRecord(limit="trace_bytes", first_perturbed_event=0), EndRecord(tracer_error="E: no", tracer_lost=True),
        EndRecord(exception=ExceptionInfo("A.B", "é", None), compile_error=True, first_perturbed_event=3),
    ):
        fields = json.loads(encode(end.fields()))
        assert read_end_record(fields, event_count=3) == end
        assert read_end_record({**fields, "unknown": [1]}, event_count=3) == end


def test_none_is_not_written() -> None:
    assert EndRecord().fields() == {"compile_error": False, "tracer_lost": False}
    assert read_end_record({"limit": None}, 0) is None
    assert read_end_record({"exception": None, "tracer_error": None, "first_perturbed_event": None}, 0) == EndRecord()


@pytest.mark.parametrize("fields", [
    {"exception": ["A", "b"]}, {"exception": ["A", "b", 1, 2]}, {"exception": ["A", 1, 1]}, {"exception": "abc"}, {"limit": "wall"},
    {"limit": ["events"]}, {"compile_error": 1}, {"compile_error": None}, {"tracer_error": 1}, {"tracer_lost": "yes"},
    {"first_perturbed_event": 4}, {"first_perturbed_event": -1}, {"first_perturbed_event": True},
])
def test_an_invalid_end_record_is_rejected(fields: dict[str, object]) -> None:
    assert read_end_record(fields, event_count=3) is None


@pytest.mark.parametrize(("line", "expected"), [(0, 0), (2**31 - 1, 2**31 - 1), (2**31, None), (-1, None), (True, None), ("1", None)])
def test_the_line_of_an_exception_is_a_32_bit_number_or_none(line: object, expected: int | None) -> None:
    assert record.exception_info("E\ud800", "", line) == ("E\\ud800", "", expected)
