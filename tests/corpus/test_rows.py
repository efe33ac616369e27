"""A trace is equal after conversion to a row, and after writing and reading a Parquet file, for all kinds of text."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.corpus.columns import from_table, to_table
from statecode.corpus.rows import SCALARS, SCHEMA, from_row, to_row
from statecode.corpus.shards import read_row, read_shard
from statecode.dataset import rows
from statecode.errors import CorpusError
from statecode.records import Change, Event, EventKind, ExceptionInfo, Limits, Status, Trace
from statecode.text import well_formed
from tests.support.corpus_samples import trace

difficult = st.sampled_from(["", "\x00", "\n", "\r\n", "\u2028", "😀", "\ufeffx", "None", "a" * 300, "\x85"])
texts = st.one_of(difficult, st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12))
maybe_texts = st.none() | texts
numbers = st.integers(0, 2**31 - 1)
changes = st.lists(st.builds(Change, texts, texts), max_size=3).map(tuple)
events = st.builds(
    Event, st.sampled_from(EventKind), numbers, numbers, numbers, numbers, numbers, texts, changes,
    maybe_texts, maybe_texts, numbers,
)
limits = st.builds(
    Limits, wall_s=st.floats(0.001, 1e6), cpu_s=st.floats(0.001, 1e6), memory_bytes=st.integers(1, 2**62),
    output_bytes=st.integers(1, 2**62), events=st.integers(1, 2**62), trace_bytes=st.integers(1, 2**62),
)
traces = st.builds(
    Trace, program_id=texts, problem_id=texts, input_index=numbers, code=texts, stdin=texts,
    expected_output=maybe_texts, label=maybe_texts, origin=texts, license=maybe_texts, url=maybe_texts,
    status=st.sampled_from(Status), exception=st.none() | st.builds(ExceptionInfo, texts, texts, st.none() | numbers),
    truncation=maybe_texts, deterministic=st.booleans(), differs_at=st.none() | numbers, stdout=texts, stderr=texts,
    events=st.lists(events, max_size=5).map(tuple), limits=limits, engine=texts, snoop_version=texts, python=texts,
    schema_version=numbers, fidelity=texts, repr_limit=st.none() | numbers,
)


def fields(some: Trace) -> dict[str, object]:
    return {name: getattr(some, name) for name in Trace.__slots__}


def test_the_order_of_columns() -> None:
    assert ", ".join(SCHEMA.names) == (
        "program_id, problem_id, input_index, status, label, verdict, exception_type, exception_message, "
        "exception_line, truncation, deterministic, differs_at, event_count, origin, license, url, engine, fidelity, "
        "repr_limit, snoop_version, python, schema_version, expected_output, code, stdin, stdout, stderr, limits, events"
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


@settings(max_examples=60, deadline=None)
@given(st.lists(traces, max_size=4))
def test_a_parquet_round_trip(some: list[Trace]) -> None:
    table = to_table(some)
    assert table.equals(pa.Table.from_pylist([to_row(one) for one in some], SCHEMA))
    file = io.BytesIO()
    pq.write_table(table, file)
    stored = pq.read_table(file)
    assert [fields(one) for one in from_table(stored)] == [fields(one) for one in some]
    assert [fields(from_row(row)) for row in stored.to_pylist()] == [fields(one) for one in some]


@settings(deadline=None)
@given(st.lists(traces, min_size=2, max_size=4))
def test_a_slice_of_a_table(some: list[Trace]) -> None:
    assert list(from_table(to_table(some).slice(1, 1))) == some[1:2]
    joined = pa.concat_tables([to_table(some), to_table(some[:1])])
    assert list(from_table(joined)) == [*some, some[0]]


def test_tables_of_schema_version_1_can_be_read(tmp_path: Path) -> None:
    some = [trace(schema_version=1), trace(schema_version=1, deterministic=False)]
    old = to_table(some).drop_columns(["differs_at", "fidelity", "repr_limit"])
    pq.write_table(old, tmp_path / "train-00000.parquet")
    assert [fields(one) for one in read_shard(tmp_path / "train-00000.parquet")] == [fields(one) for one in some]
    assert fields(read_row(tmp_path / "train-00000.parquet", 1)) == fields(some[1])
    assert [fields(from_row(row)) for row in old.to_pylist()] == [fields(one) for one in some]
    (loaded,) = rows.tables(tmp_path / "train-00000.parquet", "events")
    assert loaded.equals(to_table(some))
    with pytest.raises(CorpusError, match="not a readable shard .*deterministic"):
        pq.write_table(old.drop_columns(["deterministic"]), tmp_path / "damaged.parquet")
        list(read_shard(tmp_path / "damaged.parquet"))


def test_tables_of_schema_version_2_can_be_read() -> None:
    old = to_table([trace(schema_version=2, differs_at=3)]).drop_columns(["fidelity", "repr_limit"])
    (read,) = from_table(old)
    assert (read.differs_at, read.fidelity, read.repr_limit) == (3, "snoop", None)


def test_derived_columns() -> None:
    row = to_row(trace(events=2, stdout="3 \n", expected_output="3\n", exception=ExceptionInfo("E", "m", None)))
    assert (row["verdict"], row["event_count"]) == ("correct", 2)
    assert (row["exception_type"], row["exception_message"], row["exception_line"]) == ("E", "m", None)
    assert to_row(trace())["verdict"] is None


def test_lone_surrogates_are_escaped() -> None:
    assert well_formed("a\udc80b\ud800") == "a\\udc80b\\ud800"
    some = trace(code="x = '\ud800'\n", stdin="\udcff", events=0)
    (back,) = from_table(to_table([some, some]).slice(1))
    assert (back.code, back.stdin) == ("x = '\\ud800'\n", "\\udcff")
