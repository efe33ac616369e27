"""Test the builder in this process: its rows, its arguments, and that the cache never returns old rows."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import datasets
import pytest

import statecode
from statecode import views
from statecode.corpus.build import build
from statecode.corpus.reader import read
from statecode.corpus.rows import SCALARS, from_row, to_row
from statecode.dataset.builder import Builder, load_dataset
from statecode.errors import ConfigError, CorpusError, ProgramError
from statecode.records import Program
from statecode.tracing.sandbox.isolation import Mode, isolation_for
from tests.support import dataset_project
from tests.support.dataset_project import PLAIN, SPLITS, run_json
from tests.support.paths import ROOT

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def arrow_files(cache: Path) -> dict[str, int]:
    """Return each Arrow file in a cache with its modification time."""
    return {str(file.relative_to(cache)): file.stat().st_mtime_ns for file in cache.rglob("*.arrow")}


def test_the_corpus_has_all_kinds_of_runs(corpus: Path) -> None:
    rows = [row for split in SPLITS for row in dataset_project.rows_of(corpus, split)]
    assert {row["status"] for row in rows} == {"ok", "exception", "compile_error"}
    assert {row["verdict"] for row in rows} == {"correct", "wrong", None}
    assert len(list(corpus.glob("data/train-*"))) >= 2
    assert all(list(corpus.glob(f"data/{split}-*")) for split in SPLITS)


def test_events_are_the_traces(corpus: Path, cache: Path) -> None:
    loaded = load_dataset("events", data_dir=corpus, cache_dir=cache)
    assert list(loaded) == list(SPLITS)
    for split in SPLITS:
        assert loaded[split].to_list() == dataset_project.rows_of(corpus, split)
        assert [from_row(row) for row in loaded[split]] == list(read(corpus, split))


TEXT_CONFIGS = [view for view in views.VIEWS if views.VIEWS[view].is_text]


@pytest.mark.parametrize("config", TEXT_CONFIGS)
def test_texts_are_views_and_the_rest_are_the_scalars(corpus: Path, cache: Path, config: str) -> None:
    loaded = load_dataset(config, data_dir=corpus, cache_dir=cache)
    for split in SPLITS:
        traces, rows = list(read(corpus, split)), dataset_project.rows_of(corpus, split)
        assert loaded[split]["text"][:] == [views.render(trace, config) for trace in traces]
        kept = [name for name in loaded[split].column_names if name != "text"]
        assert loaded[split].remove_columns("text").to_list() == [{name: row[name] for name in kept} for row in rows]
    from_datasets = datasets.load_dataset("statecode", config, data_dir=str(corpus), cache_dir=str(cache))
    assert {split: rows.cache_files for split, rows in from_datasets.items()} == loaded.cache_files


def expected_rows(corpus: Path, split: str, view: str) -> list[dict[str, Any]]:
    """Return the rows of a view with rows, run by run."""
    names = SCALARS[:PLAIN]
    return [
        {name: run[name] for name in names} | {"row_index": index} | row
        for trace, run in zip(read(corpus, split), dataset_project.rows_of(corpus, split))
        for index, row in enumerate(views.rows(trace, view))
    ]


@pytest.mark.parametrize("streaming", [False, True])
def test_a_view_with_rows_has_several_per_run(corpus: Path, cache: Path, streaming: bool) -> None:
    loaded = datasets.load_dataset("statecode", "steps", data_dir=str(corpus), cache_dir=str(cache), streaming=streaming)
    for split in SPLITS:
        expected = expected_rows(corpus, split, "steps")
        assert list(loaded[split]) == expected
        assert len(expected) > len(dataset_project.rows_of(corpus, split))
        if not streaming:
            assert len(loaded[split]) == len(expected) == loaded[split].info.splits[split].num_examples


def test_rows_of_a_view_by_two_processes(corpus: Path, tmp_path: Path) -> None:
    loaded = load_dataset("steps", data_dir=corpus, num_proc=2, cache_dir=tmp_path, split="train")
    assert loaded.to_list() == expected_rows(corpus, "train", "steps")


@pytest.mark.parametrize("splits", ["train", "validation", "train and test", "train, validation and test"])
def test_a_split_in_which_a_view_has_no_rows_is_empty(tmp_path: Path, splits: str) -> None:
    """Three problems, one in each split; the programs of some splits have no statement that changes a variable."""
    empty = {split for split in SPLITS if split in splits}

    def make(codes: dict[str, str], folder: Path) -> Path:
        made = [Program(program_id=name, problem_id=name, code=code, inputs=("",)) for name, code in codes.items()]
        build(made, folder, workers=1, progress=False)
        return folder

    first = make(dict.fromkeys("abc", "x = 1\n"), tmp_path / "first")
    of = {trace.problem_id: split for split in SPLITS for trace in read(first, split)}
    assert sorted(of.values()) == sorted(SPLITS)
    folder = make({name: "pass\n" if split in empty else "x = 1\n" for name, split in of.items()}, tmp_path / "corpus")
    given = {"data_dir": str(folder), "cache_dir": str(tmp_path / "cache")}
    for loaded in (load_dataset("steps", **given), datasets.load_dataset("statecode", "steps", **given)):
        assert {split: len(rows) for split, rows in loaded.items()} == {split: split not in empty for split in SPLITS}
        assert len({str(rows.features) for rows in loaded.values()}) == 1
    for split in SPLITS:
        alone = load_dataset("steps", split=split, **given)
        assert alone.to_list() == loaded[split].to_list() and str(alone.split) == split
    assert len(load_dataset("steps", split="train+validation+test", **given)) == 3 - len(empty)
    assert len(load_dataset("steps", split="train[:1]+test[:1]", **given)) == len({"train", "test"} - empty)
    with pytest.raises(ValueError, match="dev"):
        load_dataset("steps", split="dev", **given)


def test_default_config_is_snoop(corpus: Path, cache: Path) -> None:
    default = load_dataset(data_dir=corpus, cache_dir=cache, split="test")
    assert default.to_list() == load_dataset("snoop", data_dir=corpus, cache_dir=cache, split="test").to_list()
    assert default.info.dataset_name == "statecode" and default.info.config_name == "snoop"


@pytest.mark.parametrize("config", ["snoop", "events", "code", "inline"])
def test_streaming_gives_the_same_and_writes_nothing(corpus: Path, cache: Path, tmp_path: Path, config: str) -> None:
    streamed = load_dataset(config, data_dir=corpus, streaming=True, cache_dir=tmp_path)
    stored = load_dataset(config, data_dir=corpus, cache_dir=cache)
    for split in SPLITS:
        assert list(streamed[split]) == stored[split].to_list()
        assert streamed[split].features == stored[split].features
    assert streamed["train"].num_shards == len(list(corpus.glob("data/train-*")))
    assert not arrow_files(tmp_path)


def test_num_proc_gives_the_same_rows(corpus: Path, cache: Path, tmp_path: Path) -> None:
    parallel = load_dataset("snoop", data_dir=corpus, num_proc=2, cache_dir=tmp_path)
    assert parallel["train"].to_list() == load_dataset("snoop", data_dir=corpus, cache_dir=cache)["train"].to_list()
    assert len(list(tmp_path.rglob("statecode-train-*.arrow"))) == 2


def test_each_shard_that_a_process_cannot_render_has_one_warning(corpus: Path, tmp_path: Path) -> None:
    script = """
