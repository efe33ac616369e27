"""Test that a trace is equal after writing and reading a Parquet file, for all kinds of text and older schemas."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from statecode.corpus.columns import from_table
from statecode.corpus.rows import SCHEMA, from_row, to_row
from statecode.corpus.shards import read_row, read_shard
from statecode.dataset import rows
from statecode.errors import CorpusError
from statecode.records import Trace
from statecode.text import well_formed
from tests.support.corpus_samples import table_of, trace
from tests.support.trace_strategies import fields, traces


@settings(max_examples=60, deadline=None)
@given(st.lists(traces, max_size=4))
def test_a_parquet_round_trip(some: list[Trace]) -> None:
    table = table_of(some)
    assert table.equals(pa.Table.from_pylist([to_row(one) for one in some], SCHEMA))
    file = io.BytesIO()
    pq.write_table(table, file)
    stored = pq.read_table(file)
    assert [fields(one) for one in from_table(stored)] == [fields(one) for one in some]
    assert [fields(from_row(row)) for row in stored.to_pylist()] == [fields(one) for one in some]


@settings(deadline=None)
@given(st.lists(traces, min_size=2, max_size=4))
def test_a_slice_of_a_table(some: list[Trace]) -> None:
    assert list(from_table(table_of(some).slice(1, 1))) == some[1:2]
    joined = pa.concat_tables([table_of(some), table_of(some[:1])])
    assert list(from_table(joined)) == [*some, some[0]]


def test_tables_of_schema_version_1_can_be_read(tmp_path: Path) -> None:
    some = [trace(schema_version=1), trace(schema_version=1, deterministic=False)]
    old = table_of(some).drop_columns(["differs_at", "fidelity", "repr_limit", "language", "metadata"])
    pq.write_table(old, tmp_path / "train-00000.parquet")
    assert [fields(one) for one in read_shard(tmp_path / "train-00000.parquet")] == [fields(one) for one in some]
    assert fields(read_row(tmp_path / "train-00000.parquet", 1)) == fields(some[1])
    assert [fields(from_row(row)) for row in old.to_pylist()] == [fields(one) for one in some]
    (loaded,) = rows.tables(tmp_path / "train-00000.parquet", "events")
    assert loaded.equals(table_of(some))
    with pytest.raises(CorpusError, match="not a readable shard .*deterministic"):
        pq.write_table(old.drop_columns(["deterministic"]), tmp_path / "damaged.parquet")
        list(read_shard(tmp_path / "damaged.parquet"))


def test_tables_of_schema_version_2_can_be_read() -> None:
    old = table_of([trace(schema_version=2, differs_at=3)])
    old = old.drop_columns(["fidelity", "repr_limit", "language", "metadata"])
    (read,) = from_table(old)
    assert (read.differs_at, read.fidelity, read.repr_limit) == (3, "snoop", None)
    assert (read.language, read.metadata) == ("python", None)


def test_tables_of_schema_version_3_can_be_read() -> None:
    old = table_of([trace(schema_version=3, fidelity="full", repr_limit=9)]).drop_columns(["language", "metadata"])
    (read,) = from_table(old)
    assert (read.fidelity, read.repr_limit, read.language, read.metadata) == ("full", 9, "python", None)


def test_tables_of_schema_version_4_can_be_read() -> None:
    old = table_of([trace(schema_version=4, metadata="{}")]).drop_columns(["files"])
    (read,) = from_table(old)
    assert (read.metadata, read.files) == ("{}", None)


def test_lone_surrogates_are_escaped() -> None:
    assert well_formed("a\udc80b\ud800") == "a\\udc80b\\ud800"
    some = trace(code="x = '\ud800'\n", stdin="\udcff", events=0)
    (back,) = from_table(table_of([some, some]).slice(1))
    assert (back.code, back.stdin) == ("x = '\\ud800'\n", "\\udcff")
