"""Estimate the time and disk space of a build from a sample of its runs. Nothing is written to the corpus."""

from __future__ import annotations

import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecode.corpus.columns import to_table
from statecode.corpus.config import BuildConfig
from statecode.corpus.plan import ProgramStream, Run, Scan, scan, with_program_check
from statecode.corpus.problems import warn_of_splits
from statecode.corpus.progress import with_progress_bar
from statecode.corpus.shards import ShardWriter, traced_runs
from statecode.machine import usable_cores
from statecode.progress import progress_bar
from statecode.records import Program
from statecode.tracing.sandbox.isolation import Isolation

SAMPLE_RUNS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The exact counts of a source, and the time and disk space extrapolated from a sample."""

    scan: Scan
    shards: int
    sampled_runs: int
    statuses: Mapping[str, int]  # status → number of sampled runs
    build_s: float               # duration of the whole build with the configured workers, at most one per core
    disk_bytes: int              # of the whole corpus; an overestimate, because the small sample compresses worse


def estimate(
    source: ProgramStream, config: BuildConfig, *, sample_runs: int = SAMPLE_RUNS, progress: bool = True
) -> Estimate:
    """Trace at most `sample_runs` runs in this process, and extrapolate the time and disk space of the whole build.

    The runs are spread evenly over the source; the same runs are chosen each time.

    Raises:
        ProgramError, CorpusError, ConfigError, IsolationError, TracingError: under the same conditions as `build`.
    """
    isolation = config.options.isolation()
    known = scan(with_program_check(with_progress_bar(source, progress), config.options, isolation), config.rule())
    warn_of_splits(known.counts, known.rule, known.empty_splits)
    picked = sorted(evenly_spaced(known.total_runs, sample_runs))
    runs = list(_select_runs(source.open(), picked))
    statuses, sample_bytes, start_s, runs_s = _trace(runs, config, isolation, progress)
    share = known.total_runs / len(picked)
    return Estimate(
        scan=known,
        shards=sum(known.shards(config.runs_per_shard).values()),
        sampled_runs=len(picked),
        statuses=statuses,
        build_s=build_duration(
            start_s, runs_s * share * (1 + config.verify_determinism), min(config.workers, usable_cores())
        ),
        disk_bytes=round(sample_bytes * share),
    )


def build_duration(start_s: float, runs_s: float, processes: int) -> float:
    """Return the duration of a build whose processes start at the same time, once each, and share the runs."""
    return start_s + runs_s / processes


def _trace(
    runs: Sequence[Run], config: BuildConfig, isolation: Isolation, progress: bool
) -> tuple[dict[str, int], int, float, float]:
    """Trace runs into a temporary shard.

    Returns:
        The number of runs per status, the size of the file in bytes, the time of what a worker does once, such as to
        start a runner, and the time of the runs.
    """
    from statecode.tracing import SandboxRunner

    statuses: Counter[str] = Counter()
    began_s = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="statecode-") as folder:
        path = Path(folder, "sample.parquet")
        with SandboxRunner(config.options, isolation=isolation) as runner, ShardWriter(path) as writer:
            to_table([])  # the first conversion imports pandas, if it is installed; a worker does that once
            started_s = time.perf_counter()
            traced_all = traced_runs(runner, runs)
            for traced in progress_bar(traced_all, "sampling", "runs", shown=progress, total=len(runs)):
                statuses[traced.run.head.status.value] += 1
                writer.add(traced.run)
        ended_s = time.perf_counter()
        return dict(statuses), path.stat().st_size, started_s - began_s, ended_s - started_s


def evenly_spaced(total: int, count: int) -> set[int]:
    """Divide the numbers from 0 to `total` - 1 into `count` equal parts, and return the middle number of each part.

    Fewer than `count` numbers are returned if `total` is less than `count`.
    """
    return {(2 * part + 1) * total // (2 * count) for part in range(count)}


def _select_runs(programs: Iterable[Program], ordinals: list[int]) -> Iterator[Run]:
    """Yield the runs with these ordinals; `ordinals` is sorted.

    The ordinal of a run is its position, from 0, among the runs of all programs.
    """
    remaining = iter(ordinals)
    wanted = next(remaining, None)
    first = 0  # ordinal of the program's first run
    for program in programs:
        while wanted is not None and wanted < first + len(program.inputs):
            yield Run(program, wanted - first)
            wanted = next(remaining, None)
        if wanted is None:
            return
        first += len(program.inputs)
