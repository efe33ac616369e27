"""Compare the traces of two engines, and print the first difference of each run.

Both engines run every program on every input. The events, stdout, stderr and the
outcome are compared. The first engine is tested, the second is the reference.
Each run gets one of these verdicts:

    equal            the traces are equal
    different        a fault of the tested engine; the command prints the first
                     difference, and its exit code is 1
    snoop changed the program
                     the reference refreshed the dict of locals() or kept values
                     alive; the tested engine records the same trace if it does
                     so too, and else the program behaves as without a tracer
    snoop broke      the reference failed, or changed the program in another
                     way; the tested engine has all events of the reference, and
                     under it the program behaves as without a tracer
    snoop too slow   a time limit ended the reference; the tested engine has all
                     events of the reference
    not repeatable   two runs of the reference differ, because of threads or
                     because the order of a set depends on addresses; the tested
                     engine equals the reference up to their first difference
    not examined     the traces differ, and the runs took longer than --wall-s, so
                     that no further runs were started to find the reason

On Ctrl-C the runs in progress end at once, and the counts so far are printed, and
written to --out. The same command then continues with the next run.

    statecode verify-engines --programs embedded
    statecode verify-engines --programs mbpp --limit 300 --jobs 2 \\
        --out differences.json
    statecode verify-engines --programs ours/ --engines snoop snoop
"""

from __future__ import annotations

import argparse
import json
import platform
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from rich import box
from rich.table import Table

from statecode._version import __version__
from statecode.cli import run_options, source_options
from statecode.cli.formatting import Terminal, format_count
from statecode.corpus.build import stream_of
from statecode.errors import ConfigError
from statecode.machine import usable_cores
from statecode.modeling.outputs import check_file, reported_write_errors
from statecode.progress import print_above_bars, progress_bar
from statecode.records import Program
from statecode.tracing import ENGINES
from statecode.tracing.compare.engines import LIMITS, REFERENCE, Comparison, EnginePair, Verdict, compare_all
from statecode.tracing.engines.registry import engines_for

_DEFAULT = (engines_for("python")[0].name, REFERENCE)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `statecode verify-engines`."""
    source_options.add_programs(parser)
    parser.add_argument(
        "--engines", nargs=2, metavar=("TESTED", "REFERENCE"), default=_DEFAULT,
        help=f"the engines to compare: two of {', '.join(ENGINES)}; twice the same one checks that its records are "
        f"repeatable (default: {' '.join(_DEFAULT)})",
    )
    parser.add_argument("--limit", type=int, metavar="N", help="use only the first N programs")
    parser.add_argument(
        "--jobs", type=int, default=usable_cores(), metavar="N",
        help="number of runs that are compared at the same time (default: %(default)s)",
    )
    parser.add_argument("--out", metavar="FILE.json", help="also write counts, settings and differences to this file")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    run_options.add_sandbox(parser, LIMITS)
    source_options.add_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Compare the engines, print the differences and the summary; return 1 if a run is different, else 0."""
    for option in ("limit", "jobs"):
        value = getattr(args, option)
        if value is not None and value < 1:
            raise ConfigError(f"--{option} {value}: must be a positive number")
    if args.out:
        check_file(Path(args.out), "--out")
    engines = tuple(args.engines)
    summary = _Summary(engines)
    settings = _settings(args)
    if args.out:
        summary.resume(_interrupted(args.out, settings))
    finished = False
    try:
        for comparison in _comparisons(args, engines, summary.runs.total()):
            summary.add(comparison)
        finished = True
    finally:
        if args.out and summary.runs:
            _write(args.out, {**settings, "finished": finished, **summary.as_dict()})
        if finished or summary.runs:
            Terminal().print(summary.table())
    return 1 if summary.runs[Verdict.DIFFERENT] else 0


def _comparisons(args: argparse.Namespace, engines: tuple[str, str], done: int) -> Iterator[Comparison]:
    """Compare the runs after the first `done` ones."""
    source = stream_of(args.programs, **source_options.options_from(args))
    options = run_options.options_from(args)
    shown = not args.quiet
    total = sum(1 for _ in progress_bar(_runs(source.open(), args.limit), "counting", "runs", shown=shown))
    with ExitStack() as opened:
        pairs = [opened.enter_context(EnginePair(engines, options)) for _ in range(min(args.jobs, total))]
        compared = compare_all(pairs, islice(_runs(source.open(), args.limit), done, None))
        yield from progress_bar(compared, "comparing", "runs", total=total, initial=done, shown=shown)


def _runs(programs: Iterable[Program], limit: int | None) -> Iterator[tuple[Program, int]]:
    for program in islice(programs, limit):
        for index in range(len(program.inputs)):
            yield program, index


