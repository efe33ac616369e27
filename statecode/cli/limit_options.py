"""The options that set `Limits`, shared by the commands that run programs."""

from __future__ import annotations

import argparse
import dataclasses

from statecode.errors import ConfigError
from statecode.records import Limits

_HELP = {
    "wall_s": "seconds by the clock",
    "cpu_s": "seconds of CPU",
    "memory_bytes": "bytes of memory that the program may ask for",
    "output_bytes": "bytes of stdout, of stderr and of each file written",
    "events": "recorded events",
    "trace_bytes": "bytes of the recorded events",
}


def add_arguments(parser: argparse.ArgumentParser, usual: Limits = Limits()) -> None:
    """Declare one option for each field of `Limits`; `usual` holds where none is given."""
    group = parser.add_argument_group("limits of one run; what was recorded until then is kept")
    for field in dataclasses.fields(Limits):
        kind = float if isinstance(field.default, float) else int
        group.add_argument(
            f"--{field.name.replace('_', '-')}", type=kind, default=getattr(usual, field.name), metavar="N",
            help=f"{_HELP[field.name]} (default: {getattr(usual, field.name):{'g' if kind is float else ','}})",
        )


def limits_from(args: argparse.Namespace) -> Limits:
    """Make the limits that the options say.

    Raises:
        ConfigError: one is not positive.
    """
    try:
        return Limits(**{field.name: getattr(args, field.name) for field in dataclasses.fields(Limits)})
    except ValueError as error:
        raise ConfigError(str(error)) from None
