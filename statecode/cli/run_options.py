"""The options of the commands that run one program, and the run."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from statecode import tracing
from statecode.cli import isolation_options, limit_options
from statecode.errors import ProgramError
from statecode.programs.source_text import decode_source
from statecode.records import Program
from statecode.tracing.isolation import isolation_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--stdin`, `--engine`, and the options of isolation and limits."""
    parser.add_argument("--stdin", metavar="FILE", help="what the program reads; - takes our stdin (default: empty)")
    parser.add_argument("--engine", help=f"which tracer records: {', '.join(tracing.ENGINES)} (default: the first)")
    isolation_options.add_arguments(parser)
    limit_options.add_arguments(parser)


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
    with tracing.Slot(args.engine, limit_options.limits_from(args), isolation) as slot:
        return slot.run(program)


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
