"""Test the errors and the help of all commands of `statecode`."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.cli import COMMANDS
from tests.support.command_line import statecode
from tests.support.corpus_samples import corpus_of, programs, run_command, write_jsonl


def bad_inputs(tmp: Path, source: Path, corpus: Path) -> dict[str, tuple[list[object], str]]:
    """Return name → (arguments, text in the error message)."""
    (tmp / "empty").mkdir()
    (tmp / "letters").mkdir()
    (tmp / "letters" / "a.txt").write_text("dear")
    (tmp / "bad.jsonl").write_text('{"code": "1"}\n{"code": \n')
    (tmp / "codeless.jsonl").write_text('{"id": "1", "solution": "1"}\n')
    double = write_jsonl(tmp / "double.jsonl", [*programs(1), *programs(1)])
    new = ["build", "--out", tmp / "new", "--programs"]
    mine = ["build", "--programs", source, "--out"]
    return {
        "no such folder": ([*new, tmp / "absent"], "absent: no such folder"),
        "empty folder": ([*new, tmp / "empty"], "empty: no .py file in this folder"),
        "row without code": ([*new, tmp / "codeless.jsonl"], "codeless.jsonl:1: "),
        "invalid JSON": ([*new, tmp / "bad.jsonl"], "bad.jsonl:2: "),
        "one id twice": ([*new, double], "p00/sum"),
        "unknown engine": ([*new, source, "--engine", "magic"], "unknown engine 'magic'; known: native, snoop"),
        "unknown status": ([*new, source, "--retry", "late"], "unknown status 'late' to retry; known: ok, "),
        "bad split": ([*new, source, "--split", "9,9"], "--split 9,9: expected three numbers that add up to 100"),
        "bad limit": ([*new, source, "--events", "0"], "limit events must be positive; got 0"),
        "no worker": ([*new, source, "--workers", "0"], "workers must be at least 1; got 0"),
        "no program": ([*new, source, "--limit", "0"], "--limit must be at least 1; got 0"),
        "option of another source": ([*new, tmp / "letters", "--code-field", "x"], "option code_field does not fit"),
        "another corpus": ([*mine, corpus], "holds another corpus (its runs per shard is 20, yours 256)"),
        "foreign folder": ([*mine, tmp / "letters"], "letters: holds files but no manifest.json"),
        "out is a file": ([*mine, tmp / "bad.jsonl"], "bad.jsonl: is a file, not a folder; choose another --out"),
        "stats: absent": (["stats", tmp / "absent"], "absent: no such folder; make a corpus"),
        "stats: a file": (["stats", source], "programs.jsonl: is a file, not a corpus; pass the folder"),
        "stats: no corpus": (["stats", tmp / "letters"], "letters: no corpus: it has no manifest.json"),
        "stats: no shard": (["stats", corpus_of(tmp / "bare", manifest_of(corpus))], "is missing; run its build again"),
        "stats: out": (["stats", corpus, "--out", tmp / "bad.jsonl"], "bad.jsonl: cannot be written"),
        "show: unknown view": (["show", corpus, 0, "--view", "film"], "unknown view 'film'; known: "),
        "show: unknown split": (["show", corpus, 0, "--split", "dev"], "unknown split 'dev'; known: train, validation"),
        "show: no row": (["show", corpus, 999], "no row 999 in train, which has rows 0 to "),
        "show: no id": (["show", corpus, "p00/sum#9"], "program p00/sum has no input 9, only 0 to 1"),
        "show: a file": (["show", source, 0], "programs.jsonl: is a file, not a corpus; pass the folder"),
        "show: no corpus": (["show", tmp / "empty", 0], "empty: no corpus"),
    }


def manifest_of(corpus: Path) -> str:
    return (corpus / "manifest.json").read_text()


def test_bad_input_gets_one_line_and_exit_code_2(
    source: Path, corpus: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    from statecode.cli import main

    for name, (args, message) in bad_inputs(tmp_path, source, corpus).items():
        code = main([str(arg) for arg in args])
        output, errors = capfd.readouterr()
        assert (code, output) == (2, ""), name
        assert errors.startswith("error: ") and message in errors, (name, errors)
        assert errors.count("\n") == 1, (name, errors)
        assert not (tmp_path / "new").exists(), name


def test_bad_input_in_a_real_process(tmp_path: Path) -> None:
    done = run_command("build", "--programs", tmp_path / "absent", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path}/absent: no such folder") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["build", "stats", "show"])
def test_help_has_an_example_and_defaults(name: str) -> None:
    done = run_command(name, "--help")
    assert done.returncode == 0 and f"\n    statecode {name} " in done.stdout and "(default: " in done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(command) -> None:
    result = statecode(command, "--help")
    assert result.returncode == 0
    assert f"statecode {command} " in result.stdout
    assert COMMANDS[command] in statecode("--help").stdout
