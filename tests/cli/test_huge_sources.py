"""Test that no command needs more than a bounded amount of memory for a huge source, in a process with a memory limit."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from statecode.corpus.build import build
from statecode.records import Program
from tests.test_source_tree import HUGE

MEMORY_BYTES = 1500 * 2**20


def run_limited(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run `statecode` with an address space of `MEMORY_BYTES`, and check that it ends with results or one line."""
    done = subprocess.run(
        [sys.executable, "-m", "statecode", *map(str, arguments)], capture_output=True, text=True, timeout=300,
        env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system", "OMP_NUM_THREADS": "1"},  # others reserve gigabytes
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES)),
    )
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-1000:]
    return done


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("huge") / "corpus"
    sources = {"small": "print(1)\n", **{name: HUGE[name] for name in ("line", "decorators")}}
    programs = [Program(program_id=name, problem_id=name, code=code) for name, code in sources.items()]
    build(programs, folder, workers=1, split="100,0,0", progress=False)
    return folder


def test_statistics_of_a_corpus_count_the_sources_that_are_not_parsed(corpus: Path) -> None:
    done = run_limited("stats", corpus)
    assert "2 sources compared word by word: too long to be parsed (over 262,144 characters" in done.stdout
    stored = json.loads((corpus / "stats" / "stats.json").read_text())
    assert (stored["distinct_codes"], stored["distinct_normalised"], stored["unparsed_codes"]) == (3, 3, 2)


@pytest.mark.parametrize("view", ["snoop", "compact", "inline", "steps", "final-state"])
def test_every_kind_of_view_is_shown(corpus: Path, view: str) -> None:
    run_limited("show", corpus, "line#0", "--view", view)


def test_a_page_is_written(corpus: Path, tmp_path: Path) -> None:
    run_limited("view", corpus, "decorators#0", "--out", tmp_path / "page.html")


def test_the_sizes_of_views_are_measured(corpus: Path) -> None:
    assert "compact" in run_limited("views", "--compare", corpus, "--views", "compact", "--traces", 2).stdout


def test_a_file_is_traced(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text(HUGE["line"])
    assert "compile_error" in run_limited("trace", path).stderr
