"""Test the validation of event records, by known answers."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.records import Change, Event, EventKind, Limits, Status
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.wire import outcome
from statecode.tracing.wire.normalise import Normaliser
from statecode.tracing.wire.outcome import OVERWRITTEN
from statecode.tracing.wire.validation import read_events
from tests.support.channel_samples import (
    END,
    EVENT,
    LIMITS,
    NORMALISER,
    PROGRAM,
    altered,
    check,
    lines_of,
    raw_result_of,
    trace_of,
)
from tests.support.source_locations import CALLS, KINDS, raise_locations


def test_an_unaltered_channel_gives_the_trace(genuine) -> None:
    data, trace, analysis = genuine
    assert trace_of(data, None, analysis, stdout=trace.stdout.encode()) == trace
    assert trace_of(lines_of(EVENT, END)).events == (
        Event(EventKind.LINE, 11, 11, 0, 0, 0, "<module>", (Change("x", "1"),), None, None, 0),
    )


INVALID_EVENTS = {
    **{f"kind {kind!r}": altered(0, kind) for kind in (-1, 9, True, 3.0, None, "3", [3], 2**64)},
    **{f"field {field}: {value!r}": altered(field, value)
       for field in (1, 2, 4, 5) for value in (-1, 2**31, 10**40, True, 1.0, "1", None)},
    **{f"depth {depth!r}": altered(3, depth) for depth in (4, -4, 10**9, 2**31, False, None)},
    **{f"function {name!r}": altered(6, name) for name in (None, 1, ["f"], {})},
    **{f"changes {changes!r}": altered(7, changes)
       for changes in (None, "ab", {"a": "b"}, ["ab"], [{"a": 1, "b": 2}], [["a"]], [["a", "b", "c"]], [["a", 1]],
       [[None, "a"]])},
    **{f"field {field}: {value!r}": altered(field, value) for field in (8, 9) for value in (1, [], {}, False)},
    **{f"stdout {position!r}": altered(10, position) for position in (-1, 1.5, None, True, "0")},
    "short": EVENT[:-1], "long": EVENT + [0], "empty": [], "number": 3, "null": None, "text": "e", "truth": True,
}


@pytest.mark.parametrize("name", INVALID_EVENTS)
@pytest.mark.parametrize("following", [(), (EVENT, END)])
def test_an_invalid_event_is_marked_and_the_events_before_it_are_kept(name, following) -> None:
    trace = trace_of(lines_of(EVENT, EVENT, INVALID_EVENTS[name], *following))
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 2)
    check(trace)


@pytest.mark.parametrize("count", [1, 7, 199])
@pytest.mark.parametrize("bad", range(0, 199, 33))
def test_the_first_invalid_event_is_found(count, bad) -> None:
    records = [altered(3, number) for number in range(count)]
    if bad < count:
        records[bad] = altered(3, bad + 2)
    assert len(trace_of(lines_of(*records, END)).events) == min(bad, count)


@pytest.mark.parametrize("text", [
    b"[1,2", b"[", b"NaN", b"9" * 4301, b"[" * 10**5, b'{"a":' * 10**5, b"\xff", b"\0", b"", b'"', b"{}{}", b" ",
    lines_of(EVENT)[:-1] + b"," + lines_of(EVENT)[:-1],
])
def test_invalid_json_is_marked_and_the_events_before_it_are_kept(text) -> None:
    trace = trace_of(lines_of(EVENT, EVENT) + text + b"\n" + lines_of(END))
    assert (trace.status, trace.truncation, len(trace.events)) == (Status.TRACER_LOST, OVERWRITTEN, 2)


def test_events_beyond_the_limit_are_removed_and_marked() -> None:
    trace = trace_of(lines_of(*[EVENT] * (LIMITS.events + 1), END))
    assert (trace.status, trace.truncation) == (Status.TRACER_LOST, OVERWRITTEN)
    assert len(trace.events) == LIMITS.events
    full = trace_of(lines_of(*[EVENT] * LIMITS.events, {"limit": "events", "first_perturbed_event": None}))
    assert (full.status, full.truncation, len(full.events)) == (Status.EVENT_LIMIT, "events", LIMITS.events)


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


@pytest.mark.parametrize("field", [1, 4, 10])
def test_numbers_with_equal_hashes_take_linear_time(field) -> None:
    records = [altered(field, number * (2**61 - 1)) for number in range(30_000)]  # all hash to 0: a set is quadratic
    raw_result = replace(raw_result_of(b""), records=records, stdout="é".encode())
    started = time.process_time()
    outcome.make_run(PROGRAM, 0, Limits(events=10**6), raw_result, NORMALISER)
    assert time.process_time() - started < 2


# records of the native engine, which are completed with facts of the source


def record(kind: EventKind, **fields: object) -> list:
    values = {"line": 2, "from_line": 1, "depth": 0, "frame": 0, "thread": 0, "function": "f:1", "changes": [], "value": None,
              "detail": None, "position": 0, **fields}
    return [KINDS.index(kind), *values.values()]


RAISES = "def f():\n    1/0\n"


def read(records: list[list], code: str = RAISES) -> list[tuple]:
    events = read_events(records, b"", Normaliser(), SourceAnalysis(code)).events()
    return [(event.function, event.line, event.value, event.detail) for event in events]


@pytest.mark.parametrize("value", ["1:0", "0:0", "9:9", "1:-1", "1:7", "4294967295:4294967295", "0:9999999999"])
def test_locations_that_a_tracer_could_write(value: str) -> None:
    (event,) = read([record(EventKind.EXCEPTION, value=value, detail="!!! E")])
    assert event[:3] == ("f", 2, None) and event[3].startswith("!!! E")


@pytest.mark.parametrize("fields", [
    {"value": None}, {"value": ""}, {"value": "1"}, {"value": "1:"}, {"value": "-1:2"}, {"value": "1:-2"}, {"value": "1:2:3"},
    {"value": " 1:2"}, {"value": "1:2\n"}, {"value": "١:٢"}, {"value": "1:" + "9" * 5000}, {"detail": None}, {"function": "f"},
    {"function": ""}, {"function": "f:"}, {"function": "f:-1"}, {"function": "f:1 "}, {"function": "f:" + "1" * 5000},
    {"function": "f:²"},
])
def test_records_that_no_tracer_writes(fields: dict) -> None:
    good = record(EventKind.EXCEPTION, value="1:0", detail="!!! E")
    assert len(read([good, record(EventKind.EXCEPTION, **{"value": "1:0", "detail": "!!! E", **fields}), good])) == 1


def test_records_are_completed() -> None:
    (location,) = [location for location in raise_locations(RAISES + "f()") if location[0] == 1]
    code = "@len\n@len\ndef f():\n    pass\n"
    assert read([record(EventKind.EXCEPTION, value=f"1:{location[1]}", detail="!!! E: a\n!!! b")], RAISES + "f()") == [
        ("f", 2, None, "!!! E: a\n!!! b\n!!! When evaluating: 1/0")
    ]
    assert read([record(kind, line=1, value="v") for kind in KINDS if kind is not EventKind.EXCEPTION], code) == [
        ("f", 3 if kind in CALLS else 1, "v", None) for kind in KINDS if kind is not EventKind.EXCEPTION
    ]


def test_the_added_text_is_limited() -> None:
    code = f"def f():\n    missing({'0,' * 100_000})\n"
    lasti = raise_locations(code + "f()")[0][1]
    records = [record(EventKind.EXCEPTION, value=f"1:{lasti}", detail=f"!!! {number}") for number in range(2000)]
    details = [detail for *_, detail in read(records, code)]
    assert len(details) == 2000 and sum(map(len, details)) < 2**27


@given(st.lists(st.lists(st.none() | st.integers(-2, 12) | st.text(":0f1-", max_size=4) | st.just([]), min_size=11, max_size=11)))
def test_any_records(records: list[list]) -> None:
    read(records)
