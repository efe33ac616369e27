"""Test the command line: an error is one line on stderr with exit code 2, and options have no prefixes."""

from __future__ import annotations

import argparse
import ast
import configparser
import json
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from statecode.cli import COMMANDS, main
from statecode.entry import ArgumentParser
from statecode.errors import EXTRAS
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


# Optional packages, and the order of checks and imports

WITHOUT_PACKAGES = """
import runpy, sys
from statecode.entry import exit_code_of
from statecode.errors import EXTRAS

sys.modules.update(dict.fromkeys(EXTRAS))  # an import of one of these packages fails as if it was not installed
for line in sys.stdin:
    path, *arguments = line.rstrip("\\n").split("\\t")
    print("exit code", exit_code_of(lambda: runpy.run_path(path)["main"](arguments)), file=sys.stderr)
"""


def errors_without_packages(folder: Path, *commands: list[str]) -> list[str]:
    """Run the scripts in a process in which no optional package can be imported, and return what each prints."""
    lines = "".join("\t".join([str(ROOT / command[0]), *command[1:]]) + "\n" for command in commands)
    done = subprocess.run([sys.executable, "-c", WITHOUT_PACKAGES], cwd=folder, input=lines, capture_output=True,
                          text=True, env={"PYTHONPATH": str(ROOT), "HF_HUB_OFFLINE": "1"})
    assert done.stdout == "" and done.returncode == 0, done.stderr
    *shown, rest = done.stderr.split("exit code 2\n")
    assert rest == "", rest
    return shown


def test_a_missing_package_is_an_error_of_one_line_that_names_the_extra(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")  # of a model
    for split, questions in (("train", range(50)), ("test", range(50, 60))):
        rows = [{"question_id": number, "intent": "add", "snippet": "a + b"} for number in questions]
        (tmp_path / f"conala-{split}.json").write_text(json.dumps(rows))
    shown = errors_without_packages(
        tmp_path,
        ["train/pretrain.py", "--preset", "tiny", "--output-dir", "run"],
        ["train/tokenizer.py", "--output-dir", "bpe"],
        ["train/finetune.py", "--task", "conala", "--conala", ".", "--output-dir", "run"],
        ["train/finetune_conala.py", "--conala", ".", "--output-dir", "run"],
        ["eval/perplexity.py", "."],
        ["eval/generate.py", ".", "--out", "x.json"],
    )
    assert len(shown) == 6
    for line in shown:
        assert line.startswith("error: the package ") and line.endswith(' is not installed: pip install "statecode[train]"\n')


def test_arguments_are_checked_before_heavy_packages_are_imported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "bert").mkdir()
    (tmp_path / "bert" / "config.json").write_text('{"architectures": ["BertForMaskedLM"], "model_type": "bert"}')
    (tmp_path / "old" / "checkpoints" / "step-0000004").mkdir(parents=True)
    (tmp_path / "old" / "run.json").write_text('{"settings": {"preset": "mini", "init": "bert"}}')
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "train.jsonl").write_text('{"text": "x"}')
    new = ["--output-dir", "run"]
    cases = {
        "texts has no validation split (found: train); write": [
            "train/pretrain.py", "--preset", "tiny", "--corpus", "texts", *new],
        "texts has no test split (found: train); write": ["eval/perplexity.py", ".", "--corpus", "texts"],
        "embedded has no dev split (found: train, validation, test)": ["eval/perplexity.py", ".", "--split", "dev"],
        "bert is a masked language model": ["train/pretrain.py", "--preset", "tiny", "--init", "bert", *new],
        "old contains a run with other settings: preset was mini, is tiny": [
            "train/pretrain.py", "--preset", "tiny", "--output-dir", "old"],
        "old contains a run with other settings: init was bert, is scratch": [
            "train/finetune_conala.py", "--output-dir", "old"],
        "unknown preset 'huge'": ["train/pretrain.py", "--preset", "huge", *new],
        "unknown optimizer 'sdg'": ["train/pretrain.py", "--preset", "tiny", "--optimizer", "sdg", *new],
        "unknown tracker 'wand'": ["train/pretrain.py", "--preset", "tiny", "--tracker", "wand", *new],
        "--seed must lie": ["train/pretrain.py", "--preset", "tiny", "--seed", "-1", *new],
        "unknown view 'compakt'": ["train/pretrain.py", "--preset", "tiny", "--config", "compakt", *new],
        "no such folder: corpora/mine": ["train/pretrain.py", "--preset", "tiny", "--corpus", "corpora/mine", *new],
        "no such folder: runs/no": ["train/pretrain.py", "--preset", "tiny", "--init", "runs/no", *new],
        "no tokenizer: no such folder: ./no": ["train/pretrain.py", "--preset", "tiny", "--tokenizer", "./no", *new],
        "--output-dir file: file is a file, not a folder": ["train/pretrain.py", "--preset", "tiny", "--output-dir", "file"],
        "--vocab-size must be at least 300": ["train/tokenizer.py", "--vocab-size", "9", *new],
        "embedded has no texts under --config events": ["train/tokenizer.py", "--config", "events", *new],
        "unknown preset 'hug'": ["train/finetune_conala.py", "--preset", "hug", *new],
        "no such folder: a/b": ["train/finetune_conala.py", "--init", "a/b", *new],
        "nowhere: no such folder": ["train/finetune_conala.py", "--conala", "nowhere", *new],
        "no such folder: no/model": ["eval/perplexity.py", "no/model"],
        "no such folder: no/corpus": ["eval/perplexity.py", "no/model", "--corpus", "no/corpus"],
        "--documents must be positive": ["eval/perplexity.py", "no/model", "--documents", "0"],
        "no such folder: no/run": ["eval/generate.py", "no/run", "--out", "x.json"],
        "--prompt-lines must be positive": ["eval/generate.py", "no/run", "--prompt-lines", "0", "--out", "x.json"],
    }
    shown = errors_without_packages(tmp_path, *cases.values())
    assert len(shown) == len(cases)
    for expected, line in zip(cases, shown):
        assert line.startswith(f"error: {expected}") and line.count("\n") == 1, line


