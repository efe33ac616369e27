"""Test `statecode build` in new processes, with real files."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

import statecode
from tests.support.corpus_samples import data_bytes, ledger_lines, run_command
from tests.support.program_folders import contest_tree, put


def test_building_a_finished_corpus_prints_that_it_is_finished(source: Path, corpus: Path) -> None:
    done = run_command("build", "--programs", source, "--out", corpus, "--runs-per-shard", 20)
    assert done.returncode == 0
    assert done.stdout.startswith(f"{corpus} is finished already, nothing to do: 72 runs of 36 programs")


def test_a_folder_of_programs_becomes_a_corpus(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("print(input())\n")
    (tmp_path / "code" / "one.in").write_text("hello\n")
    (tmp_path / "code" / "one.out").write_text("hello\n")
    done = run_command("build", "--programs", tmp_path / "code", "--out", tmp_path / "out", "--quiet")
    assert (done.returncode, done.stderr.splitlines()) == (
        0, [f"warning: no problem is left for the split {split}; add problems or change --split (now 80,10,10)"
            for split in ("validation", "test")],
    )
    (trace,) = statecode.read(tmp_path / "out")
    assert (trace.status, trace.stdout, trace.verdict) == (statecode.Status.OK, "hello\n", "correct")


def test_files_that_are_left_out_are_counted(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    folder = put(tmp_path / "code", {"a.py": "print(input())\n"})
    os.symlink("../secret", folder / "b.py")
    os.mkfifo(folder / "c.py")
    done = run_command("build", "--programs", folder, "--out", tmp_path / "out", "--quiet", "--split", "100,0,0")
    reasons = {"a link that leads out of the folder": 1, "a FIFO, not a regular file": 1}
    text = ", ".join(f"{reason}: {number}" for reason, number in reasons.items())
    assert (done.returncode, done.stderr) == (
        0, f"warning: {folder}: left out 2 of its files ({text}), such as b.py\n"
    )
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["plan"]["left_out"] == reasons
    assert [trace.program_id for trace in statecode.read(tmp_path / "out")] == ["a"]


def test_limit_and_code_field(tmp_path: Path) -> None:
    rows = [{"program_id": f"p{number}", "solution": f"print({number})"} for number in range(9)]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    args = ["build", "--programs", tmp_path / "p.jsonl", "--out", tmp_path / "out", "--workers", 1, "--limit", 4]
    done = run_command(*args)
    assert done.returncode == 2 and "p.jsonl:1: " in done.stderr and "--code-field" in done.stderr
    assert run_command(*args, "--code-field", "solution").returncode == 0
    assert sum(1 for _ in statecode.read(tmp_path / "out")) == 4


def test_dry_run_prints_an_estimate_and_writes_no_file(source: Path, tmp_path: Path) -> None:
    done = run_command("build", "--programs", source, "--out", tmp_path / "out", "--dry-run", "--workers", 1)
    assert done.returncode == 0 and not (tmp_path / "out").exists()
    lines = dict(line.split(maxsplit=1) for line in done.stdout.splitlines())
    assert lines["programs"] == "36 of 12 problems"
    assert lines["rows"].startswith("72 (train ") and lines["sample"].startswith("40 runs (")
    assert lines["time"].startswith("about ") and lines["disk"].startswith("about ")


def test_a_dry_run_shows_problem_ids_with_examples(tmp_path: Path) -> None:
    folder = contest_tree(tmp_path / "archive", 4, 6)
    put(folder, {"Code/p003/Python/s99_other/x.py": ""})
    arguments = ["build", "--programs", folder, "--out", tmp_path / "out", "--dry-run", "--quiet"]
    done = run_command(*arguments)
    assert "warning: 25 of 25 programs in nested folders have a problem_id of their own" in done.stderr
    done = run_command(*arguments, "--problem-from", "^Code/(?P<problem>[^/]+)", "--label-from", "_(?P<label>[aw][a-z]+)/")
    assert (done.stderr, done.stdout.splitlines()[:7]) == ("", [
        "programs  25 of 4 problems",
        "problems  p000: 6 programs (Code/p000/Python/s0_accepted/x, Code/p000/Python/s1_wrong/x, ...)",
        "          p001: 6 programs (Code/p001/Python/s10_accepted/x, Code/p001/Python/s11_wrong/x, ...)",
        "          p002: 6 programs (Code/p002/Python/s12_accepted/x, Code/p002/Python/s13_wrong/x, ...)",
        "          the largest, p003: 7 programs",
        "labels    accepted 12, wrong 12, none 1",
        "no input  all; their stdin is empty (the input of NAME.py is NAME.in beside it)",
    ])


def test_one_problem_for_all_programs_is_reported_before_the_build(tmp_path: Path) -> None:
    folder = contest_tree(tmp_path / "archive")
    done = run_command("build", "--programs", folder, "--out", tmp_path / "out", "--problem-by", "top", "--limit", 20, "--quiet")
    assert done.returncode == 0
    assert done.stderr.splitlines() == [
        "warning: 20 of 20 programs have the problem_id 'Code', and a problem is in one split only; choose other problem_ids with "
        "--problem-from or --problem-id-field (--dry-run prints them)",
        *(f"warning: no problem is left for the split {split}; add problems or change --split (now 80,10,10)" for split in ("validation", "test")),
    ]


def test_a_build_prints_why_runs_failed(tmp_path: Path) -> None:
    pytest.importorskip("numpy")
    codes = {"a": "import numpy.linalg", "b": "import numpy", "c": "import urllib2", "d": "input()", "e": "print(input())"}
    folder = put(tmp_path / "code", {f"{name}.py": code for name, code in codes.items()} | {"e.in": "1\n"})
    done = run_command("build", "--programs", folder, "--out", tmp_path / "out", "--quiet")
    assert done.stdout.splitlines()[1:] == [
        "exceptions: ModuleNotFoundError 3, EOFError 1",
        "missing modules: 2 × numpy, 1 × urllib2 (--allow-packages numpy allows them)",
        "programs without input: 4 of 5; their stdin is empty (the input of NAME.py is NAME.in beside it)",
        f"look at it with: statecode stats {tmp_path / 'out'}",
    ]
    done = run_command("stats", tmp_path / "out", env={"COLUMNS": "120"})
    assert "missing modules: 2 × numpy, 1 × urllib2 (--allow-packages numpy allows them)" in done.stdout


def test_retry_on_a_finished_corpus_repeats_only_runs_with_these_statuses(source: Path, corpus: Path) -> None:
    before = data_bytes(corpus)
    args = ["build", "--programs", source, "--out", corpus, "--runs-per-shard", 20, "--workers", 1, "--retry"]
    done = run_command(*args, "exception")
    assert done.returncode == 0 and data_bytes(corpus) == before  # the runs divide by zero again
    entries = ledger_lines(corpus)
    assert len(entries) == 72
    assert all(("earlier" in entry) == (entry["status"] == "exception") for entry in entries)
