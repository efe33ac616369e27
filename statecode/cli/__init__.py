"""The `statecode` command: one module here per subcommand, imported only when it is asked for.

Each module has a docstring (its --help), `add_arguments(parser)` and `run(args) -> int`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from statecode._version import __version__
from statecode.entry import ArgumentParser, exit_code_of

DESCRIPTION = "Run programs, record what every line did to their state, and train language models on it."

COMMANDS = {
    "fetch": "download programs from links, politely and resumably",
    "trace": "run one program and print what it did",
    "view": "write a page that steps through one program in a browser",
    "build": "trace many programs into a corpus folder, resumably",
    "stats": "tables and plots of a corpus",
    "show": "print one row of a corpus",
    "views": "list the views of a run, or compare them over a corpus",
    "verify-engines": "compare what two engines record, program by program",
    "doctor": "say what keeps programs from this machine, and if it holds",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `statecode` command; returns the exit code: 0 done, 2 bad input, 1 our own failure, 130 Ctrl-C."""
    return exit_code_of(lambda: _dispatch(sys.argv[1:] if argv is None else list(argv)))


def _dispatch(argv: list[str]) -> int:
    parser = ArgumentParser(prog="statecode", description=DESCRIPTION)
    parser.add_argument("--version", action="version", version=f"statecode {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    chosen = argv[0] if argv and argv[0] in COMMANDS else None
    for name, summary in COMMANDS.items():
        if name != chosen:
            commands.add_parser(name, help=summary, add_help=False)
            continue
        module = importlib.import_module(f"statecode.cli.{name.replace('-', '_')}")
        subparser = commands.add_parser(
            name, help=summary, description=module.__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
        module.add_arguments(subparser)
        subparser.set_defaults(run=module.run)
    args = parser.parse_args(argv)
    return args.run(args)
