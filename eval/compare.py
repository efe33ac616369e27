"""Compare runs: tables and curves of the evaluation loss, and the scores of tasks next to published ones.

    python eval/compare.py runs/scratch runs/pretrained --out comparison
    python eval/compare.py runs/conala-scratch-* runs/conala-traces-* --out comparison

The script reads run folders of train/pretrain.py and train/finetune.py. Runs that differ only by --seed are one arm:
its numbers are means with 95 % intervals over the seeds. Arms of a task that were tested on the same examples are
compared by a paired bootstrap. The output is comparison.md, comparison.json, comparison.html (one page that needs no
network) and the plots as PNG and SVG.

Each task has its own tables. Losses are comparable only over the same tokens: runs with different tokenizers or
validation texts are an error, or are compared by bits per byte alone with --bits-per-byte. Runs that were tested on
different examples are an error. Causal and masked models are never in one table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ConfigError
from statecode.evaluation.comparison.groups import group_runs
from statecode.evaluation.comparison.rows import compare_rows
from statecode.evaluation.comparison.run_summaries import read_summary
from statecode.evaluation.comparison.tables import as_record, report_blocks
from statecode.evaluation.report import Heading, as_html, as_markdown
from statecode.files import write_text
from statecode.modeling.outputs import check_folder, reported_write_errors
from statecode.provenance import provenance
from statecode.terminal import print_line, print_lines

TITLE = "Comparison of runs"


def main(argv: Sequence[str] | None = None) -> None:
    """Read the runs, print the tables and write the files."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="output folder of a training run")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help="output folder; an earlier comparison in it is replaced "
                             "(default: the new folder comparison)")
    parser.add_argument("--bits-per-byte", action="store_true",
                        help="compare runs that were evaluated on different tokens by bits per byte")
    parser.add_argument("--separate", action="store_true",
                        help="make each run an arm of its own, also those that differ only by --seed")
    args = parser.parse_args(argv)
    if args.out is None:
        args.out = _new_folder()
    check_folder(args.out, "--out")
    summaries = [read_summary(run) for run in dict.fromkeys(args.runs)]
    groups = group_runs(summaries, args.bits_per_byte, args.separate)
    comparisons = {group.file_stem: compare_rows(group) for group in groups}
    # late: matplotlib takes a second to import, and errors in the input are reported at once
    from statecode.evaluation.comparison.plots import plot_group

    run_provenance = provenance()
    with reported_write_errors(args.out, "--out"):
        args.out.mkdir(parents=True, exist_ok=True)
        plots = {group.file_stem: plot_group(group, args.out) for group in groups}
    made_by = f"Made by `{run_provenance.command}` at commit {run_provenance.commit}."
    blocks = [Heading(TITLE, 1), *report_blocks(groups, comparisons, plots), made_by]
    record = {"groups": as_record(groups, comparisons), "provenance": run_provenance.as_dict()}
    with reported_write_errors(args.out, "--out"):
        write_text(args.out / "comparison.md", as_markdown(blocks))
        write_text(args.out / "comparison.html", as_html(TITLE, blocks))
        write_text(args.out / "comparison.json", json.dumps(record, indent=2) + "\n")
    print_lines(as_markdown(report_blocks(groups, comparisons, {})))
    pictures = [plot.png for of_group in plots.values() for plot in of_group]
    for path in [args.out / "comparison.html", args.out / "comparison.md", *pictures]:
        print_line(path)


def _new_folder() -> Path:
    """Return the default output folder.

    Raises:
        ConfigError: it contains an earlier comparison.
    """
    folder = Path("comparison")
    if (folder / "comparison.json").exists():
        raise ConfigError(f"{folder}/ contains an earlier comparison; pass --out DIR, or --out {folder} to replace it")
    return folder


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
