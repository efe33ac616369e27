"""The options that say how far programs are trusted, shared by the commands that run programs."""

from __future__ import annotations

import argparse

_HELP = """\
Programs may use the standard library and nothing else of this machine: no file,
no network, no process. `statecode doctor` says whether that holds here."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--trust-programs` and `--allow-packages`."""
    group = parser.add_argument_group("isolation", _HELP)
    group.add_argument(
        "--trust-programs", action="store_true",
        help="you vouch for the programs: put nothing but the limits around them, so that files and processes work",
    )
    group.add_argument(
        "--allow-packages", default="", metavar="NAME,...",
        help="import names that programs may use beside the standard library, as numpy,pandas",
    )


def packages_from(args: argparse.Namespace) -> tuple[str, ...]:
    """The import names that the option gives."""
    return tuple(filter(None, (name.strip() for name in args.allow_packages.split(","))))
