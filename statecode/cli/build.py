"""Trace many programs into a corpus: a folder of Parquet files with one row per program and input.

The build can be ended at any moment, by Ctrl-C or kill -9; the same command goes on where it was. The same programs
and settings give the same bytes, with any number of workers. What decides the bytes stands in DIR/manifest.json, what
each run took, and what kept programs from the machine, in DIR/ledger/. Problems, never single programs, are divided
into train, validation and test.

    statecode build --programs embedded --out corpus/
    statecode build --programs solutions.jsonl --code-field solution --out corpus/ --workers 8 --dry-run
    statecode build --programs mbppplus --calls-per-problem 5 --out corpus/
    statecode build --programs embedded --out corpus/ --retry timeout,killed
    statecode build --programs downloaded/ --out corpus/ --allow-packages numpy --verify-determinism
    statecode build --programs ours/ --out corpus/ --trust-programs
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from itertools import islice
from pathlib import Path

from statecode.cli import isolation_options, limit_options, run_options, source_options
from statecode.cli.formatting import counted, duration, plain_warnings, size
from statecode.corpus.build import BuildReport, run_build, source_of
from statecode.corpus.config import BuildConfig
from statecode.corpus.estimate import Estimate, estimate
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plan import RUNS_PER_SHARD, ProgramSource
from statecode.errors import ConfigError
from statecode.machine import usable_cores


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode build`."""
    source_options.add_programs(parser)
    parser.add_argument("--out", required=True, metavar="DIR", help="new, empty, or begun by the same command")
    parser.add_argument(
        "--workers", type=int, default=usable_cores(), metavar="N", help="processes (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N programs")
    parser.add_argument(
        "--split", metavar="A,B,C",
        help="per cent of problems in train, validation, test (default: 90,5,5; below 200 problems 80,10,10)",
    )
    run_options.add_engine(parser)
    parser.add_argument(
        "--runs-per-shard", type=int, default=RUNS_PER_SHARD, metavar="N",
        help="rows of one file, also what an interruption can cost per worker (default: %(default)s)",
    )
    parser.add_argument("--dry-run", action="store_true", help="trace a sample, estimate time and disk, write nothing")
    parser.add_argument(
        "--retry", default="", metavar="STATUS,...", help="run finished runs that ended so again, as timeout,killed"
    )
    parser.add_argument("--quiet", action="store_true", help="no progress bar")
    parser.add_argument(
        "--verify-determinism", action="store_true",
        help="run everything a second time with another hash seed, which takes twice the time; rows that come out "
        "differently get deterministic=false, and differs_at, the first event that differs",
    )
    isolation_options.add_arguments(parser)
    limit_options.add_arguments(parser)
    source_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Build, or estimate."""
    config = BuildConfig(
        workers=args.workers,
        limits=limit_options.limits_from(args),
        engine=args.engine,
        fidelity=args.fidelity,
        repr_limit=args.repr_limit,
        split=args.split,
        runs_per_shard=args.runs_per_shard,
        retry=frozenset(filter(None, args.retry.split(","))),
        trust_programs=args.trust_programs,
        allow_packages=isolation_options.packages_from(args),
        verify_determinism=args.verify_determinism,
    )
    source = _limited(source_of(args.programs, **source_options.given(args)), args.limit)
    with plain_warnings():
        return _run(source, config, args)


def _run(source: ProgramSource, config: BuildConfig, args: argparse.Namespace) -> int:
    if args.dry_run:
        print(_estimate_text(estimate(source, config, progress=not args.quiet), config))
        return 0
    report = run_build(source, CorpusFolder(args.out), config, progress=not args.quiet)
    return _tell(report, Path(args.out))


def _limited(source: ProgramSource, limit: int | None) -> ProgramSource:
    if limit is None:
        return source
    if limit < 1:
        raise ConfigError(f"--limit must be at least 1; got {limit}")
    return replace(source, open=lambda: islice(source.open(), limit))


def _tell(report: BuildReport, out: Path) -> int:
    for split in report.empty_splits:
        print(f"warning: no problem is left for the split {split}; add problems or change --split", file=sys.stderr)
    if report.failed:
        lost = "; ".join(f"{name}: {reason}" for name, reason in report.failed.items())
        print(
            f"error: {counted(len(report.failed), 'shard')} of {out} could not be built ({lost}); "
            "the others are finished, run the same command again to try these once more",
            file=sys.stderr,
        )
        return 1
    if report.already_finished:
        print(f"{out} is finished already, nothing to do: {_counts_text(report)}")
    else:
        print(f"{out}: {_counts_text(report)}\nlook at it with: statecode stats {out}")
    return 0


def _counts_text(report: BuildReport) -> str:
    counts = report.manifest.counts
    statuses = ", ".join(f"{name} {number:,}" for name, number in counts["statuses"].items())
    runs = counted(sum(counts["runs"].values()), "run")
    return f"{runs} of {counted(counts['programs'], 'program')} ({statuses}), {size(counts['data_bytes'])}"


def _estimate_text(found: Estimate, config: BuildConfig) -> str:
    known = found.scan
    statuses = ", ".join(f"{name} {number}" for name, number in sorted(found.statuses.items()))
    splits = ", ".join(f"{split} {known.runs[split]:,}" for split in known.rule.requested)
    return "\n".join(
        [
            f"programs  {known.programs:,} of {sum(known.problems.values()):,} problems",
            f"rows      {known.total_runs:,} ({splits}) in {counted(found.shards, 'shard')}",
            f"sample    {counted(found.sampled_runs, 'run')} ({statuses})",
            f"time      about {duration(found.build_s)} with {counted(config.workers, 'worker')}",
            f"disk      about {size(found.disk_bytes)}",
        ]
    )
