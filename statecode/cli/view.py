"""Write a page that steps through one program: a single HTML file that needs a browser and nothing else.

FILE is a program, which is run; DIR ROW is a row of a corpus, as `statecode show` takes it.

    statecode view prog.py                             writes prog.html
    statecode view prog.py --stdin input.txt --out /tmp/run.html --open
    statecode view corpus/ 17 --split test
    statecode view embedded "two_sum/hash_map#2" --out run.html
"""

from __future__ import annotations

import argparse
import re
import webbrowser
from pathlib import Path

from statecode.cli import run_options
from statecode.cli.corpora import HELP, corpus_folder
from statecode.cli.formatting import counted, plain_warnings, size
from statecode.corpus.lookup import find_row
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError
from statecode.records import Trace
from statecode.views.page import page


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode view`."""
    parser.add_argument("source", metavar="FILE|DIR", help=f"a program, or {HELP}")
    parser.add_argument("row", metavar="ROW", nargs="?", help="of the corpus: a number, or PROGRAM_ID#INPUT_INDEX")
    parser.add_argument("--split", help=f"of the row: one of {', '.join(SPLITS)} (default: train for a number)")
    parser.add_argument("--out", metavar="FILE.html", help="the file to write (default: the program's name, here)")
    parser.add_argument("--open", action="store_true", help="show it in the browser")
    run_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Find or make the trace and write its page."""
    trace = _trace_of(args)
    out = Path(args.out or f"{_file_name(trace)}.html")
    text = page(trace)
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"--out {out}: cannot be written: {error.strerror}") from None
    print(f"{out}: {trace.status.value}, {counted(len(trace.events), 'event')}, {size(len(text))}")
    if args.open:
        webbrowser.open(out.resolve().as_uri())
    return 0


def _trace_of(args: argparse.Namespace) -> Trace:
    if args.row is None:
        if Path(args.source).is_dir():
            raise ConfigError(f"{args.source}: a folder; say which row of the corpus: statecode view {args.source} 0")
        return run_options.run_file(args.source, args).trace
    if args.stdin is not None:
        raise ConfigError("--stdin is for a program; a row of a corpus has been run")
    with plain_warnings():
        return find_row(corpus_folder(args.source), args.row, args.split).trace


def _file_name(trace: Trace) -> str:
    """The program's id with only what every file system takes, and the input's number if it is not the first."""
    name = re.sub(r"[^\w.-]+", "_", trace.program_id).strip("._")[:80] or "trace"
    return f"{name}_{trace.input_index}" if trace.input_index else name
