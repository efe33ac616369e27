"""Test estimates of a build: exact counts, an evenly spread sample, and that nothing is written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pytest

from statecode.corpus import estimate as estimates
from statecode.corpus import shards
from statecode.corpus.build import BuildConfig, stream_of
from statecode.corpus.columns import to_table
from statecode.corpus.estimate import build_duration, estimate, evenly_spaced
from statecode.tracing.wire.event_columns import RecordedRun
from tests.support.corpus_samples import data_bytes, programs


def test_an_estimate_counts_exactly_and_writes_nothing(corpus: Path) -> None:
    source = stream_of(programs())
    found = estimate(source, BuildConfig(runs_per_shard=10), sample_runs=12, progress=False)
    assert (found.scan.total_runs, found.scan.programs, found.sampled_runs) == (72, 36, 12)
    assert found.shards == len(data_bytes(corpus))
    assert sum(found.statuses.values()) == 12
    assert found.build_s > 0
    written = sum(map(len, data_bytes(corpus).values()))
    assert written / 5 < found.disk_bytes < written * 5


def test_the_start_of_a_process_is_not_multiplied_by_the_number_of_runs() -> None:
    assert build_duration(2.0, 100.0, processes=1) == 102.0
    assert build_duration(2.0, 100.0, processes=4) == 27.0


def test_the_first_conversion_to_a_table_is_not_multiplied_by_the_number_of_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """It imports packages, once in each worker. Here it takes an hour, and the rest no time."""
    clock_s, converted = [0.0], []

    def slow_at_first(runs: list[RecordedRun]) -> pa.Table:
        clock_s[0] += 0 if converted else 3600
        converted.append(len(runs))
        return to_table(runs)

    for module in (estimates, shards):
        monkeypatch.setattr(module, "to_table", slow_at_first)
    monkeypatch.setattr(estimates, "time", SimpleNamespace(perf_counter=lambda: clock_s[0]))
    found = estimate(stream_of(programs(2)), BuildConfig(workers=1), sample_runs=2, progress=False)
    assert found.build_s == 3600


def test_a_sample_is_spread_evenly() -> None:
    assert sorted(evenly_spaced(100, 4)) == [12, 37, 62, 87]
    assert sorted(evenly_spaced(3, 40)) == [0, 1, 2]


def test_a_sample_of_all_runs_is_all_runs() -> None:
    some = [replace(program, inputs=("1 2\n",) * 3, expected_outputs=None) for program in programs(2)]
    found = estimate(stream_of(some), BuildConfig(split="50,50,0"), sample_runs=100, progress=False)
    assert found.sampled_runs == found.scan.total_runs == 18
