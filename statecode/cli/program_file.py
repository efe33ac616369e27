"""The option and the function of the commands that run one program from a file."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from statecode import tracing
from statecode.cli import run_options
from statecode.errors import ProgramError
from statecode.input_files import read_bounded, read_named
from statecode.programs.source_text import decode_source
from statecode.records import Program, file_name_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare `--stdin` and the options of `run_options`."""
    parser.add_argument(
        "--stdin", metavar="FILE", help="input of the program; - reads the stdin of this command (default: no input)"
    )
    run_options.add_arguments(parser)


def read_program(path: str, args: argparse.Namespace) -> Program:
    """Return the program in a file with its input in `--stdin`.

    Raises:
        ProgramError: the file of the program or of its stdin cannot be read.
    """
    name = Path(path).stem
    return Program(
        program_id=name, problem_id=name, code=decode_source(_read(path)), inputs=(_read_stdin(args.stdin),)
    )


def run_file(path: str, args: argparse.Namespace) -> tracing.TracedRun:
    """Run the program in a file with the options of `add_arguments`, and return the result.

    Raises:
        ProgramError: the file of the program or of its stdin cannot be read.
    """
    return run_program(read_program(path, args), path, args)


def run_program(program: Program, path: str, args: argparse.Namespace) -> tracing.TracedRun:
    """Run a program that was read from the file `path` with the options of `add_arguments`, and return the result."""
    options = run_options.options_from(args).resolved()
    with tracing.SandboxRunner(options) as runner:
        traced = runner.run(replace(program, language=options.find_engine().language))
    head = replace(traced.run.head, file_name=file_name_of(path))
    return replace(traced, run=replace(traced.run, head=head))


def _read(path: str, fd: int | None = None) -> bytes:
    """Return the contents of a file that the user named, or of the descriptor `fd`."""
    try:
        return read_named(path) if fd is None else read_bounded(fd)
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None


def _read_stdin(path: str | None) -> str:
    if path is None:
        return ""
    data = _read("stdin", sys.stdin.fileno()) if path == "-" else _read(path)
    return data.decode("utf-8", "surrogateescape")
