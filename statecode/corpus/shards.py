"""One shard: trace its runs, write its file.

Rows are written in groups of bounded size, so that neither writer nor reader ever holds more than a group of traces.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from statecode.corpus.columns import from_table, to_table
from statecode.corpus.determinism import run_twice
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import LedgerEntry, entry_of, read_isolation, read_ledger, write_ledger
from statecode.corpus.plan import Run, ShardPlan
from statecode.corpus.rows import SCALARS, SCHEMA
from statecode.errors import CorpusError, TracingError
from statecode.files import temporary_file
from statecode.records import Trace

if TYPE_CHECKING:
    from statecode.tracing import SandboxRunner

# Measured on 1,908 embedded runs, 334,332 events: dictionaries everywhere and level 9 give 1.33 MB, none in the events
# 1.12 MB, no statistics of the long texts 1.09 MB, level 15 1.04 MB for 0.8 s (tracing took 90 s of processor time).
ZSTD_LEVEL = 15
_LONG_TEXTS = frozenset({"expected_output", "code", "stdin", "stdout", "stderr"})
_PARQUET = {
    "compression": "zstd",
    "compression_level": ZSTD_LEVEL,
    "use_dictionary": list(SCALARS),
    "write_statistics": [name for name in SCALARS if name not in _LONG_TEXTS],
}
_TraceOne: TypeAlias = Callable[[Run], tuple[Trace, LedgerEntry]]

GROUP_EVENTS = 100_000      # a row group ends when it holds as many events,
GROUP_CHARS = 32 * 2**20    # or as much text


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTask:
    """What one worker does in one go."""

    plan: ShardPlan
    retry: frozenset[str] = frozenset()  # empty: trace every run; else: those of the finished shard that ended so


class ShardWriter:
    """Writes traces to one Parquet file; use it as a context manager. The same traces give the same bytes."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, **_PARQUET)
        self._group: list[Trace] = []
        self._events = self._chars = 0

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, trace: Trace) -> None:
        """Append one row."""
        self._group.append(trace)
        self._events += len(trace.events)
        self._chars += _chars(trace)
        if self._events >= GROUP_EVENTS or self._chars >= GROUP_CHARS:
            self._flush()

    def _flush(self) -> None:
        if self._group:
            self._writer.write_table(to_table(self._group))
        self._group.clear()
        self._events = self._chars = 0


def read_shard(path: Path) -> Iterator[Trace]:
    """Give the traces of one file, a row group at a time.

    Raises:
        CorpusError: the file is damaged.
    """
    with _damage_reported(path), pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield from from_table(file.read_row_group(group))


def read_row(path: Path, row: int) -> Trace:
    """Give one row of a file.

    Raises:
        CorpusError: the file is damaged, or has no such row.
    """
    with _damage_reported(path), pq.ParquetFile(path) as file:
        left = row
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if left < rows:
                return next(from_table(file.read_row_group(group).slice(left, 1)))
            left -= rows
        raise KeyError(f"no row {row}")


def read_columns(path: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Give whole columns of a file as lists, without reading the others.

    Raises:
        CorpusError: the file is damaged.
    """
    with _damage_reported(path), pq.ParquetFile(path) as file:
        columns: dict[str, list[Any]] = file.read(columns=list(names)).to_pydict()
        return {name: columns[name] for name in names}


def row_count(path: Path) -> int:
    """Give the number of rows of a file.

    Raises:
        CorpusError: the file is damaged.
    """
    with _damage_reported(path):
        return int(pq.read_metadata(path).num_rows)


@contextmanager
def _damage_reported(path: Path) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, KeyError, ValueError, OSError) as error:
        what = str(error).splitlines()[0] if str(error) else repr(error)
        raise CorpusError(f"{path}: not a readable shard ({what}); delete it and build again") from None


def run_task(
    runner: SandboxRunner, task: ShardTask, folder: CorpusFolder, on_run: Callable[[str], None],
    other: SandboxRunner | None = None,
) -> None:
    """Trace a shard and publish it; `on_run` is told the status of each run that was traced.

    With `other`, a slot with another hash seed, every run is made there too, and the rows say where the two differ.

    Raises:
        CorpusError: the shard cannot be written, or the one to retry cannot be read.
        TracingError: the tracing process could not be kept alive.
    """

    def trace_one(run: Run) -> tuple[Trace, LedgerEntry]:
        trace, entry = _run(runner, run, other)
        on_run(entry.last.status)
        return trace, entry

    name = task.plan.name
    try:
        states = _isolation(runner, task, folder)
        with temporary_file(folder.data(name)) as rows, temporary_file(folder.ledger(name)) as ledger:
            entries = _write_rows(rows, _outcomes(trace_one, task, folder))
            write_ledger(ledger, entries, states)
            folder.publish(name, rows, ledger)
    except OSError as error:
        raise CorpusError(folder.write_error_message(name, error)) from None


def _write_rows(path: Path, outcomes: Iterable[tuple[Trace, LedgerEntry]]) -> list[LedgerEntry]:
    """Write the traces, one at a time, and return the entries of the ledger."""
    entries = []
    with ShardWriter(path) as writer:
        for trace, entry in outcomes:
            writer.add(trace)
            entries.append(entry)
    return entries


def _isolation(runner: SandboxRunner, task: ShardTask, folder: CorpusFolder) -> list[dict[str, Any]]:
    """How the shard's programs are kept from the machine; what is retried may have run elsewhere before."""
    state = runner.isolation.as_dict()
    before = read_isolation(folder.ledger(task.plan.name)) if task.retry else []
    return [*before, *([] if state in before else [state])]


def _outcomes(trace_one: _TraceOne, task: ShardTask, folder: CorpusFolder) -> Iterator[tuple[Trace, LedgerEntry]]:
    name = task.plan.name
    if not task.retry:
        return map(trace_one, task.plan.runs)
    entries = read_ledger(folder.ledger(name))
    return _retry_runs(trace_one, task, zip(task.plan.runs, read_shard(folder.data(name)), entries, strict=True))


def _retry_runs(
    trace_one: _TraceOne, task: ShardTask, rows: Iterable[tuple[Run, Trace, LedgerEntry]]
) -> Iterator[tuple[Trace, LedgerEntry]]:
    for run, trace, entry in rows:
        if entry.last.status in task.retry:
            trace, repeated = trace_one(run)
            entry = entry.with_retry(repeated)
        yield trace, entry


def _run(runner: SandboxRunner, run: Run, other: SandboxRunner | None) -> tuple[Trace, LedgerEntry]:
    try:
        traced = run_twice(runner, other, run) if other else runner.run(run.program, run.input_index)
    except OSError as error:
        raise TracingError(f"the tracing process failed ({error})") from error
    return traced.trace, entry_of(
        traced.trace,
        wall_s=traced.wall_s,
        cpu_s=traced.cpu_s,
        max_rss_bytes=traced.max_rss_bytes,
        attempts=traced.attempts,
    )


def _chars(trace: Trace) -> int:
    changes = sum(len(change.value) for event in trace.events for change in event.changes)
    return changes + sum(map(len, (trace.code, trace.stdin, trace.stdout, trace.stderr)))
