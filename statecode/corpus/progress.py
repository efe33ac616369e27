"""Bars on stderr while programs are read and traced."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from types import TracebackType
from typing import TypeVar

from tqdm import tqdm

from statecode.corpus.plan import ProgramSource
from statecode.corpus.pool import Lost
from statecode.corpus.shards import ShardTask
from statecode.corpus.worker import Done, Progress

TERMINAL_EVERY_S = 0.3
LOG_EVERY_S = 30.0  # where stderr is a file, each redraw is a line
SHOW_AFTER_S = 2.0

_Item = TypeVar("_Item")


def bar(items: Iterable[_Item], what: str, unit: str, *, shown: bool, total: int | None = None) -> Iterable[_Item]:
    """The same items with a bar on stderr, once going through them takes over two seconds; it leaves no trace."""
    return tqdm(
        items, what, total, leave=False, unit=f" {unit}", delay=SHOW_AFTER_S, mininterval=_every_s(), disable=not shown
    )


def with_progress_bar(source: ProgramSource, shown: bool) -> ProgramSource:
    """The same source with a counter of the programs read."""
    return replace(source, open=lambda: bar(source.open(), "reading", "programs", shown=shown))


def _every_s() -> float:
    return TERMINAL_EVERY_S if sys.stderr.isatty() else LOG_EVERY_S


class BuildProgress:
    """Counts runs as workers report them: done of all, runs per second, and how many ended in each way but ok."""

    def __init__(self, total_runs: int, *, shown: bool) -> None:
        self.failed: dict[str, str] = {}  # shard that was given up → reason
        self._settled: Counter[str] = Counter()               # status → runs on disk
        self._in_progress: dict[str, Counter[str]] = {}         # shard → status → runs
        self._bar = tqdm(total=total_runs, desc="tracing", unit=" runs", mininterval=_every_s(), disable=not shown)

    def __enter__(self) -> BuildProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()

    def skip(self, statuses: Sequence[str]) -> None:
        """Count runs that an earlier build made."""
        self._settled.update(statuses)
        if not self._bar.disable:
            self._bar.initial += len(statuses)  # tqdm leaves these out of the rate
        self._show()

    def update(self, task: ShardTask, report: Progress | Done | Lost) -> None:
        """Take in what a worker reported."""
        name = task.plan.name
        if isinstance(report, Progress):
            self._in_progress.setdefault(name, Counter()).update(report.statuses)
        elif isinstance(report, Done):
            self._settled.update(self._in_progress.pop(name, {}))
        else:
            self._in_progress.pop(name, None)
            next_step = "given up" if report.final else "tried again"
            self._bar.write(f"{name}: {report.reason}; {next_step}", file=sys.stderr)
            if report.final:
                self.failed[name] = report.reason
        self._show()

    def _show(self) -> None:
        statuses = sum(self._in_progress.values(), self._settled)
        others = {status: count for status, count in sorted(statuses.items()) if status != "ok"}
        self._bar.set_postfix(others, refresh=False)
        self._bar.update(statuses.total() - self._bar.n)
