"""Test that a trace is equal after conversion to a row and back, for all kinds of text."""

from __future__ import annotations

from hypothesis import given, settings

from statecode.corpus.rows import SCALARS, SCHEMA, from_row, to_row
from statecode.records import Event, EventKind, ExceptionInfo, Trace
from tests.support.corpus_samples import trace
from tests.support.trace_strategies import fields, traces


def test_the_order_of_columns() -> None:
    assert ", ".join(SCHEMA.names) == (
        "program_id, problem_id, input_index, status, label, verdict, exception_type, exception_message, "
        "exception_line, truncation, deterministic, differs_at, event_count, origin, license, url, language, metadata, "
        "engine, fidelity, repr_limit, snoop_version, python, schema_version, expected_output, code, stdin, stdout, "
        "stderr, files, limits, events"
    )
    assert SCALARS == tuple(SCHEMA.names[:-2])
    event = SCHEMA.field("events").type.value_type
    assert [field.name for field in event] == list(Event._fields)
    assert SCHEMA.metadata is None


@settings(deadline=None)
@given(traces)
def test_a_row_round_trip(some: Trace) -> None:
    row = to_row(some)
    assert list(row) == SCHEMA.names
    back = from_row(row)
    assert fields(back) == fields(some)
    assert all(type(event.kind) is EventKind for event in back.events)


def test_derived_columns() -> None:
    row = to_row(trace(events=2, exception=ExceptionInfo("E", "m", None)))
    assert row["event_count"] == 2
    assert (row["exception_type"], row["exception_message"], row["exception_line"]) == ("E", "m", None)
    assert to_row(trace())["exception_type"] is None
