"""Print one row of a corpus: its program, outcome, cost, and a view of its trace.

ROW is the index of a row in its split, counted from 0, or PROGRAM_ID#INPUT_INDEX.

    statecode show corpus/ 0
    statecode show corpus/ 17 --split test --view code
    statecode show embedded 0 --view compact
    statecode show corpus/ 17 --json > trace.json
    statecode show corpus/ "two_sum/hash_map#2"

The view compact contains the source, then short lines for the events:

    2  total = 0        line 2 of the source; one space per level of indentation
    <3 4                a line of stdin
    7 values=[3, 4]     line 7 runs and sets values
    8 >1 n=4            line 8 calls the function at line 1; >* starts a
                        generator, >> resumes one, >[ starts a comprehension
    ->8                 returns 8; =>8 yields 8
    !ValueError: no     an exception; ^ is a frame that it ends
    |8                  printed text; :8 without the end of its line
    ok                  the status of the run

docs/views.md contains all of its symbols.
"""

from __future__ import annotations

import argparse
import sys

from statecode.cli.corpora import CORPUS_HELP, corpus_folder
from statecode.cli.formatting import Terminal, format_bytes, format_outcome
from statecode.corpus.lookup import FoundRow, find_row
from statecode.corpus.splits import SPLITS
from statecode.records import Trace
from statecode.terminal import print_line, write_output
from statecode.views import VIEWS, check_view
from statecode.views.text_lines import text_of


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode show`."""
    parser.add_argument("corpus", metavar="DIR", help=CORPUS_HELP)
    parser.add_argument("row", metavar="ROW", help="an index from 0, or PROGRAM_ID#INPUT_INDEX")
    parser.add_argument(
        "--split", help=f"split of the row: {', '.join(SPLITS)} (default: train for an index, all for an id)"
    )
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--view", default="snoop", help=f"the view to print: {', '.join(VIEWS)} (default: %(default)s)")
    output.add_argument("--json", action="store_true",
                        help="print only the trace, as JSON, for Trace.from_json and other tools")


def run(args: argparse.Namespace) -> int:
    """Find the row and print it; return the exit code 0."""
    view = check_view(args.view)
    found = find_row(corpus_folder(args.corpus), args.row, args.split)
    if args.json:
        write_output(found.trace.to_json() + "\n")
        return 0
    text = text_of(found.trace, view)
    if sys.stdout.isatty():
        _print_rich(found, view, text)
    else:
        for name, value in row_facts(found).items():
            print_line(f"{name:9} {value}")
        write_output("\n" + (text if text.endswith("\n") else text + "\n"))
    return 0


def row_facts(found: FoundRow) -> dict[str, str]:
    """Return the facts that are printed above the view: texts by name, such as `outcome`. Unknown facts are omitted."""
    trace, last = found.trace, found.entry.last
    origin = ", ".join(filter(None, (trace.origin, trace.license, trace.url)))
    verdict = ", ".join(
        f"{name} {value}" for name, value in (("label", trace.label), ("verdict", trace.verdict)) if value is not None
    )
    lines = {
        "row": f"{found.split} {found.number}: {trace.program_id}#{trace.input_index} (problem {trace.problem_id})",
        "origin": origin,
        "metadata": _shortened(trace.metadata or "", 400),
        "verdict": verdict,
        "outcome": format_outcome(found.trace, _shortened),
        "events": f"{len(trace.events):,}{_determinism(trace)}",
        "stdin": _shortened(trace.stdin),
        "stdout": _shortened(trace.stdout),
        "stderr": _shortened(trace.stderr),
        "files": _shortened(trace.files or ""),
        "cost": f"{last.wall_s:.3f} s, CPU {last.cpu_s:.3f} s, {format_bytes(last.max_rss_bytes)}",
        "engine": f"{trace.engine}{_fidelity(trace)}, snoop {trace.snoop_version}, Python {trace.python}",
    }
    if found.entry.earlier:
        lines["earlier"] = ", ".join(attempt.status for attempt in found.entry.earlier)
    return {name: value for name, value in lines.items() if value}


def _determinism(trace: Trace) -> str:
    if trace.deterministic:
        return ""
    if trace.differs_at is None:
        return "; threads interleaved, order may vary"
    where = f"from event {trace.differs_at:,} on" if trace.differs_at < len(trace.events) else "after its events"
    return f"; with another hash seed the run differed {where}"


def _fidelity(trace: Trace) -> str:
    if trace.fidelity == "snoop":
        return ""
    return f" (fidelity {trace.fidelity}, {trace.repr_limit:,} characters per value)"


def _shortened(text: str, limit: int = 80) -> str:
    written = repr(text)[1:-1]
    return written if len(written) <= limit else f"{written[:limit]}… ({len(text):,} characters)"


def _print_rich(found: FoundRow, view: str, text: str) -> None:
    from rich.table import Table

    console = Terminal()
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold")
    table.add_column()
    for name, value in row_facts(found).items():
        table.add_row(name, value)
    console.print(table)
    console.rule(view)
    write_output(text)
