"""Compare runs: a table and curves of evaluation loss over steps, and CoNaLa scores beside published ones.

    python eval/compare.py runs/scratch runs/pretrained --out comparison
    python eval/compare.py runs/conala-scratch runs/conala-traces --out comparison

Reads what train/pretrain.py and train/finetune_conala.py left in their folders. Losses compare only over equal tokens:
runs with another tokenizer or other validation texts are refused, or with --bits-per-byte shown by bits per byte alone.
Causal and masked models never share a table. Writes comparison.md, comparison.json and PNG files.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from statecode.entry import ArgumentParser, exit_code_of
from statecode.evaluation.comparison import as_record, group_runs, markdown
from statecode.evaluation.run_summaries import read_summary
from statecode.modeling.outputs import check_folder, told
from statecode.provenance import provenance


def main(argv: Sequence[str] | None = None) -> None:
    """Read the runs, print the tables, write files."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", metavar="RUN", help="the --output-dir of a run")
    parser.add_argument("--out", type=Path, default=Path("comparison"), metavar="DIR",
                        help="where the files go (default: comparison)")
    parser.add_argument("--bits-per-byte", action="store_true",
                        help="compare runs on unequal tokens by bits per byte instead of refusing them")
    args = parser.parse_args(argv)
    check_folder(args.out, "--out")
    groups = group_runs([read_summary(run) for run in dict.fromkeys(args.runs)], args.bits_per_byte)
    from statecode.evaluation.plots import plot_group  # late: bad input is told before matplotlib is loaded

    circumstances = provenance()
    tables = markdown(groups)
    with told(args.out, "--out"):
        args.out.mkdir(parents=True, exist_ok=True)
        plots = [path for group in groups for path in plot_group(group, args.out)]
    pictures = "\n".join(f"![{path.stem}]({path.name})" for path in plots)
    made_by = f"Made by `{circumstances.command}` at commit {circumstances.commit}."
    report = f"# Comparison of runs\n\n{tables}\n{pictures}\n\n{made_by}\n"
    record = {"groups": as_record(groups), "provenance": circumstances.as_dict()}
    with told(args.out, "--out"):
        (args.out / "comparison.md").write_text(report, encoding="utf-8")
        (args.out / "comparison.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    print(tables)
    print("\n".join(str(path) for path in [args.out / "comparison.md", *plots]))


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
