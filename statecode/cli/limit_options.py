"""The options of `Limits`, shared by the commands that run programs."""

from __future__ import annotations

import argparse
import dataclasses

from statecode.errors import ConfigError
from statecode.records import Limits

_HELP = {
    "wall_s": "elapsed time in seconds",
    "cpu_s": "CPU time in seconds",
    "memory_bytes": "bytes of memory that the program can allocate",
    "output_bytes": "bytes of stdout, of stderr, and of each file that the program writes",
    "events": "number of recorded events",
    "trace_bytes": "bytes of the recorded events",
}


def add_arguments(parser: argparse.ArgumentParser, defaults: Limits = Limits()) -> None:
    """Declare one option per field of `Limits`; the value of the field in `defaults` is its default."""
    group = parser.add_argument_group("limits of one run; events and output up to the limit are kept")
    for field in dataclasses.fields(Limits):
        number = float if isinstance(field.default, float) else int
        default = getattr(defaults, field.name)
        group.add_argument(
            f"--{field.name.replace('_', '-')}", type=number, default=default, metavar="N",
            help=f"{_HELP[field.name]} (default: {default:{'g' if number is float else ','}})",
        )


def limits_from(args: argparse.Namespace) -> Limits:
    """Return the limits that the options set.

    Raises:
        ConfigError: a limit is not positive.
    """
    try:
        return Limits(**{field.name: getattr(args, field.name) for field in dataclasses.fields(Limits)})
    except ValueError as error:
        raise ConfigError(str(error)) from None