import sys
from statecode import views
from statecode.dataset.builder import load_dataset
views.MAX_CHARACTERS = 10
sys.stderr = sys.stdout  # before the processes start
load_dataset("frames", data_dir=sys.argv[1], cache_dir="cache", num_proc=2, split="train")
"""
    printed = dataset_project.run_python("-c", script, str(corpus), cwd=tmp_path, path=ROOT, HF_DATASETS_DISABLE_PROGRESS_BARS="1")
    warnings = [line for line in printed.splitlines() if "UnrenderedRuns: " in line]
    shards = sorted((corpus / "data").glob("*.parquet"))
    assert len(shards) >= 4 and len(warnings) == len(shards)
    for shard in shards:
        assert sum(f"{shard.name}: " in line for line in warnings) == 1


def test_split_takes_slices(corpus: Path, cache: Path) -> None:
    rows = dataset_project.rows_of(corpus, "train")
    sliced = load_dataset("events", data_dir=corpus, split="train[2:5]", cache_dir=cache)
    assert sliced.to_list() == rows[2:5]


def test_datasets_load_dataset_returns_the_same_rows(corpus: Path, cache: Path) -> None:
    from_datasets = datasets.load_dataset("statecode", "snoop", data_dir=str(corpus), cache_dir=str(cache), split="train")
    from_statecode = load_dataset("snoop", data_dir=corpus, cache_dir=cache, split="train")
    assert from_datasets.to_list() == from_statecode.to_list()
    assert from_datasets.cache_files == from_statecode.cache_files
    assert statecode.load_dataset is load_dataset


def test_a_second_load_renders_nothing(corpus: Path, tmp_path: Path) -> None:
    load_dataset("snoop", data_dir=corpus, cache_dir=tmp_path)
    first = arrow_files(tmp_path)
    assert len(first) == len(SPLITS)
    load_dataset("snoop", data_dir=corpus, cache_dir=tmp_path, split="test")
    assert arrow_files(tmp_path) == first
    load_dataset("code", data_dir=corpus, cache_dir=tmp_path)
    assert first.items() < arrow_files(tmp_path).items()


def test_a_relative_data_dir_means_the_same_folder(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_dataset("code", data_dir=corpus, cache_dir=tmp_path)
    first = arrow_files(tmp_path)
    monkeypatch.chdir(corpus.parent)
    load_dataset("code", data_dir="corpus", cache_dir=tmp_path)
    assert arrow_files(tmp_path) == first


def test_another_corpus_in_the_folder_changes_the_rows_and_a_stray_shard_does_not(corpus: Path, tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    shutil.copytree(corpus, folder)

    def load() -> list[dict[str, Any]]:
        return load_dataset("events", data_dir=folder, cache_dir=tmp_path / "cache", split="train").to_list()

    before = load()
    shutil.copy(corpus / "data" / "test-00000.parquet", folder / "data" / "train-90000.parquet")
    assert load() == before
    shutil.rmtree(folder)
    build(dataset_project.programs()[5:], folder, workers=1, split="60,20,20", progress=False)
    assert load() == [to_row(trace) for trace in read(folder, "train")] != before


def test_a_changed_view_changes_the_rows(corpus: Path, tmp_path: Path) -> None:
    project = dataset_project.make_project(tmp_path / "project", corpus)

    def load() -> list[str]:
        code = 'import json, statecode, datasets; rows = datasets.load_dataset("statecode", split="test")'
        return run_json(f'{code}; print(json.dumps(rows["text"][:]))', cwd=tmp_path, path=project)

    before = load()
    view = project / "statecode" / "views" / "snoop" / "text.py"
    original = view.read_text()
    view.write_text(original.replace("Call to", "Visit of"))
    assert load() == [text.replace("Call to", "Visit of") for text in before] != before
    files = arrow_files(tmp_path)
    view.write_text(original)
    assert load() == before
    assert arrow_files(tmp_path) == files  # rows rendered by the same code are still in the cache


def write_programs(path: Path, numbers: range) -> None:
    codes = {f"p{number}": f"print({number} * int(input()))" for number in numbers}
    rows = [{"program_id": name, "code": code, "inputs": ["1", "2"]} for name, code in codes.items()]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_programs_are_traced_once_and_again_when_they_change(tmp_path: Path) -> None:
    source, cache = tmp_path / "programs.jsonl", tmp_path / "cache"

    def outputs(**options: Any) -> list[str]:
        loaded = load_dataset("events", programs=source, cache_dir=cache, **options)
        return sorted(row["stdout"] for split in loaded.values() for row in split)

    write_programs(source, range(10, 13))
    assert outputs() == ["10\n", "11\n", "12\n", "20\n", "22\n", "24\n"]
    [corpus] = (cache / "statecode_corpora").glob("*/")
    traced = {file: file.stat().st_mtime_ns for file in corpus.rglob("*") if file.is_file()}
    assert outputs(streaming=True) == outputs(num_proc=2)
    assert traced == {file: file.stat().st_mtime_ns for file in corpus.rglob("*") if file.is_file()}
    write_programs(source, range(10, 12))
    assert outputs() == ["10\n", "11\n", "20\n", "22\n"]


def test_trust_programs_and_allow_packages_are_applied(tmp_path: Path) -> None:
    if isolation_for().mode is Mode.TRUSTED:
        pytest.skip("this machine cannot isolate untrusted programs")
    source, cache = tmp_path / "programs.jsonl", tmp_path / "cache"
    code = "import pyarrow\nprint(open('/etc/passwd').readline()[:4])\n"
    source.write_text(json.dumps({"program_id": "p", "code": code}) + "\n")
    for options, ending in {
        (): "ModuleNotFoundError",
        (("allow_packages", ("pyarrow",)),): "FileNotFoundError PermissionError",
        (("trust_programs", True),): "None",
    }.items():
        given = {"programs": str(source), "cache_dir": str(cache), "split": "train", **dict(options)}
        from_statecode = load_dataset("events", **given)
        from_datasets = datasets.load_dataset("statecode", "events", **given)
        assert from_statecode.to_list() == from_datasets.to_list()
        assert from_statecode.cache_files == from_datasets.cache_files
        assert str(from_statecode[0]["exception_type"]) in ending
        assert from_statecode[0]["stdout"] == ("root\n" if ending == "None" else "")
    assert len(list((cache / "statecode_corpora").glob("*/"))) == 3


def test_an_interrupted_trace_of_programs_is_resumed(tmp_path: Path) -> None:
    source, cache = tmp_path / "programs.jsonl", tmp_path / "cache"
    write_programs(source, range(10, 20))
    first = load_dataset("events", programs=source, cache_dir=cache)
    [corpus] = (cache / "statecode_corpora").glob("*/")
    lost, *kept = sorted(corpus.glob("data/*.parquet"))
    lost.unlink()
    manifest = corpus / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"finished": true', '"finished": false'))
    times = [file.stat().st_mtime_ns for file in kept]
    shutil.rmtree(cache / "statecode")
    again = load_dataset("events", programs=source, cache_dir=cache)
    assert {split: rows.to_list() for split, rows in again.items()} == {s: rows.to_list() for s, rows in first.items()}
    assert lost.exists() and [file.stat().st_mtime_ns for file in kept] == times


def broken(corpus: Path, folder: Path, defect: str) -> Path:
    """Return a copy of the corpus with the given defect."""
    shutil.copytree(corpus, folder)
    if defect == "unfinished":
        (folder / "data" / "train-00000.parquet").unlink()
    elif defect == "no manifest":
        (folder / "manifest.json").unlink()
    elif defect == "damaged":
        os.truncate(folder / "data" / "train-00000.parquet", 100)
    elif defect == "no parquet":
        (folder / "data" / "train-00000.parquet").write_text("hello")
    else:
        shutil.rmtree(folder)
    return folder


@pytest.mark.parametrize(
    "defect, message",
    [
        ("unfinished", "train-00000.parquet: is missing; run its build again"),
        ("no manifest", "no manifest.json"),
        ("absent", "no such folder"),
        ("damaged", "train-00000.parquet: has 100 bytes, its ledger records .*; run its build again"),
        ("no parquet", "train-00000.parquet: has 5 bytes, its ledger records "),
    ],
)
def test_the_error_names_a_folder_that_is_not_a_corpus(corpus: Path, tmp_path: Path, defect: str, message: str) -> None:
    folder = broken(corpus, tmp_path / "broken", defect)
    with pytest.raises(CorpusError, match=message) as caught:
        load_dataset("snoop", data_dir=folder, cache_dir=tmp_path)
    assert str(folder) in str(caught.value) and "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({"config": "snop"}, ConfigError, "unknown config 'snop'; known: snoop, events, "),
        ({"programs": "mbp"}, ProgramError, "mbp: no such folder or source of programs. Known: embedded"),
        ({"programs": "embedded", "data_dir": "x"}, ConfigError, "not both"),
        ({"trust_programs": True}, ConfigError, "are for programs=..., which are traced"),
        ({"programs": "embedded", "allow_packages": ["nosuch"]}, ConfigError, "no package 'nosuch'"),
        ({"streaming": True, "num_proc": 2}, ConfigError, "leave num_proc out"),
    ],
)
def test_invalid_arguments_are_errors_of_one_line(
    tmp_path: Path, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message) as caught:
        load_dataset(**{"config": "code", "cache_dir": tmp_path, **options})
    assert "\n" not in str(caught.value)


def test_invalid_arguments_are_errors_with_datasets_too(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="known: snoop, events, "):
        datasets.load_dataset("statecode", "snop", data_dir=str(corpus), cache_dir=str(tmp_path))
    with pytest.raises(ConfigError, match="not data_files"):
        Builder(str(tmp_path), data_files={"train": str(corpus / "data" / "train-00000.parquet")})


def test_a_log_contains_no_bars_of_datasets(corpus: Path, tmp_path: Path, capsys, monkeypatch) -> None:
    from statecode import progress

    monkeypatch.delenv("HF_DATASETS_DISABLE_PROGRESS_BARS", raising=False)
    monkeypatch.setattr(progress, "LOG_INTERVAL_S", 0.0)
    monkeypatch.setattr(progress, "SHOW_AFTER_S", 0.0)
    bars_were_disabled = datasets.are_progress_bars_disabled()
    datasets.enable_progress_bars()
    load_dataset("code", data_dir=corpus, cache_dir=tmp_path)
    written = capsys.readouterr().err
    assert "\r" not in written
    assert written.startswith("reading code: ")
    assert not datasets.are_progress_bars_disabled()
    if bars_were_disabled:
        datasets.disable_progress_bars()
