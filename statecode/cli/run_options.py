"""The options of the commands that run one program from a file, and the function that runs it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from statecode import tracing
from statecode.cli import isolation_options, limit_options
from statecode.cli.formatting import one_line_warnings
from statecode.errors import ProgramError
from statecode.programs.source_text import decode_source
from statecode.records import FIDELITIES, REPR_LIMIT, Program
from statecode.tracing import engines
from statecode.tracing.sandbox.isolation import isolation_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--stdin`, `--engine`, `--fidelity`, `--repr-limit`, and the options of isolation and limits."""
    parser.add_argument(
        "--stdin", metavar="FILE", help="input of the program; - reads the stdin of this command (default: no input)"
    )
    add_engine(parser)
    isolation_options.add_arguments(parser)
    limit_options.add_arguments(parser)


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Declare `--engine`, `--fidelity` and `--repr-limit`. The defaults of `--engine` and `--repr-limit` are None."""
    known, default = ", ".join(engines.ENGINES), engines.best_available_engine()
    parser.add_argument(
        "--engine", metavar="NAME",
        help=f"the engine that records the events: {known} (default: {default} on this machine)",
    )
    parser.add_argument(
        "--fidelity", metavar="NAME", default="snoop",
        help=f"how values are recorded, {' or '.join(FIDELITIES)}: shortened as snoop shows them, or whole, with every "
        "change inside them and the attributes of objects (native engine only) (default: %(default)s)",
    )
    parser.add_argument(
        "--repr-limit", type=int, metavar="N",
        help=f"maximum characters per value with --fidelity full (default: {REPR_LIMIT:,})",
    )


def run_file(path: str, args: argparse.Namespace) -> tracing.TracedRun:
    """Run the program in a file with the options of `add_arguments`, and return the result.

    Raises:
        ProgramError: the file of the program or of its stdin cannot be read.
    """
    name = Path(path).stem
    program = Program(
        program_id=name, problem_id=name, code=decode_source(_read(path)), inputs=(_read_stdin(args.stdin),)
    )
    isolation = isolation_for(
        trust_programs=args.trust_programs, allow_packages=isolation_options.packages_from(args)
    )
    with one_line_warnings():
        engine = args.engine or engines.default_engine()
    fidelity = {"fidelity": args.fidelity, "repr_limit": args.repr_limit}
    with tracing.SandboxRunner(engine, limit_options.limits_from(args), isolation, **fidelity) as runner:
        return runner.run(program)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None


def _read_stdin(path: str | None) -> str:
    if path is None:
        return ""
    data = sys.stdin.buffer.read() if path == "-" else _read(path)
    return data.decode("utf-8", "surrogateescape")
