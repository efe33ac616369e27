"""The options that say which programs, shared by the commands that take many."""

from __future__ import annotations

import argparse
from typing import Any

from statecode.programs import OPTIONS

_HELP = {
    "calls_per_problem": ("N", "mbpp, mbppplus: only the first N calls of each function"),
    "mbpp_path": ("PATH", "mbpp: a local copy instead of the Hub's"),
    "mbppplus_path": ("PATH", "mbppplus: a local copy instead of the Hub's"),
    "problem_by": ("HOW", "FOLDER: what makes programs one problem: folder, top or file (default: folder)"),
    "license": ("NAME", "FOLDER: the license of all its programs"),
    **{
        name: ("NAME", f"FILE.jsonl: what its rows call the {name.removesuffix('_field')}")
        for name in sorted(OPTIONS["jsonl"])
    },
}


def add_programs(parser: argparse.ArgumentParser) -> None:
    """Declare `--programs`."""
    parser.add_argument(
        "--programs", required=True, metavar="SOURCE",
        help="embedded, mbpp, mbppplus, a FOLDER of .py files, a FILE.jsonl, or several separated by commas",
    )


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options that only some kinds of source take."""
    group = parser.add_argument_group("options of single sources")
    for name, (metavar, text) in _HELP.items():
        kind = int if name == "calls_per_problem" else str
        group.add_argument(f"--{name.replace('_', '-')}", type=kind, metavar=metavar, help=text)


def given(args: argparse.Namespace) -> dict[str, Any]:
    """The options that were given, as `load_programs` takes them."""
    return {name: value for name in _HELP if (value := getattr(args, name)) is not None}
