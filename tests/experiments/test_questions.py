"""Test the files of experiments/: they can be planned, and their commands have flags that exist."""

from __future__ import annotations

import functools
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from statecode.experiments.config import read_experiment
from statecode.experiments.plan import plan, steps_of
from tests.support.paths import ROOT

QUESTIONS = sorted((ROOT / "experiments").glob("*.yaml"))
PROGRAMS = {"python": [sys.executable], "statecode": [sys.executable, "-m", "statecode"]}


@functools.cache
def help_of(*program: str) -> str:
    return subprocess.run([*program, "--help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def program_and_flags(command: str) -> tuple[tuple[str, ...], set[str]]:
    """Return a script or subcommand with the flags that are passed to it."""
    words = shlex.split(command)
    last = 1 if words[0] == "statecode" else max(at for at, word in enumerate(words) if word.endswith(".py"))
    flags = {word.partition("=")[0] for word in words[last + 1:] if word.startswith("--")}
    return (*PROGRAMS[words[0]], words[last]), flags


@pytest.mark.torch
@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_the_commands_have_flags_that_exist(path: Path) -> None:
    pytest.importorskip("torch")
    cells = plan(read_experiment(path))
    commands = {step.command for step in steps_of(cells) if "-m pip" not in step.command}
    assert commands and all(cell.measured for cell in cells)
    for command in commands:
        program, flags = program_and_flags(command)
        assert flags <= set(help_of(*program).replace(",", " ").split()), command
