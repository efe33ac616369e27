"""Test the summaries of runs, and runs that are damaged."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ConfigError
from statecode.evaluation.comparison.run_summaries import read_summary
from tests.support.paths import ROOT
from tests.support.run_folders import conala_result, make_run


def test_truncated_last_line_is_ignored(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a")
    with (run / "metrics.jsonl").open("a") as out:
        out.write('{"kind": "evalu')
    assert len(read_summary(run).points) == 4


@pytest.mark.parametrize(
    ("break_it", "message"),
    [
        (lambda run: (run / "run.json").unlink(), "run.json is missing"),
        (lambda run: (run / "metrics.jsonl").unlink(), "metrics.jsonl is missing"),
        (lambda run: (run / "metrics.jsonl").write_text('{"kind": "train", "step": 1}\n'), "no evaluations in metrics"),
        (lambda run: (run / "result.json").unlink(), "a: the run is not finished, start its command again"),
        (lambda run: (run / "metrics.jsonl").write_text('{"step": 1}\n{oops\n'), "metrics.jsonl:2: invalid JSON"),
        (lambda run: (run / "run.json").write_text('{\n"a": }'), "run.json:2: invalid JSON"),
    ],
)
def test_broken_runs_are_an_error_of_one_line(tmp_path: Path, break_it: Any, message: str) -> None:
    run = make_run(tmp_path / "a")
    break_it(run)
    with pytest.raises(ConfigError) as caught:
        read_summary(run)
    assert message in str(caught.value) and "\n" not in str(caught.value)


def test_a_run_of_an_unknown_task_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="a: unknown task 'poetry'; known: conala; a task from outside .* TASKS.reg"):
        read_summary(make_run(tmp_path / "a", result=conala_result(1.0), task="poetry"))


def test_run_summaries_import_neither_torch_nor_transformers() -> None:
    code = "import sys, statecode.evaluation.comparison.run_summaries; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=120)
    assert done.stdout == "set()\n", done.stderr
