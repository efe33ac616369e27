"""Generate command-line flags from configs, which are frozen dataclasses and can be nested.

Each field becomes one flag. A field that is defined with `setting(default, help)` becomes the flag `--its-name`, with
the type of its annotation and the help text `help`. A flag that is not passed leaves the value of the preset unchanged.
"""

from __future__ import annotations

import argparse
import dataclasses
import types
import typing
from collections.abc import Iterable, Iterator
from typing import Any, TypeVar

from statecode.errors import ConfigError

Config = TypeVar("Config")


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class NoOptions:
    """The options of a source or a task that has none."""


def setting(default: Any, help: str, metavar: str | None = None, **before: Any) -> Any:
    """Return a dataclass field with a default value and the text that `--help` shows for it.

    Args:
        metavar: placeholder of the value in `--help`; by default it depends on the type of the field.
        before: `before=VALUE` for a field that was added later: the behaviour of the versions without the field, if it
            is not the default. See `modeling.configs.default_settings`.
    """
    return dataclasses.field(default=default, metadata={"help": help, "metavar": metavar, **before})


def required(help: str) -> Any:
    """Return a dataclass field without a default value, which a preset or a flag must set.

    Args:
        help: the text that `--help` shows for the flag.
    """
    return dataclasses.field(metadata={"help": help})


def setting_fields(cls: type) -> Iterator[tuple[dataclasses.Field[Any], Any]]:
    """Yield each field of `cls` that has a help text, with its type.

    The fields of a nested config replace the field that holds it.
    """
    hints = typing.get_type_hints(cls)
    for field in dataclasses.fields(cls):
        if dataclasses.is_dataclass(hints[field.name]):
            yield from setting_fields(hints[field.name])
        elif "help" in field.metadata:
            yield field, hints[field.name]


def add_settings(
    parser: argparse.ArgumentParser, cls: type, title: str, from_preset: bool = False
) -> argparse._ArgumentGroup:
    """Add one flag per setting of `cls` to an argument group, and return the group.

    The value of a flag that is not passed is None in the namespace.

    Args:
        title: title of the argument group in `--help`.
        from_preset: True: a preset supplies the values that are not passed (see `with_arguments`). False: the defaults
            of the fields apply (see `from_arguments`), and a field without a default becomes a required flag.
    """
    group = parser.add_argument_group(title)
    for field, hint in setting_fields(cls):
        add_flag(group, field, hint, from_preset=from_preset)
    return group


def add_flag(
    group: argparse._ArgumentGroup, field: dataclasses.Field[Any], hint: Any, *, prefix: str = "",
    from_preset: bool = False
) -> None:
    """Add the flag of one setting, a field with its type from `setting_fields`, to an argument group.

    Args:
        prefix: text before the help text of the field.
        from_preset: see `add_settings`.

    Raises:
        ConfigError: the parser has this flag already.
    """
    text = (prefix + field.metadata.get("help", "")).replace("%", "%%")
    lacks_default = field.default is dataclasses.MISSING
    if not from_preset and not lacks_default and field.default not in (None, ()):
        text += f" (default: {field.default})"
    options = _argparse_options(hint)
    if field.metadata.get("metavar"):
        options["metavar"] = field.metadata["metavar"]
    try:
        group.add_argument(_flag(field), default=None, help=text, required=lacks_default and not from_preset, **options)
    except argparse.ArgumentError as error:
        raise ConfigError(f"{prefix or f'{group.title}: '}the command has a flag {_flag(field)} already; rename the"
                          " option") from error


def from_arguments(cls: type[Config], args: argparse.Namespace) -> Config:
    """Create a config from the flags that were passed and the defaults of the fields.

    `cls` must not contain nested configs.

    Raises:
        ConfigError: the values are not valid together.
    """
    return cls(**passed_values((field.name for field, _ in setting_fields(cls)), args))


def passed_values(names: Iterable[str], args: argparse.Namespace) -> dict[str, Any]:
    """Return name → value for each of the settings `names` whose flag was passed. A list of values is a tuple."""
    values = {name: getattr(args, name) for name in names}
    return {name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items() if value is not None}


def with_arguments(config: Config, args: argparse.Namespace) -> Config:
    """Return a copy of `config` in which each flag that was passed replaces its field, in nested configs too.

    Raises:
        ConfigError: the values are not valid together.
    """
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(config):  # type: ignore[arg-type]
        value = getattr(config, field.name)
        if dataclasses.is_dataclass(value):
            changes[field.name] = with_arguments(value, args)
        elif getattr(args, field.name, None) is not None:
            changes[field.name] = getattr(args, field.name)
    return dataclasses.replace(config, **changes)  # type: ignore[type-var]


def passed_flags(cls: type, args: argparse.Namespace) -> list[str]:
    """Return the flags of `cls` that the user passed, with their leading dashes."""
    return [_flag(field) for field, _ in setting_fields(cls) if getattr(args, field.name) is not None]


def look_up(name: str, known: typing.Mapping[str, Config], kind: str) -> Config:
    """Return the entry `name` of `known`.

    Args:
        kind: noun for the entries in the error message, such as "preset".

    Raises:
        ConfigError: there is no such entry; the message lists the known ones.
    """
    if name not in known:
        raise ConfigError(f"unknown {kind} {name!r}; known: {', '.join(known)}")
    return known[name]


def check(condition: bool, message: str) -> None:
    """Raise ConfigError with `message` if `condition` is false; `__post_init__` methods check their fields with it."""
    if not condition:
        raise ConfigError(message)


def check_options(options: type, owner: str) -> None:
    """Check that `options` is a frozen dataclass whose fields are made with `setting`.

    A field that is made in another way has no flag, and its value would always be the default.

    Args:
        owner: the extension that has the options, for messages, such as "the optimizer sgd".

    Raises:
        ValueError: it is not.
    """
    if not isinstance(options, type) or not dataclasses.is_dataclass(options):
        raise ValueError(f"the options of {owner} must be a dataclass")
    if not options.__dataclass_params__.frozen:  # type: ignore[attr-defined]
        raise ValueError(f"the options of {owner} must be a frozen dataclass: @dataclass(frozen=True)")
    for field in dataclasses.fields(options):
        if "help" not in field.metadata or field.default is dataclasses.MISSING:
            raise ValueError(f"the option {field.name} of {owner} must be made with statecode.arguments.setting")


def _flag(field: dataclasses.Field[Any]) -> str:
    return "--" + field.name.replace("_", "-")


def _argparse_options(hint: Any) -> dict[str, Any]:
    """Return the keyword arguments of `add_argument` for a field of the type `hint`.

    The type is int, float, str, bool, Literal or tuple, or a union of one of them with None.
    """
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        hint = next(part for part in typing.get_args(hint) if part is not type(None))
    if hint is bool:
        return {"action": argparse.BooleanOptionalAction}
    if typing.get_origin(hint) is typing.Literal:
        return {"choices": typing.get_args(hint)}
    if typing.get_origin(hint) is tuple:
        return {"nargs": "+", "type": typing.get_args(hint)[0], "metavar": "NAME"}
    return {"type": hint, "metavar": {int: "N", float: "X"}.get(hint, "TEXT")}
