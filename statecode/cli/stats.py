"""Print statistics of a corpus, and write them to stats.json with three plots.

The tables contain the runs, programs and problems of each split, the outcomes
of the runs, the events per trace, and the size of snoop's text of all traces,
uncompressed, zipped and as Parquet. The plots need matplotlib:
pip install "statecode[plots]".

    statecode stats corpus/
    statecode stats corpus/ --out report/
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table

from statecode.cli.formatting import Terminal, format_bytes, format_count
from statecode.cli.totals import explanation
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plots import draw
from statecode.corpus.reader import shards_to_read
from statecode.corpus.statistics import Distribution, Statistics, TextSizes, compute_statistics
from statecode.errors import CorpusError
from statecode.files import refuse_links, write_text
from statecode.source_tree import MAX_SOURCE_CHARACTERS
from statecode.terminal import print_line

ORIGINAL_ZIP_FACTOR = 10  # compression factor of the zipped snoop texts of the original project, for comparison


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode stats`."""
    parser.add_argument("corpus", metavar="DIR", help="folder of a corpus of `statecode build`")
    parser.add_argument("--out", metavar="FOLDER", help="folder for stats.json and the plots (default: DIR/stats)")


def run(args: argparse.Namespace) -> int:
    """Compute, print and write the statistics; return the exit code 0."""
    folder = CorpusFolder(args.corpus)
    shards_to_read(folder, None)  # raises if DIR is not a corpus, before a folder is created in it
    out = _make_folder(Path(args.out)) if args.out else _make_stats_folder(folder)
    statistics = compute_statistics(folder)
    console = Terminal(soft_wrap=False)
    for make_table in (_split_table, _outcome_table, _distribution_table, _size_table):
        console.print(make_table(statistics))
    console.print(_source_counts_text(statistics))
    if statistics.unparsed_codes:
        console.print(_unparsed_text(statistics.unparsed_codes), soft_wrap=True)
    for title, text in explanation(
        statistics.exceptions, statistics.missing_modules, statistics.programs_without_input, statistics.programs
    ):
        console.print(f"{title}: {text}", soft_wrap=True)
    console.print(isolation_text(statistics.isolation), soft_wrap=True)
    if statistics.rows_with_machine_paths:
        print_line(_machine_paths_text(statistics.rows_with_machine_paths))
    for path in _write_files(statistics, out):
        print_line(path)
    return 0


