"""Fixtures of the tests of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.corpus_samples import programs, run_command, write_jsonl


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_jsonl(tmp_path_factory.mktemp("source") / "programs.jsonl", programs())


@pytest.fixture(scope="session")
def corpus(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("commands") / "corpus"
    done = run_command("build", "--programs", source, "--out", out, "--workers", 2, "--runs-per-shard", 20)
    assert done.returncode == 0
    assert "72 of 72 runs" in done.stderr and "exception=12" in done.stderr and "runs/s" in done.stderr
    assert done.stdout.splitlines()[0].startswith(f"{out}: 72 runs of 36 programs (exception 12, ok 60), ")
    return out
