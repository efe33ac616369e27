"""Trace many programs into a corpus.

A corpus is a folder of Parquet files with one row per program and input. The
build can be interrupted at any time, by Ctrl-C or kill -9; the same command
continues it. The same programs and settings produce the same bytes, with any
number of workers. DIR/manifest.json contains the settings, DIR/ledger/ the cost
of each run and the isolation. The programs are divided into the splits train,
validation and test by problem: programs of one problem are in one split.

    statecode build --programs embedded --out corpus/
    statecode build --programs solutions.jsonl --code-field solution \\
        --out corpus/ --workers 8 --dry-run
    statecode build --programs mbppplus --calls-per-problem 5 --out corpus/
    statecode build --programs embedded --out corpus/ --retry timeout,killed
    statecode build --programs downloaded/ --out corpus/ \\
        --allow-packages numpy --verify-determinism
    statecode build --programs ours/ --out corpus/ --trust-programs
    statecode build --programs solutions.jsonl --out corpus/ \\
        --float-tolerance 1e-6 --ignore-case
    statecode build --programs mutated:embedded --behaviour-differs --out corpus/
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from statecode.cli import run_options, source_options
from statecode.cli.formatting import format_bytes, format_count, format_duration
from statecode.cli.totals import explanation, format_counts
from statecode.corpus.build import BuildReport, run_build, stream_of
from statecode.corpus.config import BuildConfig
from statecode.corpus.estimate import Estimate, estimate
from statecode.corpus.exceptions import ExceptionCounts
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plan import RUNS_PER_SHARD, ProgramStream
from statecode.corpus.problems import ProblemCounts
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import ConfigError
from statecode.machine import usable_cores
from statecode.programs import source_names
from statecode.terminal import print_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode build`."""
    source_options.add_programs(parser)
    parser.add_argument(
        "--out", required=True, metavar="DIR",
        help="folder of the corpus: a new or empty one, or one that the same command has begun",
    )
    parser.add_argument(
        "--workers", type=int, default=usable_cores(), metavar="N", help="number of processes (default: %(default)s)"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="use only the first N programs")
    parser.add_argument(
        "--split", metavar="A,B,C",
        help="percentages of problems in train, validation and test (default: 90,5,5, or 80,10,10 for fewer than 200 "
        "problems)",
    )
    run_options.add_recording(parser)
    parser.add_argument(
        "--runs-per-shard", type=int, default=RUNS_PER_SHARD, metavar="N",
        help="rows per file, and the most rows that an interruption can cost per worker (default: %(default)s)",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="trace a sample and print an estimate of time and disk; write no file"
    )
    parser.add_argument(
        "--retry", default="", metavar="STATUS,...",
        help="repeat the finished runs with these statuses, for example timeout,killed",
    )
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    parser.add_argument(
        "--verify-determinism", action="store_true",
        help="run each program a second time with another hash seed, which doubles the time; a row whose second run "
        "differs has deterministic=false, and differs_at is the index of the first event that differs",
    )
    verdict = parser.add_argument_group(
        "verdict", "How stdout is compared with the expected output, beyond white space at the ends of lines."
    )
    verdict.add_argument(
        "--float-tolerance", type=float, metavar="X",
        help="maximum difference, absolute or relative, between numbers with a decimal point or an exponent: with 1e-6 "
        "3.0 equals 3.000000 (default: texts must be equal)",
    )
    verdict.add_argument("--ignore-case", action="store_true", help="ignore the case of letters")
    parser.add_argument(
        "--behaviour-differs", action="store_true",
        help="with --programs mutated:SOURCE: run each mutant and its parent first, and drop the mutants whose output, "
        "status and exception are those of the parent on every input",
    )
    run_options.add_sandbox(parser)
    source_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Build the corpus, or print the estimate of `--dry-run`; return 1 if a shard could not be built, else 0."""
    config = BuildConfig(
        options=run_options.options_from(args),
        workers=args.workers,
        split=args.split,
        runs_per_shard=args.runs_per_shard,
        retry=frozenset(filter(None, args.retry.split(","))),
        verify_determinism=args.verify_determinism,
        comparison=OutputComparison(float_tolerance=args.float_tolerance, ignore_case=args.ignore_case),
        behaviour_differs=args.behaviour_differs,
    )
    source = _first_programs(stream_of(args.programs, **source_options.options_from(args)), args.limit)
    return _run(source, config, args)


def _run(source: ProgramStream, config: BuildConfig, args: argparse.Namespace) -> int:
    from_folder = "folder" in source_names(args.programs)
    if args.dry_run:
        for line in _estimate_lines(estimate(source, config, progress=not args.quiet), config, from_folder):
            print_line(line)
        return 0
    report = run_build(source, CorpusFolder(args.out), config, progress=not args.quiet)
    return _print_report(report, CorpusFolder(args.out), from_folder)


def _first_programs(source: ProgramStream, limit: int | None) -> ProgramStream:
    if limit is None:
        return source
    if limit < 1:
        raise ConfigError(f"--limit must be at least 1; got {limit}")
    return replace(source, open=lambda: islice(source.open(), limit))


def _print_report(report: BuildReport, out: CorpusFolder, from_folder: bool) -> int:
    if report.failed:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in report.failed.items())
        print_line(
            f"error: {format_count(len(report.failed), 'shard')} of {out} could not be built ({reasons}); "
            "the others are finished; run the same command again to retry these",
            sys.stderr,
        )
        return 1
    if report.already_finished:
        print_line(f"{out} is finished already, nothing to do: {_counts_text(report)}")
    else:
        print_line(f"{out}: {_counts_text(report)}")
    if "mutants" in report.manifest.plan:
        mutants, dropped = (int(report.manifest.plan[name]) for name in ("mutants", "dropped_mutants"))
        total = format_count(mutants, "mutant")
        print_line(f"dropped {dropped:,} of {total}: they behave as their parents on every input")
    found = ExceptionCounts.of(out)
    types, modules = (dict(counter.most_common()) for counter in (found.types, found.missing_modules))
    counts = report.counts
    for title, text in explanation(types, modules, counts.without_input, counts.programs.total()):
        print_line(f"{title}: {text}{_input_hint(from_folder) if 'input' in title else ''}")
    print_line(f"look at it with: statecode stats {out}")
    return 0


def _input_lines(counts: ProblemCounts, from_folder: bool) -> Iterator[str]:
    for _, text in explanation({}, {}, counts.without_input, counts.programs.total()):
        yield f"no input  {text}{_input_hint(from_folder)}"


def _input_hint(from_folder: bool) -> str:
    """Return what the runs of programs without input read, and how a folder of programs contains inputs."""
    return "; their stdin is empty" + (" (the input of NAME.py is NAME.in beside it)" if from_folder else "")


def _counts_text(report: BuildReport) -> str:
    counts = report.manifest.counts
    statuses = ", ".join(f"{name} {number:,}" for name, number in counts["statuses"].items())
    runs = format_count(sum(counts["runs"].values()), "run")
    return f"{runs} of {format_count(counts['programs'], 'program')} ({statuses}), {format_bytes(counts['data_bytes'])}"


def _estimate_lines(found: Estimate, config: BuildConfig, from_folder: bool) -> list[str]:
    known = found.scan
    statuses = ", ".join(f"{name} {number}" for name, number in sorted(found.statuses.items()))
    splits = ", ".join(f"{split} {known.runs[split]:,}" for split in known.rule.requested)
    return [
        f"programs  {known.programs:,} of {format_count(sum(known.problems.values()), 'problem')}",
        *_problem_lines(known.counts),
        *_input_lines(known.counts, from_folder),
        *(["mutants   those that --behaviour-differs drops are counted here"] if config.behaviour_differs else []),
        f"rows      {known.total_runs:,} ({splits}) in {format_count(found.shards, 'shard')}",
        f"sample    {format_count(found.sampled_runs, 'run')} ({statuses})",
        f"time      about {format_duration(found.build_s)} with {format_count(config.workers, 'worker')}",
        f"disk      about {format_bytes(found.disk_bytes)}",
    ]


def _problem_lines(counts: ProblemCounts) -> Iterator[str]:
    """Yield lines with examples of problem_ids and their programs, the largest problem, and the labels."""
    lines = []
    for problem_id, ids in counts.examples.items():
        more = ", ..." if counts.programs[problem_id] > len(ids) else ""
        lines.append(f"{problem_id}: {format_count(counts.programs[problem_id], 'program')} ({', '.join(ids)}{more})")
    problem_id, number = counts.largest
    if problem_id not in counts.examples:
        lines.append(f"the largest, {problem_id}: {format_count(number, 'program')}")
    yield from (f"{'' if index else 'problems':8}  {line}" for index, line in enumerate(lines))
    if counts.labels:
        labels = dict(counts.labels.most_common())
        if unlabelled := counts.programs.total() - counts.labels.total():
            labels["none"] = unlabelled
        yield f"labels    {format_counts(labels)}"
