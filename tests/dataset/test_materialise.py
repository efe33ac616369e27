"""Test the shipped data in statecode/data: complete, small, and with the same rows in each format."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

from statecode.corpus import read
from statecode.dataset import materialise, rows
from statecode.dataset.rows import config_names
from statecode.dataset.source import EMBEDDED_CORPUS, find_source
from statecode.programs import load_programs
from statecode.tracing import SandboxRunner
from tests.support.dataset_project import run_python
from tests.support.samples import kinds_of_trace, sample, sampled

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
@sampled(20)
def test_tracing_the_embedded_programs_again_returns_the_shipped_rows(step: int) -> None:
    shipped = list(read(EMBEDDED_CORPUS))
    if shipped[0].python != f"{sys.version_info[0]}.{sys.version_info[1]}":
        pytest.skip(f"the shipped rows are traces of Python {shipped[0].python}; this version's traces differ")
    programs = {program.program_id: program for program in load_programs("embedded")}
    runs = {(name, index, program.code) for name, program in programs.items() for index in range(len(program.inputs))}
    assert {(trace.program_id, trace.input_index, trace.code) for trace in shipped} == runs and len(shipped) == len(runs)
    with SandboxRunner() as runner:
        different = [
            f"{old.program_id}#{old.input_index}" for old in sample(shipped, step, kinds_of_trace)
            if old.deterministic and runner.run(programs[old.program_id], old.input_index).trace != old
        ]
    assert different == [], "run `make corpus`"


@pytest.mark.torch
def test_materialise_writes_the_same_files_again(project: Path, tmp_path: Path) -> None:
    run_python("-m", "statecode.dataset.materialise", "--out", str(tmp_path), cwd=tmp_path, path=project)
    shipped = project / "statecode" / "data" / "hub"
    names = sorted(file.relative_to(shipped) for file in shipped.rglob("*.parquet"))
    assert names and names == sorted(file.relative_to(tmp_path) for file in tmp_path.rglob("*.parquet"))
    assert all((shipped / name).read_bytes() == (tmp_path / name).read_bytes() for name in names)


@pytest.mark.torch
@pytest.mark.parametrize(
    "arguments, message",
    [
        (["-m", "statecode.dataset.materialise", "--configs", "snop"], f"unknown config 'snop'; known: {', '.join(config_names())}"),
        (["-m", "statecode.dataset.materialise", "--corpus", "nowhere"], "nowhere: no such folder"),
        (["-m", "statecode.corpus.card", "nowhere", "README.md"], "README.md: no such file"),
    ],
)
def test_errors_of_the_commands_have_one_line(
    project: Path, tmp_path: Path, arguments: list[str], message: str
) -> None:
    done = subprocess.run(
        [sys.executable, *arguments], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True, text=True,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: ") and message in done.stderr and done.stderr.count("\n") == 1
