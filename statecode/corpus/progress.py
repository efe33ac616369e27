"""Show progress while programs are read and traced."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType

from statecode.corpus.plan import ProgramStream
from statecode.corpus.pool import Lost, Task, name_of
from statecode.corpus.worker import Done, Progress
from statecode.progress import print_above_bars, progress_bar


def with_progress_bar(source: ProgramStream, shown: bool) -> ProgramStream:
    """Return a source of the same programs; if `shown`, each pass over it shows the number of programs read so far."""
    return replace(source, open=lambda: progress_bar(source.open(), "reading", "programs", shown=shown))


class BuildProgress:
    """A progress bar of the runs that workers report: their number and rate, and the number per status except ok."""

    def __init__(self, total_runs: int, *, shown: bool) -> None:
        self.failed: dict[str, str] = {}  # name of a shard that could not be built → reason
        self._finished: Counter[str] = Counter()                # status → runs in finished shards
        self._in_progress: dict[str, Counter[str]] = {}         # shard → status → runs
        self._bar = progress_bar(None, "tracing", "runs", total=total_runs, remains=True, shown=shown)

    def __enter__(self) -> BuildProgress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.close()

    def skip(self, statuses: Sequence[str]) -> None:
        """Count runs of an earlier build, which have these statuses. They do not affect the displayed rate."""
        self._finished.update(statuses)
        if not self._bar.disable:
            self._bar.initial += len(statuses)  # tqdm excludes these from the rate
        self._show()

    def update(self, task: Task, report: Progress | Done | Lost) -> None:
        """Update the bar from the report of a worker; write a line to stderr if an attempt at a shard failed."""
        name = name_of(task)
        if isinstance(report, Progress):
            self._in_progress.setdefault(name, Counter()).update(report.statuses)
        elif isinstance(report, Done):
            self._finished.update(self._in_progress.pop(name, {}))
        else:
            self._in_progress.pop(name, None)
            next_step = "given up" if report.final else "tried again"
            print_above_bars(f"{name}: {report.reason}; {next_step}", sys.stderr)
            if report.final:
                self.failed[name] = report.reason
        self._show()

    def _show(self) -> None:
        statuses = sum(self._in_progress.values(), self._finished)
        others = {status: count for status, count in sorted(statuses.items()) if status != "ok"}
        self._bar.set_postfix(others, refresh=False)
        self._bar.update(statuses.total() - self._bar.n)
