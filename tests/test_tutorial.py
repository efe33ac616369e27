"""Run the commands of the tutorial and compare the outputs in it.

`make test` runs the part before the training, `make test-long` every command. STATECODE_REWRITE_GOLDEN=1 with `-m long`
rewrites the outputs. A Python block is a file with the name in its first line. A block with `$` is a list of commands, and
the next block contains their output on stdout, and the lines on stderr with the progress and the end of a training. Numbers
with a decimal point and seconds depend on the machine and are not compared, and neither are blocks marked as text, which a
trained model has written.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.paths import ROOT

pytestmark = [pytest.mark.torch, pytest.mark.one_python]

DOCUMENT = ROOT / "docs" / "your-own-programs.md"
FIRST_TRAINING = "## 5. Training"
BLOCK = re.compile(r"```(\w*)\n(.*?)```\n", re.DOTALL)
PROGRESS = re.compile(r"step \d+:|runs/[\w-]+:")
MEASURED = re.compile(r"\d+\.\d+|\d+(?= s\b)")


def run_commands(text: str, folder: Path) -> str:
    """Run the lines that start with `$` in a shell, and return their output."""
    (folder / "bin").mkdir(exist_ok=True)
    program = folder / "bin" / "statecode"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m statecode "$@"\n')
    program.chmod(0o755)
    path = os.pathsep.join([str(program.parent), str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT), "HF_DATASETS_CACHE": str(folder / "cache")}
    script = "set -e\n" + "\n".join(line.removeprefix("$ ") for line in text.splitlines())
    done = subprocess.run(["sh", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{text}{done.stderr[-2000:]}"
    return done.stdout + "".join(line for line in done.stderr.splitlines(True) if PROGRESS.match(line))


@pytest.mark.parametrize("to_the_end", [
    pytest.param(False, id="sample"), pytest.param(True, id="all", marks=pytest.mark.long),
])
def test_the_commands_of_the_tutorial_work(tmp_path: Path, to_the_end: bool) -> None:
    for name in ("train", "eval"):
        (tmp_path / name).symlink_to(ROOT / name)
    document = DOCUMENT.read_text(encoding="utf-8")
    untrained, heading, _ = document.partition(FIRST_TRAINING)
    assert heading
    rewrite = to_the_end and bool(os.environ.get("STATECODE_REWRITE_GOLDEN"))
    pieces: list[str] = []
    end, output = 0, None
    for found in BLOCK.finditer(document if to_the_end else untrained):
        kind, text = found[1], found[2]
        if kind == "python":
            (tmp_path / text.partition("\n")[0].removeprefix("# ")).write_text(text, encoding="utf-8")
        elif kind == "console":
            output = run_commands(text, tmp_path)
        else:
            assert output is not None, f"an output without commands: {text}"
            pieces += [document[end:found.start(2)], output.rstrip("\n") + "\n"]
            end = found.end(2)
            if kind != "text" and not rewrite:
                assert MEASURED.sub("#", text) == MEASURED.sub("#", pieces[-1])
            output = None
    if rewrite:
        DOCUMENT.write_text("".join(pieces) + document[end:], encoding="utf-8")
    assert len(pieces) == 2 * (9 if to_the_end else 5), "an output of the tutorial was not found"
    assert "statecode" not in (tmp_path / "load_ours.py").read_text(encoding="utf-8")
    if to_the_end:
        report = (tmp_path / "results" / "ours.md").read_text(encoding="utf-8")
        assert "**Perplexity of these lines, given the prompt:" in report
