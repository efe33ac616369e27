"""Test builds of small corpora: equal bytes each time, resumed builds, retried runs, other folders are unchanged."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest

import statecode
from statecode.corpus.build import build
from statecode.corpus.plan import ProgramStream
from statecode.corpus.rows import SCHEMA
from statecode.errors import ConfigError, CorpusError
from statecode.records import Limits, Program, Status
from statecode.tracing import SandboxRunner
from tests.support.corpus_samples import SETTINGS, data_bytes, ledger_lines, programs


def test_every_run_has_a_row_equal_to_its_trace(corpus: Path) -> None:
    rows = {(trace.program_id, trace.input_index): trace for trace in statecode.read(corpus)}
    assert len(rows) == sum(1 for _ in statecode.read(corpus)) == 72
    with SandboxRunner() as runner:
        for program in programs()[:4]:
            for index in range(2):
                row, direct = rows[program.program_id, index], runner.run(program, index).trace
                assert row == direct
                expected = (program.inputs[index], program.expected_output(index), program.label)
                assert (row.stdin, row.expected_output, row.label) == expected
    statuses = Counter(trace.status for trace in rows.values())
    assert statuses == {Status.OK: 60, Status.EXCEPTION: 12}
    assert {trace.exception.type for trace in rows.values() if trace.exception} == {"ZeroDivisionError"}


def test_the_files_have_the_schema_and_nothing_else(corpus: Path) -> None:
    import pyarrow.parquet as pq

    for path in corpus.glob("data/*.parquet"):
        assert pq.read_schema(path).equals(SCHEMA) and pq.read_schema(path).metadata is None
        assert {pq.read_metadata(path).row_group(0).column(i).compression for i in range(5)} == {"ZSTD"}
    assert sorted(path.name for path in corpus.iterdir()) == ["data", "ledger", "manifest.json"]


def test_no_problem_is_in_two_splits(corpus: Path) -> None:
    problems = {
        split: {trace.problem_id for trace in statecode.read(corpus, split)}
        for split in ("train", "validation", "test")
    }
    assert all(problems.values())
    assert sum(map(len, problems.values())) == len(set().union(*problems.values())) == 12


def test_the_ledger_has_every_run_once_in_the_order_of_rows(corpus: Path) -> None:
    lines = ledger_lines(corpus)
    rows = [trace for split in ("test", "train", "validation") for trace in statecode.read(corpus, split)]
    runs = [(line["program_id"], line["input_index"]) for line in lines]
    assert runs == [(trace.program_id, trace.input_index) for trace in rows]
    assert [line["events"] for line in lines] == [len(trace.events) for trace in rows]
    assert all(0 < line["cpu_s"] and 0 < line["wall_s"] < 10 and line["max_rss_bytes"] > 2**20 for line in lines)


def test_a_rebuild_has_the_same_bytes_with_other_workers(corpus: Path, tmp_path: Path) -> None:
    build(programs(), tmp_path, **{**SETTINGS, "workers": 2})
    assert data_bytes(tmp_path) == data_bytes(corpus)
    manifests = [json.loads((folder / "manifest.json").read_text()) for folder in (tmp_path, corpus)]
    assert manifests[0] == manifests[1]


def test_a_finished_corpus_is_not_changed(corpus: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in corpus.rglob("*")}
    report = build(programs(), corpus, **SETTINGS)
    assert report.already_finished and report.manifest.counts["programs"] == 36
    assert {path: path.stat().st_mtime_ns for path in corpus.rglob("*")} == before


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"limits": Limits(events=9)}, "its events is 10000, yours 9"),
        ({"runs_per_shard": 11}, "its runs per shard is 10, yours 11"),
        ({"split": "60,20,20"}, "its split is 80,10,10, yours 60,20,20"),
        ({"programs": programs(11)}, "its programs, from programs, differ from yours, from programs: another source"),
    ],
)
def test_a_corpus_with_other_settings_is_refused(corpus: Path, change: dict[str, object], message: str) -> None:
    settings = {"programs": programs(), **SETTINGS, **change}
    before = data_bytes(corpus)
    with pytest.raises(CorpusError, match=f"holds another corpus .{message}.*choose another --out"):
        build(out=corpus, **settings)  # type: ignore[arg-type]
    assert data_bytes(corpus) == before


def test_missing_shards_are_built_and_others_kept(corpus: Path, tmp_path: Path) -> None:
    build(programs(), tmp_path, **SETTINGS)
    lost = tmp_path / "data" / "train-00001.parquet"
    kept = tmp_path / "data" / "train-00000.parquet"
    lost.unlink()
    (tmp_path / "data" / ".train-00001.parquet.1.tmp").write_text("half")
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    (tmp_path / "manifest.json").write_text(json.dumps({**manifest, "finished": False}))
    modified_ns = kept.stat().st_mtime_ns
    report = build(programs(), tmp_path, **SETTINGS)
    assert not report.already_finished and kept.stat().st_mtime_ns == modified_ns
    assert data_bytes(tmp_path) == data_bytes(corpus)


def test_retry_replaces_only_the_rows_with_the_status(tmp_path: Path) -> None:
    flag = tmp_path / "flag"  # created between the two builds; the programs then behave differently
    code = f"import os, time\nif not os.path.exists({str(flag)!r}):\n    time.sleep(9)\nprint(1)\n"
    some = [
        Program(program_id="slow", problem_id="a", code=code, inputs=("", "x")),
        *(Program(program_id=f"fast{number}", problem_id="a", code="print(2)\n") for number in range(8)),
    ]
    settings = {**SETTINGS, "split": "100,0,0", "limits": Limits(wall_s=0.5), "trust_programs": True}
    out = tmp_path / "corpus"
    build(some, out, **settings)
    before = {trace.program_id: trace for trace in statecode.read(out)}
    assert before["slow"].status is Status.TIMEOUT
    flag.touch()
    report = build(some, out, retry=["timeout", "killed"], **settings)
    assert report.manifest.counts["statuses"] == {"ok": 10} and report.manifest.counts["retried_runs"] == 2
    after = [(trace.program_id, trace.input_index, trace.status.value) for trace in statecode.read(out)]
    assert after == [("slow", 0, "ok"), ("slow", 1, "ok"), *((f"fast{number}", 0, "ok") for number in range(8))]
    lines = ledger_lines(out)
    assert [line["status"] for line in lines] == ["ok"] * 10
    assert [[old["status"] for old in line.get("earlier", [])] for line in lines] == [["timeout"]] * 2 + [[]] * 8
    bytes_then = data_bytes(out)
    assert not build(some, out, retry=["timeout"], **settings).failed  # no run has the status any more
    assert data_bytes(out) == bytes_then and len(ledger_lines(out)) == 10


def test_programs_that_change_during_the_build_are_an_error(tmp_path: Path) -> None:
    passes = iter([programs(3), programs(4)])
    source = ProgramStream(name="changing", open=lambda: next(passes))
    with pytest.raises(CorpusError, match="changing: the programs changed while they were read"):
        build(source, tmp_path, **SETTINGS)


def test_surrogates_in_sources_and_inputs_are_escaped(tmp_path: Path) -> None:
    program = Program(program_id="\udc80", problem_id="q", code="print(ascii(input()))\n", inputs=("\udcff\n",))
    build([program], tmp_path, **SETTINGS)
    (trace,) = statecode.read(tmp_path)
    assert (trace.program_id, trace.stdin) == ("\\udc80", "\\udcff\n")
    assert ledger_lines(tmp_path)[0]["program_id"] in ("\\udc80", "\udc80")


def test_a_second_build_in_the_same_folder_is_refused(tmp_path: Path) -> None:
    import fcntl

    handle = os.open(tmp_path, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        with pytest.raises(CorpusError, match="another build is at work here"):
            build(programs(1), tmp_path, **SETTINGS)
    finally:
        os.close(handle)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"workers": -1}, "workers must be at least 1"),
        ({"runs_per_shard": 0}, "runs per shard must be at least 1"),
        ({"engine": "magic"}, "unknown engine 'magic'; known: native, snoop"),
        ({"retry": ["tired"]}, "unknown status 'tired' to retry; known: ok, exception, timeout"),
        ({"split": "1,2"}, "three numbers that add up to 100"),
    ],
)
def test_invalid_settings_are_refused_before_anything_is_written(
    tmp_path: Path, settings: dict[str, object], message: str
) -> None:
    with pytest.raises(ConfigError, match=message):
        build(programs(1), tmp_path / "out", **{**SETTINGS, **settings})  # type: ignore[arg-type]
    assert not (tmp_path / "out").exists()
