"""Run one program and print what it did, as the text of a view.

The program's own output stands only inside the view. The exit code is 0 also when the program failed: how it ended is
the last line on stderr.

    statecode trace prog.py                            snoop's text of a run on empty stdin
    statecode trace prog.py --stdin input.txt --events 500
    echo "3 4" | statecode trace prog.py --stdin -
    statecode trace prog.py --allow-packages numpy     or --trust-programs, where it is your own
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from statecode import tracing, views
from statecode.cli import isolation_options, limit_options
from statecode.errors import ProgramError
from statecode.programs.source_text import decode_source
from statecode.records import Program, Trace
from statecode.tracing.isolation import isolation_for


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode trace`."""
    parser.add_argument("file", metavar="FILE", help="the program")
    parser.add_argument("--stdin", metavar="FILE", help="what the program reads; - takes our stdin (default: empty)")
    parser.add_argument("--view", default="snoop", help=f"the text to print: {', '.join(views.VIEWS)} (default: snoop)")
    parser.add_argument("--engine", help=f"which tracer records: {', '.join(tracing.ENGINES)} (default: the first)")
    isolation_options.add_arguments(parser)
    limit_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Trace the file and print the view."""
    views.check_view(args.view)
    program = Program(
        program_id=Path(args.file).stem, problem_id=Path(args.file).stem,
        code=decode_source(_read(args.file)), inputs=(_read_stdin(args.stdin),),
    )
    isolation = isolation_for(
        trust_programs=args.trust_programs, allow_packages=isolation_options.packages_from(args)
    )
    with tracing.Slot(args.engine, limit_options.limits_from(args), isolation) as slot:
        traced = slot.run(program)
    sys.stdout.write(views.render(traced.trace, args.view))
    sys.stdout.flush()
    print(f"{_ending(traced.trace)}; {len(traced.trace.events)} events in {traced.wall_s:.3f} s", file=sys.stderr)
    return 0


def _ending(trace: Trace) -> str:
    parts = [trace.status.value]
    if trace.exception is not None:
        where = "" if trace.exception.line is None else f" at line {trace.exception.line}"
        parts.append(f"{trace.exception.type}: {trace.exception.message}{where}")
    if trace.truncation is not None:
        parts.append(f"stopped by {trace.truncation}")
    return ", ".join(parts)


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
