"""Mistakes on the command line: one line on stderr and exit code 2, for the command and for every script."""

from __future__ import annotations

import runpy

import pytest

from statecode.cli import main
from statecode.entry import ArgumentParser
from tests.support.paths import ROOT

SCRIPTS = sorted(str(path.relative_to(ROOT)) for folder in ("train", "eval") for path in ROOT.glob(f"{folder}/*.py"))


def said_by(call, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        call()
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.startswith("error: ") and shown.err.endswith("; see --help\n")
    assert shown.err.count("\n") == 1, shown.err
    return shown.err


def test_one_line_whatever_was_given(capsys) -> None:
    parser = ArgumentParser()
    parser.add_argument("--number", type=int)
    assert "argument --number: invalid int value: 'x'" in said_by(lambda: parser.parse_args(["--number", "x"]), capsys)
    assert "unrecognized arguments: a b" in said_by(lambda: parser.parse_args(["a\nb"]), capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch"], "invalid choice: 'nosuch'"),
        ([], "required: COMMAND"),
        (["build"], "required: --programs, --out"),
        (["build", "--programs", "embedded", "--out", "x", "--workers", "two"], "--workers: invalid int value: 'two'"),
    ],
)
def test_the_command(arguments: list[str], message: str, capsys) -> None:
    assert message in said_by(lambda: main(arguments), capsys)


@pytest.mark.torch
@pytest.mark.parametrize("path", SCRIPTS)
def test_the_scripts(path: str, monkeypatch, capsys) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("sys.argv", [path, "--nosuch"])
    said_by(runpy.run_path(str(ROOT / path))["main"], capsys)
