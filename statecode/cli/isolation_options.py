"""The isolation options, shared by the commands that run programs."""

from __future__ import annotations

import argparse

_HELP = """\
By default programs can use the standard library, but no other file, no network
and no other process. `statecode doctor` checks this machine."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--trust-programs` and `--allow-packages`."""
    group = parser.add_argument_group("isolation", _HELP)
    group.add_argument(
        "--trust-programs", action="store_true",
        help="trust the programs: isolate them by the limits alone, so that they can use files, network and processes",
    )
    group.add_argument(
        "--allow-packages", default="", metavar="NAME,...",
        help="import names of packages that programs may use besides the standard library, for example numpy,pandas",
    )


def packages_from(args: argparse.Namespace) -> tuple[str, ...]:
    """Return the import names in `--allow-packages`."""
    return tuple(filter(None, (name.strip() for name in args.allow_packages.split(","))))
