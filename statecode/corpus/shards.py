"""Trace the runs of a shard, and read and write its Parquet file.

Rows are written in row groups of bounded size, so that writers and readers hold at most one group of traces in memory.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeAlias

import pyarrow as pa
import pyarrow.parquet as pq

from statecode.corpus.columns import from_table, to_table
from statecode.corpus.determinism import with_second_run
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import LedgerEntry, ShardFile, entry_of, read_isolation, read_ledger, write_ledger
from statecode.corpus.plan import Run, ShardPlan
from statecode.corpus.rows import SCALARS, SCHEMA
from statecode.corpus.verdicts import OutputComparison
from statecode.errors import CorpusError, TracingError
from statecode.files import temporary_file
from statecode.input_files import open_parquet, snapshot_root
from statecode.records import Trace
from statecode.tracing.wire.event_columns import RecordedRun

if TYPE_CHECKING:
    from statecode.tracing import SandboxRunner, TracedRun

# Sizes of the Parquet data of 1,908 embedded runs with 334,332 events. Each line keeps the changes of the lines above:
#   1.33 MB: dictionaries for all columns, level 9
#   1.12 MB: no dictionaries in `events`
#   1.09 MB: no statistics of the long texts
#   1.04 MB: level 15, which takes 0.6 ms per run
# Level 9 makes the files 4 % larger and takes 0.1 ms per run, of about 5 ms in all.
ZSTD_LEVEL = 9
_LONG_TEXTS = frozenset({"expected_output", "code", "stdin", "stdout", "stderr", "files"})
_PARQUET = {
    "compression": "zstd",
    "compression_level": ZSTD_LEVEL,
    "use_dictionary": list(SCALARS),
    "write_statistics": [name for name in SCALARS if name not in _LONG_TEXTS],
}
_TraceRuns: TypeAlias = Callable[[Sequence[Run]], Iterator[tuple[RecordedRun, LedgerEntry]]]

GROUP_EVENTS = 100_000      # a row group is written when it has this many events
GROUP_CHARS = 32 * 2**20    # or when it has this many characters of text
SHARED_RUNS = 64            # maximum number of programs that share a process; see `SandboxRunner.run_together`
BATCH_ROWS = 128            # rows that are read at once: a text that a file stores once can be in each row
DAMAGE = (pa.ArrowException, KeyError, ValueError, TypeError, OverflowError, MemoryError, OSError)
"""The exceptions of pyarrow and of the decoders of columns for the contents of a damaged file."""
_REASON_CHARS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ShardTask:
    """The task of a worker: trace a shard, or retry some runs of a finished one."""

    plan: ShardPlan
    retry: frozenset[str] = frozenset()  # empty: trace every run; else: retry the runs with these statuses


class ShardWriter:
    """Writer of runs to one Parquet file, to be used as a context manager. Equal runs result in equal bytes."""

    def __init__(self, path: Path) -> None:
        self._writer = pq.ParquetWriter(path, SCHEMA, **_PARQUET)
        self._group: list[RecordedRun] = []
        self._events = self._chars = 0

    def __enter__(self) -> ShardWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if kind is None:
            self._flush()
        self._writer.close()

    def add(self, run: RecordedRun) -> None:
        """Append one row."""
        self._group.append(run)
        self._events += len(run)
        self._chars += _approximate_chars(run)
        if self._events >= GROUP_EVENTS or self._chars >= GROUP_CHARS:
            self._flush()

    def _flush(self) -> None:
        if self._group:
            self._writer.write_table(to_table(self._group))
        self._group.clear()
        self._events = self._chars = 0


def read_shard(path: Path) -> Iterator[Trace]:
    """Yield the traces of a file; BATCH_ROWS of them are in memory at a time.

    Raises:
        CorpusError: the file is damaged.
    """
    with open_shard(path) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            yield from from_table(pa.Table.from_batches([batch]))


def read_row(path: Path, row: int) -> Trace:
    """Return the trace in row `row` of a file; the first row is 0.

    Raises:
        CorpusError: the file is damaged or has no such row.
    """
    with open_shard(path) as file:
        offset = row  # relative to the first row of the group, then of the batch
        for group in range(file.num_row_groups):
            rows = file.metadata.row_group(group).num_rows
            if offset < rows:
                for batch in file.iter_batches(BATCH_ROWS, row_groups=[group]):
                    if offset < batch.num_rows:
                        return next(from_table(pa.Table.from_batches([batch.slice(offset, 1)])))
                    offset -= batch.num_rows
            offset -= rows
        raise KeyError(f"no row {row}")


def read_columns(path: Path, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return a dict from these names to the columns of a file, as lists. The other columns are not read.

    Raises:
        CorpusError: the file is damaged.
    """
    with open_shard(path) as file:
        columns: dict[str, list[Any]] = file.read(columns=list(names)).to_pydict()
        return {name: columns[name] for name in names}


def row_count(path: Path) -> int:
    """Return the number of rows of a file.

    Raises:
        CorpusError: the file is damaged.
    """
    with open_shard(path) as file:
        return int(file.metadata.num_rows)


