"""Make the page with the results of all experiments, with plots and intervals.

Reads the YAML files of a folder and the results beside them; trains nothing.

    statecode findings
    statecode findings --experiments experiments --out docs/findings.md
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from statecode.cli.formatting import format_count
from statecode.errors import ConfigError
from statecode.experiments.config import read_experiment
from statecode.experiments.findings import read_findings
from statecode.experiments.findings_page import write_findings
from statecode.terminal import print_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode findings`."""
    parser.add_argument("--experiments", metavar="DIR", type=Path, default=Path("experiments"),
                        help="folder of the YAML files (default: experiments)")
    parser.add_argument("--out", metavar="FILE", type=Path, default=Path("docs/findings.md"),
                        help="the page; the plots are in the folder findings beside it (default: docs/findings.md)")


def run(args: argparse.Namespace) -> int:
    """Write the page; return the exit code 0."""
    files = sorted(args.experiments.glob("*.yaml"))
    if not files:
        raise ConfigError(f"{args.experiments}: contains no .yaml file")
    all_findings = [
        read_findings(read_experiment(file), file.as_posix(), file.parent / "results" / file.stem) for file in files
    ]
    args.out.parent.mkdir(parents=True, exist_ok=True)
    write_findings(all_findings, args.out, args.out.parent / args.out.stem)
    measured = sum(len(findings.results) for findings in all_findings)
    print_line(f"{args.out}: {format_count(len(files), 'experiment')}, {format_count(measured, 'result')}", sys.stderr)
    return 0
