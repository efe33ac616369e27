"""The options that choose programs, shared by the commands that run many programs."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

from statecode.arguments import add_flag, passed_values, setting_fields
from statecode.programs import SOURCES


def add_programs(parser: argparse.ArgumentParser) -> None:
    """Declare `--programs`."""
    forms = ", ".join(source.form for source in SOURCES.values()).replace("%", "%%")
    parser.add_argument(
        "--programs", required=True, metavar="SOURCE",
        help=f"source of the programs: {forms}, or several of them separated by commas",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of all sources. The help of an option begins with the sources that accept it.

    Raises:
        ConfigError: the command has one of these flags already.
    """
    group = parser.add_argument_group("options of one kind of source")
    for field, hint, labels in _settings().values():
        add_flag(group, field, hint, prefix=f"{', '.join(labels)}: ")


def options_from(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options that the user set, as keyword arguments of `load_programs`."""
    return passed_values(_settings(), args)


def _settings() -> dict[str, tuple[dataclasses.Field[Any], Any, list[str]]]:
    """Return name of an option → (field, type, labels of the sources that accept it)."""
    found: dict[str, tuple[dataclasses.Field[Any], Any, list[str]]] = {}
    for source in SOURCES.values():
        for field, hint in setting_fields(source.Options):
            found.setdefault(field.name, (field, hint, []))[2].append(source.label)
    return found
