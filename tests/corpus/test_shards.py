"""Test shards: they are written and read in groups; damaged files; shards that cannot be written."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plan import ShardPlan
from statecode.corpus.shards import GROUP_EVENTS, ShardTask, ShardWriter, read_row, read_shard, run_task
from statecode.errors import CorpusError
from statecode.tracing.wire.event_columns import RecordedRun
from tests.support.corpus_samples import trace


def test_the_error_names_a_damaged_shard(tmp_path: Path) -> None:
    path = tmp_path / "train-00000.parquet"
    path.write_bytes(b"PAR1 not at all")
    with pytest.raises(CorpusError, match="train-00000.parquet: not a readable shard .*; delete it and build again"):
        next(read_shard(path))


def test_large_traces_are_written_and_read_in_groups(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    some = [trace(GROUP_EVENTS // 4, input_index=number) for number in range(6)]
    with ShardWriter(tmp_path / "s") as writer:
        for one in some:
            writer.add(RecordedRun.of(one))
    assert [pq.ParquetFile(tmp_path / "s").metadata.row_group(index).num_rows for index in range(2)] == [4, 2]
    assert [one.input_index for one in read_shard(tmp_path / "s")] == list(range(6))
    assert read_row(tmp_path / "s", 5) == some[5] and read_row(tmp_path / "s", 5).input_index == 5


def test_a_shard_that_cannot_be_written_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    corpus = CorpusFolder(tmp_path / "corpus")
    corpus.create()
    runner: Any = SimpleNamespace(isolation=SimpleNamespace(as_dict=dict))
    monkeypatch.setattr("statecode.corpus.shards.write_ledger", full_disk)
    with pytest.raises(CorpusError, match="cannot write train-00000 .No space left on device."):
        run_task(runner, ShardTask(plan=ShardPlan(split="train", index=0, runs=())), corpus, lambda status: None)
    assert [path for path in corpus.path.rglob("*") if path.is_file()] == []
