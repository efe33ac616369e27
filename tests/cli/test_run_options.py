"""Test the command-line options of `RunOptions`."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from statecode.cli import run_options
from statecode.entry import ArgumentParser
from statecode.errors import ConfigError
from statecode.records import Limits
from statecode.tracing import RunOptions
from tests.support.runners import isolation_or_skip

NOT_DECLARED = {"isolation_mode"}  # the commands choose the strongest mode


def options_of(*arguments: str) -> RunOptions:
    parser = ArgumentParser()
    run_options.add_arguments(parser)
    return run_options.options_from(parser.parse_args(arguments))


def test_every_option_is_declared_and_has_the_same_default() -> None:
    parser = ArgumentParser()
    run_options.add_arguments(parser)
    declared = set(vars(parser.parse_args([])))
    flat = {field.name for field in (*fields(RunOptions), *fields(Limits))} - {"limits"}
    assert flat - declared == NOT_DECLARED and declared <= flat
    assert options_of() == RunOptions()


def test_all_values_are_read() -> None:
    assert options_of(
        "--engine", "native", "--fidelity", "full", "--repr-limit", "9", "--trust-programs",
        "--allow-packages", " numpy,, pandas", "--events", "5", "--wall-s", "2.5",
    ) == RunOptions(
        engine="native", fidelity="full", repr_limit=9, trust_programs=True, allow_packages=("numpy", "pandas"),
        limits=Limits(events=5, wall_s=2.5),
    )


def test_a_command_may_declare_the_sandbox_only_with_other_limits() -> None:
    parser = ArgumentParser()
    run_options.add_sandbox(parser, Limits(cpu_s=7))
    args = parser.parse_args(["--trust-programs"])
    assert run_options.options_from(args) == RunOptions(trust_programs=True, limits=Limits(cpu_s=7))


def test_a_limit_that_is_not_positive_is_an_error_of_the_user() -> None:
    with pytest.raises(ConfigError, match="^limit events must be positive; got 0$"):
        options_of("--events", "0")


def test_files_are_read_from_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b").write_text("é")
    (tmp_path / "a.txt").write_text("")
    options = options_of("--files", str(tmp_path))
    assert options == RunOptions(files='{"a.txt": "", "b": "é"}')
    assert options.key().keys() == {"files"} and len(options.key()["files"]) == 16
    options_of("--files", str(tmp_path), "--trust-programs")
    assert capsys.readouterr().err.endswith("warning: the files of trusted programs are not recorded\n")


def test_a_machine_without_namespaces_names_the_reason() -> None:
    isolation = isolation_or_skip("no-namespaces")
    assert run_options._no_files_reason(isolation).startswith("programs can read the files but create none (namespaces: ")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "{folder}/entry: not a file; --files takes a folder that contains files only"),
        (b"\xff", "{folder}/entry: not UTF-8 at byte 0"),
        (bytes(2**22 + 1), "{folder}/entry: cannot be read: over 4 MiB"),
    ],
)
def test_folders_that_are_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    if content is None:
        (tmp_path / "entry").mkdir()
    else:
        (tmp_path / "entry").write_bytes(content)
    with pytest.raises(ConfigError) as raised:
        options_of("--files", str(tmp_path))
    assert str(raised.value) == message.format(folder=tmp_path)
    (tmp_path / "f").mkdir()
    os.symlink("/etc/passwd", tmp_path / "f" / "link")
    with pytest.raises(ConfigError, match="f/link: cannot be read: a link that leads out of the folder$"):
        options_of("--files", str(tmp_path / "f"))
    with pytest.raises(ConfigError, match="^nosuchfolder: cannot be read: No such file or directory$"):
        options_of("--files", "nosuchfolder")
