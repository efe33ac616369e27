"""Test the flags that are generated from the fields of dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import pytest

from statecode.arguments import (
    add_flag,
    add_settings,
    check_options,
    from_arguments,
    passed_flags,
    passed_values,
    required,
    setting,
    setting_fields,
    with_arguments,
)
from statecode.entry import ArgumentParser
from statecode.errors import ConfigError


@dataclass(frozen=True)
class Inner:
    rate: float = setting(0.5, "share of all rows, in %")


@dataclass(frozen=True)
class Outer:
    inner: Inner = field(default_factory=Inner)
    kind: Literal["a", "b"] = setting("a", "kind of row")
    names: tuple[str, ...] = setting((), "names of rows")
    place: str | Path | None = setting(None, "where the rows are", metavar="PLACE")
    fast: bool = setting(False, "skip checks")


@dataclass(frozen=True)
class Flat:
    count: int = required("number of rows")
    names: tuple[str, ...] = setting(("x",), "names of rows")


def parser_for(cls: type, from_preset: bool = False) -> ArgumentParser:
    parser = ArgumentParser(prog="test")
    add_settings(parser, cls, "settings", from_preset)
    return parser


def test_the_help_text_shows_type_placeholder_default_and_percent_sign() -> None:
    text = parser_for(Outer).format_help()
    for line in (
        "--rate X              share of all rows, in % (default: 0.5)",
        "--kind {a,b}          kind of row (default: a)",
        "--names NAME [NAME ...]",
        "--place PLACE         where the rows are\n",
        "--fast, --no-fast     skip checks",
    ):
        assert line in text
    assert "(default" not in parser_for(Outer, from_preset=True).format_help()


def test_a_flag_replaces_the_value_of_a_config_in_nested_configs_too() -> None:
    args = parser_for(Outer, from_preset=True).parse_args(["--rate", "2", "--place", "here", "--no-fast"])
    assert with_arguments(Outer(kind="b", fast=True), args) == Outer(inner=Inner(2.0), kind="b", place="here")
    assert passed_flags(Outer, args) == ["--rate", "--place", "--fast"]


def test_a_config_is_created_from_flags_and_defaults() -> None:
    assert from_arguments(Flat, parser_for(Flat).parse_args(["--count", "3"])) == Flat(count=3)
    args = parser_for(Flat).parse_args(["--count", "3", "--names", "a", "b"])
    assert from_arguments(Flat, args) == Flat(count=3, names=("a", "b"))
    assert passed_values(["names"], args) == {"names": ("a", "b")}


def test_a_field_without_default_is_a_required_flag(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser_for(Flat).parse_args([])
    assert capsys.readouterr().err == "error: the following arguments are required: --count; see --help\n"


def test_one_flag_can_be_added_with_a_prefix() -> None:
    parser = ArgumentParser(prog="test")
    for one, hint in setting_fields(Inner):
        add_flag(parser.add_argument_group("settings"), one, hint, prefix="rows, 100%: ")
    assert "rows, 100%: share of all rows, in % (default: 0.5)" in parser.format_help()


def test_a_flag_that_the_command_has_already_is_refused() -> None:
    parser = parser_for(Inner)
    with pytest.raises(ConfigError, match="^more: the command has a flag --rate already; rename the option$"):
        add_settings(parser, Inner, "more")
    one, hint = next(setting_fields(Inner))
    with pytest.raises(ConfigError, match="^rows: the command has a flag --rate already"):
        add_flag(parser.add_argument_group("settings"), one, hint, prefix="rows: ")


@dataclass(frozen=True)
class PlainField:
    size: int = setting(1, "size of a row")
    rate: float = 0.5


@dataclass
class Mutable:
    rate: float = setting(0.5, "share of all rows")


class NoDataclass:
    rate = 0.5


@pytest.mark.parametrize("options, message", [
    (PlainField, "the option rate of the toy x must be made with statecode.arguments.setting"),
    (Flat, "the option count of the toy x must be made with statecode.arguments.setting"),
    (Mutable, "the options of the toy x must be a frozen dataclass"),
    (NoDataclass, "the options of the toy x must be a dataclass"),
    (Inner(), "the options of the toy x must be a dataclass"),
])
def test_options_that_flags_cannot_set_are_refused(options: type, message: str) -> None:
    check_options(Inner, "the toy x")
    with pytest.raises(ValueError, match=f"^{message}"):
        check_options(options, "the toy x")
