"""Write an HTML page that steps through one run.

The page is a single file that needs a browser and nothing else. The run is
either that of a program in FILE, which the command runs, or ROW of the corpus
in DIR, as in `statecode show`.

    statecode view prog.py                          writes prog.html
    statecode view prog.py --stdin input.txt --out /tmp/run.html --open
    statecode view corpus/ 17 --split test
    statecode view embedded "two_sum/hash_map#2" --out run.html
"""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from statecode.cli import program_file
from statecode.cli.corpora import CORPUS_HELP, corpus_folder
from statecode.cli.formatting import format_bytes, format_count
from statecode.corpus.lookup import find_row
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.records import Trace
from statecode.terminal import print_line
from statecode.views.page import open_page, write_page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode view`."""
    parser.add_argument("source", metavar="FILE|DIR", help=f"a program, or {CORPUS_HELP}")
    parser.add_argument(
        "row", metavar="ROW", nargs="?", help="row of the corpus: an index from 0, or PROGRAM_ID#INPUT_INDEX"
    )
    parser.add_argument(
        "--split", help=f"split of the row: {', '.join(SPLITS)} (default: train for an index, all for an id)"
    )
    parser.add_argument(
        "--out", metavar="FILE.html", help="file to write (default: the id of the program, in the current folder)"
    )
    parser.add_argument("--open", action="store_true", help="open the page in a browser")
    program_file.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run the program or find the row, and write the page; return the exit code 0."""
    if args.out is not None:
        check_file(Path(args.out), "--out")
    trace = _trace_of(args)
    out = Path(args.out or f"{_file_name(trace)}.html")
    with reported_write_errors(out, "--out"):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_page(trace, out)
    size = format_bytes(out.stat().st_size)
    print_line(f"{out}: {trace.status.value}, {format_count(len(trace.events), 'event')}, {size}")
    if args.open:
        open_page(out)
    return 0


def _trace_of(args: argparse.Namespace) -> Trace:
    if args.row is None:
        if Path(args.source).is_dir():
            raise ConfigError(f"{args.source}: is a folder; add a row of the corpus: statecode view {args.source} 0")
        return program_file.run_file(args.source, args).trace
    if args.stdin is not None:
        raise ConfigError("--stdin is an option for programs; a row of a corpus already has its input")
    return find_row(corpus_folder(args.source), args.row, args.split).trace


def _file_name(trace: Trace) -> str:
    """Return the default name of the page, without suffix: the program_id with unsafe characters replaced.

    The index of the input is appended unless it is 0.
    """
    name = re.sub(r"[^\w.-]+", "_", trace.program_id).strip("._")[:80] or "trace"
    return f"{name}_{trace.input_index}" if trace.input_index else name
