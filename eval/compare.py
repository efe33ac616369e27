"""Compare runs: tables and curves of the evaluation loss, and the scores of tasks next to published ones.

    python eval/compare.py runs/scratch runs/pretrained --out comparison
    python eval/compare.py runs/conala-scratch runs/conala-traces --out comparison

The script reads run folders of train/pretrain.py and train/finetune.py, and writes comparison.md, comparison.json and
plots. Each task has its own tables. Losses are comparable only over the same tokens: runs with different tokenizers or
validation texts are an error, or are compared by bits per byte alone with --bits-per-byte. Causal and masked models are
never in one table.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.errors import ConfigError
from statecode.evaluation.comparison import as_record, group_runs, markdown
from statecode.evaluation.run_summaries import read_summary
from statecode.files import write_text
from statecode.modeling.outputs import check_folder, reported_write_errors
from statecode.provenance import provenance
from statecode.terminal import print_line, print_lines


def main(argv: Sequence[str] | None = None) -> None:
    """Read the runs, print the tables and write the files."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="output folder of a training run")
    parser.add_argument("--out", type=Path, metavar="DIR",
                        help="output folder; an earlier comparison in it is replaced "
                             "(default: the new folder comparison)")
    parser.add_argument("--bits-per-byte", action="store_true",
                        help="compare runs that were evaluated on different tokens by bits per byte")
    args = parser.parse_args(argv)
    if args.out is None:
        args.out = _new_folder()
    check_folder(args.out, "--out")
    groups = group_runs([read_summary(run) for run in dict.fromkeys(args.runs)], args.bits_per_byte)
    from statecode.evaluation.plots import plot_group  # late, so that errors in the input are reported at once

    run_provenance = provenance()
    tables = markdown(groups)
    with reported_write_errors(args.out, "--out"):
        args.out.mkdir(parents=True, exist_ok=True)
        plots = [path for group in groups for path in plot_group(group, args.out)]
    pictures = "\n".join(f"![{path.stem}]({path.name})" for path in plots)
    made_by = f"Made by `{run_provenance.command}` at commit {run_provenance.commit}."
    report = f"# Comparison of runs\n\n{tables}\n{pictures}\n\n{made_by}\n"
    record = {"groups": as_record(groups), "provenance": run_provenance.as_dict()}
    with reported_write_errors(args.out, "--out"):
        write_text(args.out / "comparison.md", report)
        write_text(args.out / "comparison.json", json.dumps(record, indent=2) + "\n")
    print_lines(tables)
    for path in [args.out / "comparison.md", *plots]:
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
