"""The shipped data in statecode/data: complete, small, and with the same rows in each format."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from statecode.corpus import read
from statecode.corpus.build import build
from statecode.dataset import materialise, rows
from statecode.dataset.source import EMBEDDED_CORPUS, find_source

PACKAGE = EMBEDDED_CORPUS.parent.parent


@pytest.fixture(scope="module")
def shards() -> dict[str, list[str]]:
    return find_source(data_dir=None, programs=None, cache_dir="").shards()


def test_the_data_is_smaller_than_5_megabytes() -> None:
    assert sum(file.stat().st_size for file in (PACKAGE / "data").rglob("*") if file.is_file()) < 5_000_000


@pytest.mark.one_python
@pytest.mark.parametrize("config", materialise.SHIPPED_CONFIGS)
@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_the_parquet_files_have_the_rows_of_the_builder(shards: dict[str, list[str]], config: str, split: str) -> None:
    files = [materialise.SHIPPED / config / Path(shard).name for shard in shards[split]]
    assert files == sorted((materialise.SHIPPED / config).glob(f"{split}-*")), "run `python -m statecode.dataset.materialise`"
    for shard, file in zip(shards[split], files):
        rendered = pa.concat_tables(rows.tables(shard, config))
        assert pq.read_table(file).equals(rendered), f"{file}: stale; run `python -m statecode.dataset.materialise`"


def test_the_yaml_file_lists_the_shipped_files(shards: dict[str, list[str]]) -> None:
    configs = yaml.safe_load((PACKAGE / ".huggingface.yaml").read_text())["configs"]
    for config in configs:
        for part in config["data_files"]:
            found = sorted(path.name for path in PACKAGE.glob(part["path"]))
            assert found == [Path(shard).name for shard in shards[part["split"]]], part


@pytest.mark.one_python
def test_tracing_the_embedded_programs_again_returns_the_shipped_rows(tmp_path: Path) -> None:
    shipped = list(read(EMBEDDED_CORPUS))
    if shipped[0].python != f"{sys.version_info[0]}.{sys.version_info[1]}":
        pytest.skip(f"the shipped rows are traces of Python {shipped[0].python}; this version's traces differ")
    build("embedded", tmp_path / "corpus", progress=False)
    rebuilt = list(read(tmp_path / "corpus"))
    assert [identity(trace) for trace in rebuilt] == [identity(trace) for trace in shipped]
    different = [identity(new) for new, old in zip(rebuilt, shipped) if old.deterministic and new != old]
    assert different == [], "run `make corpus`"


def identity(trace) -> tuple[str, int, str]:
    return trace.program_id, trace.input_index, trace.code
