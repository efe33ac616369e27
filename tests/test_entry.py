"""Test the command line: an error is one line on stderr with exit code 2, and options have no prefixes."""

from __future__ import annotations

import argparse
import ast
import runpy
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from statecode.cli import COMMANDS, main
from statecode.entry import ArgumentParser
from tests.support.paths import ROOT

FOLDERS = ("benchmarks", "dataset_script", "eval", "statecode", "train")
SCRIPTS = sorted(str(path.relative_to(ROOT)) for folder in ("train", "eval") for path in ROOT.glob(f"{folder}/*.py"))


def error_of(call, capsys: pytest.CaptureFixture[str]) -> str:
    """Check that the call exits with 2 and prints one line to stderr; return the line."""
    with pytest.raises(SystemExit) as ended:
        call()
    assert ended.value.code == 2
    shown = capsys.readouterr()
    assert shown.out == "" and shown.err.startswith("error: ") and shown.err.endswith("; see --help\n")
    assert shown.err.count("\n") == 1, shown.err
    return shown.err


def test_an_error_has_one_line(capsys) -> None:
    parser = ArgumentParser()
    parser.add_argument("--number", type=int)
    assert "argument --number: invalid int value: 'x'" in error_of(lambda: parser.parse_args(["--number", "x"]), capsys)
    assert "unrecognized arguments: a b" in error_of(lambda: parser.parse_args(["a\nb"]), capsys)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nosuch"], "invalid choice: 'nosuch'"),
        ([], "required: COMMAND"),
        (["build"], "required: --programs, --out"),
        (["build", "--programs", "embedded", "--out", "x", "--workers", "two"], "--workers: invalid int value: 'two'"),
    ],
)
def test_an_error_of_the_command_has_one_line(arguments: list[str], message: str, capsys) -> None:
    assert message in error_of(lambda: main(arguments), capsys)


@pytest.mark.torch
@pytest.mark.parametrize("path", SCRIPTS)
def test_an_unknown_option_of_a_script_is_an_error_of_one_line(path: str, monkeypatch, capsys) -> None:
    pytest.importorskip("torch")
    monkeypatch.setattr("sys.argv", [path, "--nosuch"])
    error_of(runpy.run_path(str(ROOT / path))["main"], capsys)


# All parsers of the project


class Parsing(BaseException):
    """Raised instead of parsing the arguments, to stop a script; its argument is the parser."""


def parser_of(call: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    """Return the first parser with which the call parses arguments."""
    def stop(self: argparse.ArgumentParser, *_: object) -> None:
        raise Parsing(self)

    with monkeypatch.context() as patched, pytest.raises(Parsing) as raised:
        patched.setattr(argparse.ArgumentParser, "parse_args", stop)
        call()
    return raised.value.args[0]


def constructor_calls(path: Path) -> Iterator[str]:
    """Yield the name of the class at each place in a file that creates a parser."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("ArgumentParser"):
            yield ast.unparse(node.func)


def with_subparsers(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for subparser in action.choices.values():
                yield from with_subparsers(subparser)


def option_strings(parser: argparse.ArgumentParser) -> set[str]:
    return {option for action in parser._actions for option in action.option_strings}


def command_parser(name: str, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    return list(with_subparsers(parser_of(lambda: main([name]), monkeypatch)))[1 + list(COMMANDS).index(name)]


def script_parser(path: str, monkeypatch: pytest.MonkeyPatch) -> argparse.ArgumentParser:
    monkeypatch.syspath_prepend(ROOT / Path(path).parent)  # Python adds this folder for a script
    monkeypatch.setattr("sys.argv", [path, *(["--task", "conala"] if path == "train/finetune.py" else [])])
    return parser_of(lambda: runpy.run_path(str(ROOT / path), run_name="__main__"), monkeypatch)


CALLS = {
    str(path.relative_to(ROOT)): calls
    for folder in FOLDERS
    for path in sorted((ROOT / folder).rglob("*.py"))
    if "programs/embedded" not in str(path) and (calls := list(constructor_calls(path)))
}
SHARED_PARSER = "statecode/tasks/command.py"  # the parser of the scripts that fine-tune, which create none themselves
FINETUNING = {"train/finetune.py", "train/finetune_conala.py"}
WITH_PARSER = sorted(set(CALLS) - {"statecode/cli/__init__.py", SHARED_PARSER} | FINETUNING)


def test_every_parser_is_found() -> None:
    assert SHARED_PARSER in CALLS and not FINETUNING & set(CALLS)
    assert set(SCRIPTS) < set(WITH_PARSER)
    assert {path.split("/")[0] for path in CALLS} == {"benchmarks", "eval", "statecode", "train"}


@pytest.mark.parametrize("path", sorted(CALLS))
def test_every_parser_has_the_class_of_statecode(path: str) -> None:
    assert set(CALLS[path]) == {"ArgumentParser"}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_accepts_prefixes(name: str, monkeypatch) -> None:
    parsers = list(with_subparsers(parser_of(lambda: main([name]), monkeypatch)))
    assert len(parsers) == 1 + len(COMMANDS)
    assert not any(parser.allow_abbrev for parser in parsers)


@pytest.mark.torch
@pytest.mark.parametrize("path", WITH_PARSER)
def test_no_script_accepts_prefixes(path: str, monkeypatch) -> None:
    assert not script_parser(path, monkeypatch).allow_abbrev


@pytest.mark.parametrize(("prefix", "option"), [("--output-byte", "--output-bytes"), ("--eng", "--engine")])
def test_a_prefix_is_an_unknown_argument(prefix: str, option: str, tmp_path: Path, monkeypatch, capsys) -> None:
    assert option in option_strings(command_parser("view", monkeypatch))
    message = f"unrecognized arguments: {prefix} x"
    assert message in error_of(lambda: main(["view", str(tmp_path / "prog.py"), prefix, "x"]), capsys)


OUTPUT_FLAGS = {"--out", "--output", "--output-dir", "--output-file", "--html", "--json", "--report"}


@pytest.mark.parametrize(
    ("name", "flags"),
    [(name, {"--out"} if name in ("fetch", "view", "build", "stats", "verify-engines") else set()) for name in COMMANDS],
)
def test_the_output_flag_of_a_command(name: str, flags: set[str], monkeypatch) -> None:
    assert option_strings(command_parser(name, monkeypatch)) & OUTPUT_FLAGS == flags


@pytest.mark.torch
@pytest.mark.parametrize("path", SCRIPTS)
def test_the_output_flag_of_a_script(path: str, monkeypatch) -> None:
    flag = "--output-dir" if path.startswith("train/") else "--out"
    assert option_strings(script_parser(path, monkeypatch)) & OUTPUT_FLAGS == {flag}
