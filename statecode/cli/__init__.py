"""The `statecode` command, with one module per subcommand.

The module of a subcommand is imported only when that subcommand runs. Each module has a docstring, which `--help`
prints, a function `add_arguments(parser)`, and a function `run(args)` that returns the exit code.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence

from statecode._version import __version__
from statecode.entry import ArgumentParser, exit_code_of

DESCRIPTION = "Run programs, record how every line changes their state, and train language models on the traces."

COMMANDS = {
    "fetch": "download programs from links; can be resumed",
    "trace": "run one program and print its trace",
    "predict": "let a model run one program, beside the real run",
    "view": "write an HTML page that steps through one run",
    "build": "trace many programs into a corpus; can be resumed",
    "stats": "print tables and draw plots of a corpus",
    "show": "print one row of a corpus",
    "views": "list the views, or compare their sizes over a corpus",
    "experiment": "run the arms of an experiment; can be resumed",
    "findings": "make the page with the results of all experiments",
    "verify-engines": "compare the events of two engines, run by run",
    "doctor": "check the isolation of this machine and how to improve it",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the `statecode` command with `argv`, by default the arguments of this process.

    Returns:
        The exit code: 0 for success, 2 for bad input, 1 for another failure of statecode, 130 for Ctrl-C.
    """
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
        subparser.set_defaults(_run=module.run)  # not run: an option of a source can have that name
    args = parser.parse_args(argv)
    return args._run(args)