def _make_folder(out: Path) -> Path:
    """Create the folder `out` and return it. `run` calls this first, so that an error is reported at once.

    Raises:
        CorpusError: the folder cannot be created.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CorpusError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None
    return out


def _make_stats_folder(folder: CorpusFolder) -> Path:
    """Create the folder `stats` of a corpus, which may have been downloaded, and return it."""
    out = folder.path / "stats"
    try:
        refuse_links(out, named=False)
    except OSError as error:
        raise CorpusError(f"{error.strerror}; choose another --out") from None
    return _make_folder(out)


def _write_files(statistics: Statistics, out: Path) -> list[Path]:
    """Write stats.json and the plots, and return their paths.

    If matplotlib is not installed, print a message on stderr instead of writing plots.

    Raises:
        CorpusError: a file cannot be written.
    """
    path = out / "stats.json"
    try:
        write_text(path, json.dumps(statistics.as_dict(), indent=2) + "\n")
        return [path, *draw(statistics, out)]
    except ImportError:
        print('no plots: they need matplotlib, pip install "statecode[plots]"', file=sys.stderr)
        return [path]
    except OSError as error:
        raise CorpusError(f"{out}: cannot be written ({error.strerror}); choose another --out") from None


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for index, column in enumerate(columns):
        table.add_column(column, justify="right" if index else "left")
    return table


def _split_table(statistics: Statistics) -> Table:
    table = _table("contents", "split", "runs", "programs", "problems", "shards", "on disk")
    splits = statistics.splits
    for name, counts in splits.items():
        numbers = (counts.runs, counts.programs, counts.problems, counts.shards)
        table.add_row(name, *(f"{number:,}" for number in numbers), format_bytes(counts.data_bytes))
    sums = [sum(getattr(c, name) for c in splits.values()) for name in ("runs", "programs", "problems", "shards")]
    total_bytes = sum(counts.data_bytes for counts in splits.values())
    table.add_section()
    table.add_row("all", *(f"{number:,}" for number in sums), format_bytes(total_bytes))
    return table


def _outcome_table(statistics: Statistics) -> Table:
    table = _table("outcomes of runs", "", "runs", "share")
    for kind, counts in {
        "status": statistics.statuses,
        "stopped by": statistics.truncations,
        "label": statistics.labels,
        "verdict": statistics.verdicts,
        "label/verdict": statistics.label_and_verdict,
    }.items():
        _add_counts(table, kind, counts, statistics.runs)
    _add_counts(table, "another run", {"may differ": statistics.nondeterministic_runs}, statistics.runs)
    return table


def _add_counts(table: Table, kind: str, counts: Mapping[str, int], runs: int) -> None:
    for name, number in counts.items():
        table.add_row(f"{kind} {name}", f"{number:,}", f"{number / runs:.1%}")
    table.add_section()


def _distribution_table(statistics: Statistics) -> Table:
    table = _table("per trace", "", "median", "p90", "max", "sum")
    rows: dict[str, Distribution] = {"events": statistics.events, "bytes of snoop text": statistics.text.snoop_text}
    for name, values in rows.items():
        table.add_row(name, *(f"{number:,}" for number in (values.median, values.p90, values.max, values.total)))
    return table


def _size_table(statistics: Statistics) -> Table:
    text = statistics.text
    measured = text.snoop_text.count
    traces = "all traces" if measured == statistics.runs else f"{measured:,} of the traces"
    table = _table(f"sizes of {traces}", "form", "bytes", "times smaller than snoop's text")
    for name, number in _bytes_by_form(text).items():
        table.add_row(name, format_bytes(number), f"{text.snoop_text.total / max(number, 1):.1f}")
    table.add_row("zip in the original project", "", f"{ORIGINAL_ZIP_FACTOR:.1f}")
    return table


def _source_counts_text(statistics: Statistics) -> str:
    repeated = statistics.programs - statistics.distinct_normalised
    return (
        f"{statistics.programs:,} programs with {statistics.distinct_codes:,} different sources; "
        f"{repeated:,} equal another program except for layout and comments"
    )


def _unparsed_text(codes: int) -> str:
    return (
        f"{format_count(codes, 'source')} compared word by word: too long to be parsed "
        f"(over {MAX_SOURCE_CHARACTERS:,} characters, or long with many f-string fields)"
    )


def _machine_paths_text(rows: int) -> str:
    verb = "contains" if rows == 1 else "contain"
    return (
        f"{format_count(rows, 'row')} {verb} a folder of this machine, and perhaps the name of a user. "
        "Build the corpus again with this version before you publish it"
    )


def isolation_text(states: Sequence[Mapping[str, Any]]) -> str:
    """Return one line that lists each isolation in the manifest: its mode, active layers and number of shards."""
    return "isolation: " + ("; ".join(map(_isolation_state_text, states)) or "not recorded")


def _isolation_state_text(state: Mapping[str, Any]) -> str:
    active = [name for name, layer_state in state["layers"].items() if layer_state.startswith("active")]
    packages = f", packages {', '.join(state['packages'])}" if state.get("packages") else ""
    return f"{state['mode']} ({', '.join(active)}{packages}) in {format_count(state['shards'], 'shard')}"


def _bytes_by_form(text: TextSizes) -> dict[str, int]:
    return {
        "snoop's text": text.snoop_text.total,
        "zip, a file per trace": text.zip_bytes,
        "zip, one file": text.stream_bytes,
        "Parquet, events alone": text.events_bytes,
        "Parquet, whole rows": text.data_bytes,
    }
