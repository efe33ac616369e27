"""The options of the commands that run one program, and the run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from statecode import tracing
from statecode.cli import isolation_options, limit_options
from statecode.cli.formatting import plain_warnings
from statecode.errors import ProgramError
from statecode.programs.source_text import decode_source
from statecode.records import FIDELITIES, REPR_LIMIT, Program
from statecode.tracing import engines
from statecode.tracing.sandbox.isolation import isolation_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--stdin`, `--engine`, `--fidelity`, `--repr-limit`, and the options of isolation and limits."""
    parser.add_argument("--stdin", metavar="FILE", help="what the program reads; - takes our stdin (default: empty)")
    add_engine(parser)
    isolation_options.add_arguments(parser)
    limit_options.add_arguments(parser)


def add_engine(parser: argparse.ArgumentParser) -> None:
    """Declare `--engine`, `--fidelity` and `--repr-limit`; None where it is not given, but for the fidelity."""
    known, usual = ", ".join(engines.ENGINES), engines.preferred_engine()
    parser.add_argument("--engine", metavar="NAME", help=f"what records: {known} (default: {usual} on this machine)")
    parser.add_argument(
        "--fidelity", metavar="NAME", default="snoop",
        help=f"how values are read, {' or '.join(FIDELITIES)}: as snoop reads them, or whole, with all changes in them "
        "and with objects' attributes, which the native engine alone can (default: %(default)s)",
    )
    parser.add_argument(
        "--repr-limit", type=int, metavar="N",
        help=f"characters of a value that are kept with --fidelity full (default: {REPR_LIMIT:,})",
    )


def run_file(path: str, args: argparse.Namespace) -> tracing.TracedRun:
    """Run the program in a file as the options say.

    Raises:
        ProgramError: the file, or that of its stdin, cannot be read.
    """
    name = Path(path).stem
    program = Program(
        program_id=name, problem_id=name, code=decode_source(_read(path)), inputs=(_read_stdin(args.stdin),)
    )
    isolation = isolation_for(
        trust_programs=args.trust_programs, allow_packages=isolation_options.packages_from(args)
    )
    with plain_warnings():
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
