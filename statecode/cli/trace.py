"""Run one program and print a view of its trace.

The command prints the text of the view, or one JSON object per line if the view
has rows. It prints the program's own output only as part of the view. The exit
code is 0 even if the program fails; the last line on stderr has the outcome.

    statecode trace prog.py                         snoop's text, empty input
    statecode trace prog.py --view inline           see `statecode views`
    statecode trace prog.py --stdin input.txt --events 500
    echo "3 4" | statecode trace prog.py --stdin -
    statecode trace prog.py --json > trace.json     the trace as one line of JSON
    statecode trace prog.py --fidelity full         whole values and attributes
    statecode trace prog.py --allow-packages numpy
    statecode trace prog.py --files inputs/         with a copy of these files
"""

from __future__ import annotations

import argparse
import json
import sys

from statecode import views
from statecode.cli import program_file
from statecode.cli.formatting import format_outcome
from statecode.terminal import print_line, write_output
from statecode.views.text_lines import text_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode trace`."""
    parser.add_argument("file", metavar="FILE", help="the program, a Python file")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--view", default="snoop", help=f"the view to print: {', '.join(views.VIEWS)} (default: snoop)")
    output.add_argument("--json", action="store_true",
                        help="print the trace as JSON, for Trace.from_json and other tools")
    program_file.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Trace the file and print the view; return the exit code 0."""
    views.check_view(args.view)
    traced = program_file.run_file(args.file, args)
    text = traced.trace.to_json() + "\n" if args.json else text_of(traced.trace, args.view)
    write_output(text if text.endswith("\n") else text + "\n")
    count = len(traced.trace.events)
    left = f"; files: {', '.join(map(repr, json.loads(traced.trace.files)))}" if traced.trace.files else ""
    print_line(f"{format_outcome(traced.trace)}; {count} events in {traced.wall_s:.3f} s{left}", sys.stderr)
    return 0
