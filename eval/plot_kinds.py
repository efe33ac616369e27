"""Plot the loss by kind of token of one or several results of `eval/perplexity.py --by-kind --out FILE.json`.

    python eval/plot_kinds.py compact.json snoop.json --out kinds.png

The left bars are the shares of the tokens, the right ones the loss per token with the part of each kind. The name of a
bar is that of its file, with the folder if several files have one name.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from statecode.arguments import check
from statecode.entry import ArgumentParser, exit_code_of
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.modeling.run_folder import read_json
from statecode.terminal import print_line


def main(argv: Sequence[str] | None = None) -> None:
    """Read the results and write the plot."""
    parser = ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", nargs="+", type=Path, metavar="FILE.json", help="output of eval/perplexity.py")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE.png", help="the plot; PNG or SVG")
    args = parser.parse_args(argv)
    check(args.out.suffix in (".png", ".svg"), f"--out {args.out}: the name must end with .png or .svg")
    check_file(args.out, "--out")
    stems = [path.stem for path in args.results]
    results = {}
    for path in dict.fromkeys(args.results):
        result = read_json(path)
        check(isinstance(result, dict) and "by_kind" in result,
              f"{path} has no kinds; write it with eval/perplexity.py --by-kind --out")
        results[path.stem if stems.count(path.stem) == 1 else str(path)] = result
    from statecode.evaluation.loss.kind_plots import plot_kinds  # late: matplotlib takes a second to import

    with reported_write_errors(args.out, "--out"):
        print_line(plot_kinds(results, args.out))


if __name__ == "__main__":
    sys.exit(exit_code_of(main))
