"""Test that a source of programs that is registered from outside of the package is used like the others."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.arguments import setting
from statecode.cli import main
from statecode.errors import ConfigError, ProgramError
from statecode.programs import SOURCES, load_programs, short_name
from statecode.programs.base import BaseSource
from statecode.records import Program


@dataclass(frozen=True, slots=True, kw_only=True)
class ToyOptions:
    toy_seed: int = setting(0, "seed of the random numbers")


class ToySource(BaseSource):
    """`toy:N`: N programs that print random numbers."""

    name = "toy"
    form = "toy:N"
    Options = ToyOptions

    def load(self, spec: str, options: ToyOptions) -> Iterator[Program]:
        count = spec.partition(":")[2]
        if not count.isdecimal():
            raise ProgramError(f"{spec}: expected toy:N with the number of programs")
        numbers = random.Random(options.toy_seed)
        return (
            Program(
                program_id=f"toy/{index}", problem_id=f"toy/{index}", code=f"x = {numbers.randrange(10**6)}\nprint(x)\n"
            )
            for index in range(int(count))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TwiceOptions:
    suffix: str = setting("+", "end of the ids of the copies")


class TwiceSource(BaseSource):
    """`twice:SOURCE`: each program of another source, followed by a copy."""

    name = "twice"
    form = "twice:SOURCE"
    Options = TwiceOptions

    def reads(self, spec: str) -> tuple[str, ...]:
        return (spec.partition(":")[2],)

    def load(self, spec: str, options: TwiceOptions, programs: Iterator[Program]) -> Iterator[Program]:
        for program in programs:
            yield program
            yield Program(
                program_id=program.program_id + options.suffix, problem_id=program.problem_id, code=program.code
            )


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """Register the sources for one test."""
    SOURCES.register(ToySource())
    SOURCES.register(TwiceSource())
    yield
    SOURCES.unregister("twice")
    SOURCES.unregister("toy")


@pytest.mark.torch
def test_a_dataset_with_an_option(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")

    def codes(load: Callable[..., Any], *args: str, **options: Any) -> set[str]:
        loaded = load(*args, "code", programs="toy:3", cache_dir=str(tmp_path), **options)
        return {code for split in loaded.values() for code in split["code"]}

    expected = {seed: {program.code for program in load_programs("toy:3", toy_seed=seed)} for seed in (0, 5)}
    assert expected[0] != expected[5]
    assert codes(statecode.load_dataset) == expected[0]
    assert codes(statecode.load_dataset, toy_seed=5) == expected[5]
    assert codes(datasets.load_dataset, "statecode", toy_seed=5) == expected[5]
    with pytest.raises(ConfigError, match="^option toy_sed does not fit toy programs, which take: toy_seed$"):
        codes(statecode.load_dataset, toy_sed=5)
    with pytest.raises(ConfigError, match="^toy_seed: not an option of load_dataset; options of a source need programs="):
        statecode.load_dataset("code", toy_seed=5)


def ids(source: str, **options: object) -> list[str]:
    return [program.program_id for program in load_programs(source, **options)]


def test_the_programs_are_loaded_with_their_options() -> None:
    assert ids("toy:3") == ["toy/0", "toy/1", "toy/2"]
    codes = [[program.code for program in load_programs("toy:3", toy_seed=seed)] for seed in (1, 1, 2)]
    assert codes[0] == codes[1] != codes[2]
    with pytest.raises(ProgramError, match="^toy: expected toy:N$"):
        load_programs("toy")
    with pytest.raises(ProgramError, match="^toy:x: expected toy:N with the number of programs$"):
        load_programs("toy:x")


def test_the_source_can_be_one_of_several() -> None:
    programs = islice(load_programs("toy:2,embedded", toy_seed=1), 4)
    assert [program.origin for program in programs] == ["", "", "embedded", "embedded"]


def test_a_source_reads_another_one_and_accepts_its_options(tmp_path: Path) -> None:
    assert ids("twice:toy:2", toy_seed=1, suffix="'") == ["toy/0", "toy/0'", "toy/1", "toy/1'"]
    (tmp_path / "b.jsonl").write_text('{"solution": "2"}\n')
    assert ids(f"twice:{tmp_path}/b.jsonl,toy:1", code_field="solution") == ["b.jsonl:1", "b.jsonl:1+", "toy/0"]
    with pytest.raises(ConfigError, match="does not fit twice or toy programs, which take: suffix, toy_seed"):
        load_programs("twice:toy:2", code_field="solution")
    with pytest.raises(ProgramError, match="nosuch: no such folder or source of programs"):
        load_programs("twice:nosuch")


def test_the_name_has_precedence_over_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "toy:1").mkdir()
    (tmp_path / "toy:1" / "mine.py").write_text("1")
    assert ids("toy:1") == ["toy/0"]
    assert ids("./toy:1") == ["mine"]


def test_the_short_name_keeps_the_name_of_the_source() -> None:
    assert short_name("toy:3,twice:toy:3,twice:/a/b.jsonl,toy:") == "toy:3,twice:toy:3,twice:b.jsonl,toy:"


def test_build_accepts_the_source_and_its_option(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    common = ["build", "--split", "100,0,0", "--workers", "1", "--quiet", "--trust-programs"]
    assert main([*common, "--programs", "toy:3", "--toy-seed", "1", "--out", str(tmp_path / "corpus")]) == 0
    expected = [program.code for program in load_programs("toy:3", toy_seed=1)]
    assert [trace.code for trace in statecode.read(tmp_path / "corpus")] == expected
    assert capsys.readouterr().out.startswith(f"{tmp_path / 'corpus'}: 3 runs of 3 programs (ok 3)")


def test_the_help_lists_the_source_and_its_option(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToySource, "form", "toy:N%")
    for command in ("build", "verify-engines"):
        with pytest.raises(SystemExit):
            main([command, "--help"])
        text = " ".join(capsys.readouterr().out.split())
        assert "toy:N%, twice:SOURCE, or several of them" in text
        assert "--toy-seed N toy: seed of the random numbers (default: 0)" in text


def test_an_option_that_does_not_fit_is_refused_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["build", "--out", str(tmp_path / "out"), "--programs"]
    assert main([*common, "embedded", "--toy-seed", "1"]) == 2
    assert capsys.readouterr().err == "error: option toy_seed does not fit embedded programs, which take: no option\n"
    with pytest.raises(SystemExit) as caught:
        main([*common, "toy:1", "--toy-sed", "1"])
    assert caught.value.code == 2
    assert capsys.readouterr().err == "error: unrecognized arguments: --toy-sed 1; see --help\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClashingOptions:
    limit: int = setting(1, "maximum number of rows")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionNamedRun:
    run: str = setting("", "name of an attribute that the command sets itself")


class RunSource(ToySource):
    name = "run"
    form = "run:N"
    Options = OptionNamedRun


class ClashingSource(ToySource):
    name = "clash"
    form = "clash:N"
    Options = ClashingOptions


@pytest.mark.parametrize("command", ["build", "verify-engines"])
def test_an_option_that_the_command_has_already_is_refused_in_one_line(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    SOURCES.register(ClashingSource())
    try:
        assert main([command, "--programs", "embedded", "--out", "nosuch"]) == 2
    finally:
        SOURCES.unregister("clash")
    assert capsys.readouterr().err == "error: clash: the command has a flag --limit already; rename the option\n"


def test_an_option_can_have_the_name_of_an_attribute_of_the_parser(capsys: pytest.CaptureFixture[str]) -> None:
    SOURCES.register(RunSource())
    try:
        assert main(["build", "--programs", "toy:1", "--out", "nosuch", "--run", "x"]) == 2
    finally:
        SOURCES.unregister("run")
    assert capsys.readouterr().err == "error: option run does not fit toy programs, which take: toy_seed\n"


def test_an_unknown_source_is_refused_with_a_list_that_contains_the_source() -> None:
    with pytest.raises(ProgramError, match="Known: embedded, mbpp, .*, toy:N, twice:SOURCE"):
        load_programs("nosuch")
