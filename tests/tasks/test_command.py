"""Test the command line of fine-tuning: the task, its flags, and kinds that cannot be trained."""

from __future__ import annotations

import runpy
from dataclasses import dataclass
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.arguments import setting  # noqa: E402
from statecode.entry import exit_code_of  # noqa: E402
from tests.support.paths import ROOT  # noqa: E402
from tests.support.toy_tasks import Bugs, Reverse, registered  # noqa: E402


def run(script: str, *arguments: str) -> Any:
    main = runpy.run_path(str(ROOT / "train" / script))["main"]
    return exit_code_of(lambda: main(list(arguments)))


def help_of(capsys: pytest.CaptureFixture[str], script: str, *arguments: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        run(script, *arguments, "--help")
    return capsys.readouterr().out


def test_help_has_examples_and_flags(capsys: pytest.CaptureFixture[str]) -> None:
    text = help_of(capsys, "finetune_conala.py")
    for words in ("python train/finetune_conala.py --init", "--gguf-file", "neulab/conala", "--beams", "loss on the dev"):
        assert words in text
    assert "--task NAME" not in text


def test_help_of_a_task_has_its_flags(capsys: pytest.CaptureFixture[str]) -> None:
    without = help_of(capsys, "finetune.py")
    assert "conala: an intent" in without and "--conala" not in without
    text = help_of(capsys, "finetune.py", "--task", "conala")
    assert "data of CoNaLa" in text and "--conala TEXT" in text and "default: 800 steps of 16 examples" in text


def test_an_unknown_task_is_an_error_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("finetune.py", "--task", "poetry", "--output-dir", "run") == 2
    assert capsys.readouterr().err == "error: unknown task 'poetry'; known: conala\n"


def test_the_task_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        run("finetune.py", "--output-dir", "run")
    assert capsys.readouterr().err == "error: the following arguments are required: --task; see --help\n"


def test_a_kind_without_training_is_an_error_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with registered(Bugs()):
        assert run("finetune.py", "--task", "bugs", "--output-dir", "run") == 2
    error = capsys.readouterr().err
    assert error == "error: bugs is of the kind classification; fine-tuning is possible on tasks of the kind generation\n"


@dataclass(frozen=True, kw_only=True)
class ClashingOptions:
    seed: int = setting(1, "seed of the words")


def test_an_option_with_a_flag_of_the_command_is_an_error_of_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with registered(type("Seeded", (Reverse,), {"Options": ClashingOptions})()):
        assert run("finetune.py", "--task", "reverse", "--output-dir", "run") == 2
    error = capsys.readouterr().err
    assert error == "error: task 'reverse': the command has a flag --seed already; rename the option\n"