def test_every_optional_package_has_its_extra() -> None:
    setup = configparser.ConfigParser(interpolation=None)
    setup.read(ROOT / "setup.cfg")
    extras = setup["options.extras_require"]
    for package, extra in EXTRAS.items():
        assert package == "numpy" or f"\n{package}>" in extras[extra], package


def test_the_library_names_the_extra_of_a_missing_package(monkeypatch) -> None:
    import statecode

    monkeypatch.delitem(sys.modules, "statecode.dataset.builder", raising=False)
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(ModuleNotFoundError, match=r'^the package datasets is not installed: pip install "statecode\[datasets\]"$'):
        statecode.load_dataset


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


def output_flags(parser: argparse.ArgumentParser) -> set[str]:
    """Return the options of `parser` that take an output file or folder; `--json` without a value selects what is printed."""
    return {option for action in parser._actions if action.nargs != 0 for option in action.option_strings} & OUTPUT_FLAGS


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
SHARED_PARSERS = {"statecode/modeling/command.py", "statecode/tasks/command.py"}
TRAINING = {"train/pretrain.py", "train/finetune.py", "train/finetune_conala.py"}  # they use these and create none themselves
WITH_PARSER = sorted(set(CALLS) - {"statecode/cli/__init__.py"} - SHARED_PARSERS | TRAINING)


def test_every_parser_is_found() -> None:
    assert set(CALLS) >= SHARED_PARSERS and not TRAINING & set(CALLS)
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
    [(name, {"--html"} if name == "predict" else {"--out"} if name in (
        "fetch", "view", "build", "stats", "findings", "verify-engines") else set()) for name in COMMANDS],
)
def test_the_output_flag_of_a_command(name: str, flags: set[str], monkeypatch) -> None:
    assert output_flags(command_parser(name, monkeypatch)) == flags


@pytest.mark.torch
@pytest.mark.parametrize("path", SCRIPTS)
def test_the_output_flag_of_a_script(path: str, monkeypatch) -> None:
    flag = "--output-dir" if path.startswith("train/") else "--out"
    assert output_flags(script_parser(path, monkeypatch)) == {flag}
