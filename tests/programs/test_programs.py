"""Test `load_programs`: kinds of sources, options, and errors."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, make_dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from statecode.arguments import NoOptions, setting
from statecode.errors import ConfigError, ProgramError
from statecode.programs import SOURCES, load_programs, short_name
from statecode.programs.base import BaseSource, ProgramSource
from statecode.records import Program
from statecode.registry import Registry
from tests.support.paths import ROOT


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to an empty folder and return it."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_plain_name_is_the_source_and_a_path_needs_a_dot(here: Path) -> None:
    (here / "embedded").mkdir()
    (here / "embedded" / "mine.py").write_text("print(1)\n")
    assert next(load_programs("embedded")).origin == "embedded"
    assert next(load_programs("embedded")).program_id != "mine"
    assert [program.program_id for program in load_programs("./embedded")] == ["mine"]
    assert [program.program_id for program in load_programs(Path("embedded"))] == ["mine"]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("nosuch", "nosuch: no such folder or source of programs. Known: embedded, mbpp, mbppplus, generated:N, mutated:SOURCE, a FOLDER"),
        ("nosuch/", "nosuch: no such folder"),
        ("nosuch.jsonl", "nosuch.jsonl: no such file"),
        ("", "no source of programs given. Known: embedded"),
        (" , ", "no source of programs given. Known: embedded"),
        ("text.txt", "text.txt: neither a folder nor a .jsonl"),
        ("empty", "empty: no .py file in this folder or below it"),
        ("empty.jsonl", "empty.jsonl: no program in this file"),
        ("embedded,nosuch", "nosuch: no such folder or source"),
    ],
)
def test_an_unknown_source_is_refused_at_once_in_one_line(here: Path, source: str, message: str) -> None:
    (here / "text.txt").write_text("")
    (here / "empty").mkdir()
    (here / "empty.jsonl").write_text("\n")
    with pytest.raises(ProgramError) as caught:
        load_programs(source)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_an_option_of_another_source_is_refused_and_the_valid_ones_are_listed() -> None:
    with pytest.raises(ConfigError, match="option code_field does not fit embedded programs, which take: no option"):
        load_programs("embedded", code_field="solution")
    with pytest.raises(ConfigError, match="does not fit mbpp programs, which take: calls_per_problem, mbpp_path"):
        load_programs("mbpp", problem_by="file")


def test_an_option_that_is_none_has_no_effect() -> None:
    assert next(load_programs("embedded", code_field=None, mbpp_path=None))


def test_several_sources_are_read_in_order_and_each_uses_its_options(here: Path) -> None:
    (here / "a.py").write_text("1")
    (here / "b.jsonl").write_text('{"solution": "2"}\n')
    codes = [program.code for program in load_programs("./,b.jsonl", code_field="solution", problem_by="file")]
    assert codes == ["1", "2"]


def test_the_same_program_id_from_two_sources_is_refused(here: Path) -> None:
    (here / "a.py").write_text("1")
    (here / "b.jsonl").write_text('{"code": "2", "id": "a"}\n')
    with pytest.raises(ProgramError, match=r"program_id 'a' is in \./ and in b.jsonl"):
        list(load_programs("./,b.jsonl"))
    with pytest.raises(ProgramError, match=r"program_id 'a' is in \./ and in \./"):
        list(load_programs("./,./"))


def test_a_path_with_a_comma_is_one_path(here: Path) -> None:
    (here / "a,b").mkdir()
    (here / "a,b" / "c.py").write_text("1")
    assert [program.program_id for program in load_programs("a,b")] == ["c"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("embedded", "embedded"),
        (Path("/a/b/"), "b"),
        ("/a/b/,c/d.jsonl,mbpp", "b,d.jsonl,mbpp"),
        ("mbpp:/a/b", "b"),  # a path, because mbpp has no argument
    ],
)
def test_the_short_name_contains_no_folder(source: str | Path, expected: str) -> None:
    assert short_name(source) == expected


def test_every_source_is_in_the_docstring() -> None:
    import statecode.programs

    assert all(f"    {source.label}" in (statecode.programs.__doc__ or "") for source in SOURCES.values())


def test_every_source_is_in_the_documents() -> None:
    table = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8").partition("| source | programs |")[2]
    first_cells = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines()[2:]]
    assert [name for name in SOURCES if not any(name in cell for cell in first_cells)] == []


def test_loading_imports_nothing_heavy() -> None:
    script = (
        "import sys; from statecode.programs import load_programs, folder, jsonl, mbpp, urls;"
        "list(load_programs('embedded'));"
        "print([name for name in ('requests', 'pyarrow', 'huggingface_hub', 'datasets', 'torch', 'numpy')"
        " if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


class Named(BaseSource):
    """A source without programs."""

    def __init__(self, name: str, options: type[Any] = NoOptions, form: str | None = None) -> None:
        self.name = name
        self.Options = options
        self._form = name if form is None else form

    @property
    def form(self) -> str:
        return self._form

    def load(self, spec: str, options: Any) -> Iterator[Program]:
        return iter(())


@pytest.fixture
def registry() -> Iterator[Registry[ProgramSource]]:
    """Return the registry of sources, and remove from it what the test registers."""
    known = set(SOURCES)
    yield SOURCES
    for name in set(SOURCES) - known:
        SOURCES.unregister(name)


def test_a_name_is_registered_once(registry: Registry[ProgramSource]) -> None:
    registry.register(Named("other"))
    for name in ("mbpp", "other"):
        with pytest.raises(ValueError, match=f"there is a source '{name}' already; choose another name"):
            registry.register(Named(name))


@pytest.mark.parametrize("name", ["", "a,b", "a:b", "a/b", "a b", " a", "Csv", ".", "..", "-a", "a.jsonl", "a\n", "é"])
def test_a_name_that_no_spec_can_contain_is_refused(registry: Registry[ProgramSource], name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a source: use lower-case letters, digits, - and _"):
        registry.register(Named(name))


@dataclass(frozen=True)
class PlainField:
    column: str = "code"


class WithoutLoad(BaseSource):
    name = "csv"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (WithoutLoad(), "the source csv lacks load"),
        (SimpleNamespace(name="csv", form="csv"), "the source csv lacks label, Options, matches, reads, load"),
        (Named("csv", PlainField), "the option column of the source csv must be made with statecode.arguments.setting"),
        (Named("csv", dict), "the options of the source csv must be a dataclass"),
    ],
)
def test_a_source_with_a_mistake_is_refused(registry: Registry[ProgramSource], source: Any, message: str) -> None:
    with pytest.raises(ValueError) as caught:
        registry.register(source)
    assert str(caught.value) == message
    assert "csv" not in registry


def test_a_class_is_no_source(registry: Registry[ProgramSource]) -> None:
    class Csv(WithoutLoad):
        def load(self, spec: str, options: Any) -> Iterator[Program]:
            return iter(())

    with pytest.raises(ValueError, match="the source csv is a class; register an object of it"):
        registry.register(Csv)  # type: ignore[arg-type]


def test_a_missing_argument_is_refused_with_the_form(here: Path, registry: Registry[ProgramSource]) -> None:
    registry.register(Named("csv", form="csv:FILE"))
    registry.register(Named("tsv", form="tsv[:FILE]"))
    (here / "csv").mkdir()
    for spec in ("csv", "csv:", "embedded,csv"):
        with pytest.raises(ProgramError, match="^csv: expected csv:FILE$"):
            load_programs(spec)
    assert list(load_programs("csv:a.csv,tsv,tsv:a.tsv")) == []


@pytest.mark.parametrize(
    ("kind", "limit"),
    [(int, setting(1, "first N")), (int, setting(None, "other")), (int, setting(None, "first N", "K")),
     (float, setting(None, "first N"))],
)
def test_an_option_of_two_sources_is_equal_in_both(
    registry: Registry[ProgramSource], kind: type, limit: Any
) -> None:
    shared = make_dataclass("Shared", [("limit", int, setting(None, "first N"))], frozen=True)
    registry.register(Named("a", shared))
    with pytest.raises(ValueError, match="the sources a and b have different options limit"):
        registry.register(Named("b", make_dataclass("Other", [("limit", kind, limit)], frozen=True)))
    registry.register(Named("b", make_dataclass("Same", [], bases=(shared,), frozen=True)))
