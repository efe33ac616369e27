"""Run one program and print what it did, as the text of a view, or as JSON lines where the view has rows.

The program's own output stands only inside the view. The exit code is 0 also when the program failed: how it ended is
the last line on stderr.

    statecode trace prog.py                            snoop's text of a run on empty stdin
    statecode trace prog.py --view inline              or another one: `statecode views` lists them
    statecode trace prog.py --stdin input.txt --events 500
    echo "3 4" | statecode trace prog.py --stdin -
    statecode trace prog.py --fidelity full            whole values, attributes of objects
    statecode trace prog.py --allow-packages numpy     or --trust-programs, where it is your own
"""

from __future__ import annotations

import argparse
import sys

from statecode import views
from statecode.cli import run_options
from statecode.records import Trace
from statecode.views.text_lines import text_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode trace`."""
    parser.add_argument("file", metavar="FILE", help="the program")
    parser.add_argument("--view", default="snoop", help=f"the text to print: {', '.join(views.VIEWS)} (default: snoop)")
    run_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Trace the file and print the view."""
    views.check_view(args.view)
    traced = run_options.run_file(args.file, args)
    text = text_of(traced.trace, args.view)
    sys.stdout.write(text)
    if sys.stdout.isatty() and not text.endswith("\n"):
        print()  # for the eye; a file gets the very text
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
