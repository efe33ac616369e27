"""Command-line flags made from configs: each leaf field of nested frozen dataclasses becomes one flag.

A field that is made with `setting(default, help)` gives `--its-name`, its type from the annotation, its help from
here. Flags that are not given leave a preset's value alone.
"""

from __future__ import annotations

import argparse
import dataclasses
import types
import typing
from collections.abc import Iterator
from typing import Any, TypeVar

from statecode.errors import ConfigError

Config = TypeVar("Config")


def setting(default: Any, help: str) -> Any:
    """A dataclass field with a default and the text that `--help` shows for it."""
    return dataclasses.field(default=default, metadata={"help": help})


def required(help: str) -> Any:
    """A dataclass field without a default: presets must fill it."""
    return dataclasses.field(metadata={"help": help})


def leaves(cls: type) -> Iterator[tuple[dataclasses.Field[Any], Any]]:
    """Yield every field of `cls` that is no config itself, nested ones included, with its type."""
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from leaves(hints[field.name])
        else:
            yield field, hints[field.name]


def add_settings(parser: argparse.ArgumentParser, cls: type, title: str, of_preset: bool = False) -> None:
    """Add one flag per leaf of `cls`.

    A flag that is not given is None in the namespace. With `of_preset` the values that are not given come from a
    preset, see `with_arguments`; else from the fields' own defaults, see `from_arguments`.
    """
    group = parser.add_argument_group(title)
    for field, hint in leaves(cls):
        text = field.metadata.get("help", "").replace("%", "%%")
        lacks_default = field.default is dataclasses.MISSING
        if not of_preset and not lacks_default and field.default not in (None, ()):
            text += f" (default: {field.default})"
        group.add_argument("--" + field.name.replace("_", "-"), default=None, help=text,
                           required=lacks_default and not of_preset, **_parsing_of(hint))


def from_arguments(cls: type[Config], args: argparse.Namespace) -> Config:
    """Make a config of the flags that were given and the fields' defaults; for classes without nested ones.

    Raises:
        ConfigError: the values do not fit together.
    """
    values = {field.name: getattr(args, field.name) for field, _ in leaves(cls)}
    return cls(**{name: tuple(value) if isinstance(value, list) else value
                  for name, value in values.items() if value is not None})


def with_arguments(config: Config, args: argparse.Namespace) -> Config:
    """Copy `config` with every flag that was given in its place.

    Raises:
        ConfigError: the values do not fit together.
    """
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(config):  # type: ignore[arg-type]
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            changes[field.name] = with_arguments(value, args)
        elif getattr(args, field.name, None) is not None:
            changes[field.name] = getattr(args, field.name)
    return dataclasses.replace(config, **changes)  # type: ignore[type-var]


def given(cls: type, args: argparse.Namespace) -> list[str]:
    """The flags of `cls` that the user gave, as typed."""
    return ["--" + field.name.replace("_", "-") for field, _ in leaves(cls) if getattr(args, field.name) is not None]


def choose(name: str, known: typing.Mapping[str, Config], what: str) -> Config:
    """Look `name` up.

    Raises:
        ConfigError: it is unknown; the message lists the known ones.
    """
    if name not in known:
        raise ConfigError(f"unknown {what} {name!r}; known: {', '.join(known)}")
    return known[name]


def check(condition: bool, message: str) -> None:
    """Raise ConfigError(message) unless `condition` holds; for `__post_init__`."""
    if not condition:
        raise ConfigError(message)


def _parsing_of(hint: Any) -> dict[str, Any]:
    """How argparse reads a value of this type: int, float, str, bool, a Literal, or one of these or None."""
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    if typing.get_origin(hint) is typing.Literal:
        return {"choices": typing.get_args(hint)}
    if typing.get_origin(hint) is tuple:
        return {"nargs": "+", "type": typing.get_args(hint)[0], "metavar": "NAME"}
    return {"type": hint, "metavar": {int: "N", float: "X"}.get(hint, "TEXT")}
