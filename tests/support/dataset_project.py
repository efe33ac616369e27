"""Helpers of the tests of the dataset: a small corpus, a copy of the package that ships it, other interpreters."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from statecode.corpus.build import build
from statecode.corpus.reader import read
from statecode.corpus.rows import SCALARS, to_row
from statecode.records import Program
from tests.support.paths import ROOT

SPLITS = ("train", "validation", "test")
PLAIN = SCALARS.index("expected_output")  # the number of columns that every config has

_RAISE = """
def half(n):
    if n % 2:
        raise ValueError(f'odd ½: {n}')
    return n // 2

print(half(int(input())))
"""

_CODES = {
    "sum": "n = int(input())\ntotal = 0\nfor i in range(n):\n    total += i\nprint(total)\n",
    "sum_of_list": "numbers = list(range(int(input())))\nprint(sum(numbers))\n",
    "generator": "def ups(n):\n    for i in range(n):\n        yield i\n\nprint([x for x in ups(int(input()))])\n",
    "raise": _RAISE,
    "broken": "print('never'\n",
}


def programs() -> list[Program]:
    """Return five programs for each of nine problems, with three inputs: 135 runs, some of which fail."""
    return [
        Program(
            program_id=f"{number}/{name}",
            problem_id=f"problem{number}",
            code=f"# {number}\n{code}",
            inputs=("0\n", "3\n", "4\n"),
            expected_outputs=("0\n", "3\n", None),
            label="correct" if name.startswith("sum") else None,
            origin="tests",
        )
        for number in range(9)
        for name, code in _CODES.items()
    ]


def make_corpus(folder: Path) -> Path:
    """Build a corpus of `programs()` with about five shards and return its folder."""
    build(programs(), folder, workers=1, split="60,20,20", runs_per_shard=30, progress=False)
    return folder


def make_project(folder: Path, corpus: Path) -> Path:
    """Create a project root and return it.

    Its `statecode/` is a copy of the package. The data of the copy is `corpus`, also as Parquet files.
    """
    package = folder / "statecode"
    skipped = shutil.ignore_patterns("__pycache__", "data", "embedded")
    shutil.copytree(ROOT / "statecode", package, ignore=skipped)
    shutil.copytree(corpus, package / "data" / "embedded")
    run_python("-m", "statecode.dataset.materialise", cwd=folder, path=folder)
    return folder


def run_python(*arguments: str, cwd: Path, path: Path | None = None, python: Path | None = None, **env: str) -> str:
    """Run `python`, by default this interpreter, and return its stdout; fail if its exit code is not 0.

    Args:
        path: PYTHONPATH; None: not set.
        env: additional environment variables.
    """
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    own = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(cwd / ".hf"), "PYTHONDONTWRITEBYTECODE": "1", **env}
    if path is not None:
        own["PYTHONPATH"] = str(path)
    command = [str(python or sys.executable), *arguments]
    done = subprocess.run(command, cwd=cwd, env={**clean, **own}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"{command}: {done.stderr}"
    return done.stdout


def run_json(code: str, **options: Any) -> Any:
    """Run code whose last line on stdout is JSON, and return the parsed value."""
    return json.loads(run_python("-c", code, **options).splitlines()[-1])


def rows_of(corpus: Path, split: str) -> list[dict[str, Any]]:
    """Return the expected rows of the config `events`, read without `datasets`."""
    return [to_row(trace) for trace in read(corpus, split)]