class _Summary:
    """The number of runs per verdict; each run that is not equal is printed as soon as it is added."""

    def __init__(self, engines: tuple[str, str]) -> None:
        self._engines = engines
        self._names = engines if engines[0] != engines[1] else (f"{engines[0]} (first)", f"{engines[1]} (second)")
        self.runs: Counter[Verdict] = Counter()
        self._events: Counter[Verdict] = Counter()
        self._wall_s = [0.0, 0.0]
        self._unequal: list[dict[str, Any]] = []

    def add(self, comparison: Comparison) -> None:
        self.runs[comparison.verdict] += 1
        self._events[comparison.verdict] += comparison.events
        self._wall_s = [total + one for total, one in zip(self._wall_s, comparison.wall_s)]
        if comparison.verdict is not Verdict.EQUAL:
            self._unequal.append(self._as_dict(comparison))
            print_above_bars("\n".join(self._lines(comparison)))

    def resume(self, written: dict[str, Any] | None) -> None:
        """Add the counts of an interrupted command, as `as_dict` returned them."""
        if written is None:
            return
        for verdict in Verdict:
            self.runs[verdict] += written["runs"][self._verdict_text(verdict)]
            self._events[verdict] += written["events_by_verdict"][self._verdict_text(verdict)]
        self._wall_s = [written["wall_s"][name] for name in self._names]
        self._unequal = written["not_equal"]

    def as_dict(self) -> dict[str, Any]:
        return {
            "runs": {self._verdict_text(verdict): self.runs[verdict] for verdict in Verdict},
            "events": sum(self._events.values()),
            "events_by_verdict": {self._verdict_text(verdict): self._events[verdict] for verdict in Verdict},
            "wall_s": dict(zip(self._names, (round(seconds, 3) for seconds in self._wall_s))),
            "not_equal": self._unequal,
        }

    def table(self) -> Table:
        seconds = ", ".join(f"{name} {total:,.1f} s" for name, total in zip(self._names, self._wall_s))
        count = format_count(self.runs.total(), "run")
        table = Table(
            title=f"{self._engines[0]} compared with {self._engines[1]}, {count} ({seconds})",
            title_justify="left", title_style="bold", box=box.SIMPLE_HEAD,
        )
        table.add_column("verdict")
        table.add_column("runs", justify="right")
        table.add_column("events", justify="right")
        for verdict in Verdict:
            table.add_row(self._verdict_text(verdict), f"{self.runs[verdict]:,}", f"{self._events[verdict]:,}")
        return table

    def _verdict_text(self, verdict: Verdict) -> str:
        return verdict.value.replace("reference", self._engines[1])

    def _lines(self, comparison: Comparison) -> list[str]:
        note = f": {comparison.note}" if comparison.note else ""
        head = f"{_run_id(comparison)}: {self._verdict_text(comparison.verdict)}{note}"
        difference = comparison.difference
        if comparison.verdict is not Verdict.DIFFERENT or difference is None:
            return [head]
        return [f"{head}, {difference.location}", *difference.lines(comparison.program.code, self._names)]

    def _as_dict(self, comparison: Comparison) -> dict[str, Any]:
        difference = comparison.difference
        return {
            "program_id": comparison.program.program_id,
            "input_index": comparison.input_index,
            "verdict": self._verdict_text(comparison.verdict),
            "note": comparison.note,
            "events": comparison.events,
            "difference": None if difference is None else {
                "event": difference.event, "field": difference.field, "line": difference.line,
                **dict(zip(self._names, difference.texts())),
            },
        }


def _run_id(comparison: Comparison) -> str:
    """Return PROGRAM_ID#INPUT_INDEX, as `statecode show` accepts it."""
    return f"{comparison.program.program_id}#{comparison.input_index}"


def _settings(args: argparse.Namespace) -> dict[str, Any]:
    options = run_options.options_from(args)
    return {
        "statecode": __version__, "python": platform.python_version(), "programs": args.programs, "limit": args.limit,
        "engines": list(args.engines), "fidelity": options.fidelity, "limits": asdict(options.limits),
        "source_options": {name: str(value) for name, value in source_options.options_from(args).items()},
    }


def _interrupted(path: str, settings: dict[str, Any]) -> dict[str, Any] | None:
    """Return what an interrupted command with the same settings wrote to `path`; None if there is no such file."""
    try:
        written = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if not isinstance(written, dict) or written.get("finished") is not False:
        return None
    return written if {name: written.get(name) for name in settings} == settings else None


def _write(path: str, content: dict[str, Any]) -> None:
    out = Path(path)
    with reported_write_errors(out, "--out"):
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8", errors="backslashreplace")