@contextmanager
def open_shard(path: Path) -> Iterator[pq.ParquetFile]:
    """Open the Parquet file of a shard; links that lead out of the corpus are not followed.

    Raises:
        CorpusError: the file is damaged, also if the block finds it.
    """
    root = snapshot_root(path.parent.parent)
    with damage_reported(path), open_parquet(path, root) as rows:
        for field in rows.schema_arrow:
            if field.name in SCHEMA.names and field.type != SCHEMA.field(field.name).type:
                raise TypeError(f"its column {field.name} has another type, {field.type}"[:_REASON_CHARS])
        yield rows


@contextmanager
def damage_reported(path: str | os.PathLike[str]) -> Iterator[None]:
    """Raise CorpusError, with the path, for an error that a damaged Parquet file causes in the block."""
    try:
        yield
    except DAMAGE as error:
        reason = (str(error).splitlines() or [repr(error)])[0][:_REASON_CHARS]
        raise CorpusError(f"{path}: not a readable shard ({reason}); delete it and build again") from None


def run_task(
    runner: SandboxRunner, task: ShardTask, folder: CorpusFolder, on_run: Callable[[str], None],
    other: SandboxRunner | None = None, comparison: OutputComparison = OutputComparison(),
) -> None:
    """Trace a shard and publish it.

    Args:
        on_run: called with the status of each traced run.
        other: a runner with another hash seed. If it is passed, it traces each run a second time, and the row records
            the first difference between the two traces.
        comparison: determines the verdicts.

    Raises:
        ConfigError: a checker failed.
        CorpusError: the shard cannot be written, or the existing shard cannot be read for a retry.
        TracingError: the tracing process failed.
    """

    def trace_runs(runs: Sequence[Run]) -> Iterator[tuple[RecordedRun, LedgerEntry]]:
        for run, traced in zip(runs, traced_runs(runner, runs, other)):
            on_run(traced.run.head.status.value)
            head = comparison.judge(traced.run.head, run.program.accepted_outputs(run.input_index))
            yield replace(traced.run, head=head), entry_of(
                traced.run, wall_s=traced.wall_s, cpu_s=traced.cpu_s, max_rss_bytes=traced.max_rss_bytes,
                attempts=traced.attempts,
            )

    name = task.plan.name
    try:
        isolations = _isolations(runner, task, folder)
        with temporary_file(folder.data(name)) as rows, temporary_file(folder.ledger(name)) as ledger:
            entries = _write_rows(rows, _rows(trace_runs, task, folder))
            with rows.open("rb") as file:
                write_ledger(ledger, entries, isolations, ShardFile.of(file, len(entries)))
            folder.publish(name, rows, ledger)
    except OSError as error:
        raise CorpusError(folder.write_error_message(name, error)) from None


def _write_rows(path: Path, traced: Iterable[tuple[RecordedRun, LedgerEntry]]) -> list[LedgerEntry]:
    """Write the runs, one at a time, and return their ledger entries."""
    entries = []
    with ShardWriter(path) as writer:
        for run, entry in traced:
            writer.add(run)
            entries.append(entry)
    return entries


def _isolations(runner: SandboxRunner, task: ShardTask, folder: CorpusFolder) -> list[dict[str, Any]]:
    """Return the isolations of the shard's runs. For a retry they include those of the existing ledger."""
    current = runner.isolation.as_dict()
    before = read_isolation(folder.ledger(task.plan.name)) if task.retry else []
    return [*before, *([] if current in before else [current])]


def _rows(
    trace_runs: _TraceRuns, task: ShardTask, folder: CorpusFolder
) -> Iterator[tuple[RecordedRun, LedgerEntry]]:
    """Yield the record and the ledger entry of each run, in the order of the rows."""
    name = task.plan.name
    if not task.retry:
        return trace_runs(task.plan.runs)
    entries = read_ledger(folder.ledger(name))
    rows = map(RecordedRun.of, read_shard(folder.data(name)))
    return _retry_runs(trace_runs, task, zip(task.plan.runs, rows, entries, strict=True))


def _retry_runs(
    trace_runs: _TraceRuns, task: ShardTask, rows: Iterable[tuple[Run, RecordedRun, LedgerEntry]]
) -> Iterator[tuple[RecordedRun, LedgerEntry]]:
    """Yield the record and the ledger entry of each row; trace the run again if its status is in `task.retry`."""
    for run, recorded, entry in rows:
        if entry.last.status in task.retry:
            (recorded, repeated), = trace_runs([run])
            entry = entry.with_retry(repeated)
        yield recorded, entry


def traced_runs(
    runner: SandboxRunner, runs: Sequence[Run], other: SandboxRunner | None = None
) -> Iterator[TracedRun]:
    """Trace runs, a second time with `other` unless it is None.

    Raises:
        TracingError: the tracing process failed.
    """
    try:
        for start in range(0, len(runs), SHARED_RUNS):
            together = [(run.program, run.input_index) for run in runs[start : start + SHARED_RUNS]]
            if other is None:
                yield from runner.run_together(together)
            else:
                yield from map(with_second_run, runner.run_together(together), other.run_together(together))
    except OSError as error:
        raise TracingError(f"the tracing process failed ({error})") from error


def _approximate_chars(run: RecordedRun) -> int:
    """Return the approximate number of characters in a run: values of changes, code, input and output."""
    head = run.head
    texts = (head.code, head.stdin, head.stdout, head.stderr, head.files or "")
    return sum(map(len, run.events.change_value)) + sum(map(len, texts))
