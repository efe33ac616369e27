"""The options that choose programs, shared by the commands that run many programs."""

from __future__ import annotations

import argparse
from typing import Any

from statecode.programs import OPTIONS

_HELP = {
    "calls_per_problem": ("N", "mbpp, mbppplus: use only the first N calls of each function"),
    "mbpp_path": ("PATH", "mbpp: read this local copy instead of the Hub"),
    "mbppplus_path": ("PATH", "mbppplus: read this local copy instead of the Hub"),
    "problem_by": (
        "RULE", "FOLDER: programs of one problem are those in one folder (folder), below one direct subfolder (top), "
        "or each file alone (file) (default: folder)"
    ),
    "license": ("NAME", "FOLDER: the license of all its programs"),
    **{
        name: ("NAME", f"FILE.jsonl: name of the field that holds the {name.removesuffix('_field')}")
        for name in sorted(OPTIONS["jsonl"])
    },
}
"""Option of `load_programs` → (metavar, help)."""


def add_programs(parser: argparse.ArgumentParser) -> None:
    """Declare `--programs`."""
    parser.add_argument(
        "--programs", required=True, metavar="SOURCE",
        help="source of the programs: embedded, mbpp, mbppplus, a FOLDER of .py files, a FILE.jsonl, or several of "
        "them separated by commas",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that apply to one kind of source each."""
    group = parser.add_argument_group("options of one kind of source")
    for name, (metavar, text) in _HELP.items():
        value_type = int if name == "calls_per_problem" else str
        group.add_argument(f"--{name.replace('_', '-')}", type=value_type, metavar=metavar, help=text)


def options_from(args: argparse.Namespace) -> dict[str, Any]:
    """Return the options that the user set, as keyword arguments of `load_programs`."""
    return {name: value for name in _HELP if (value := getattr(args, name)) is not None}
