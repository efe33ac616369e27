"""Build a corpus: programs in, a folder of finished shards out. Interrupted at any moment, it goes on where it was."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from statecode.corpus.config import BuildConfig
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import read_ledger
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.plan import (
    RUNS_PER_SHARD,
    Fingerprint,
    ProgramSource,
    Scan,
    ShardPlan,
    check_permitted,
    plan_shards,
    scan,
)
from statecode.corpus.pool import WorkerPool
from statecode.corpus.progress import BuildProgress, with_progress_bar
from statecode.corpus.shards import ShardTask
from statecode.corpus.worker import WorkerConfig
from statecode.errors import ConfigError, CorpusError
from statecode.machine import usable_cores
from statecode.records import Limits, Program

if TYPE_CHECKING:
    from statecode.tracing.sandbox.isolation import Isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What a build came to."""

    manifest: Manifest
    already_finished: bool = False                            # there was nothing to do
    failed: Mapping[str, str] = field(default_factory=dict)   # shard that was given up → reason
    empty_splits: tuple[str, ...] = ()                        # asked for, but there are too few problems


def build(
    programs: str | Path | ProgramSource | Collection[Program],
    out: str | os.PathLike[str],
    *,
    workers: int | None = None,
    limits: Limits | None = None,
    engine: str | None = None,
    fidelity: str = "snoop",
    repr_limit: int | None = None,
    split: str | None = None,
    runs_per_shard: int = RUNS_PER_SHARD,
    retry: Collection[str] = (),
    trust_programs: bool = False,
    allow_packages: Collection[str] = (),
    verify_determinism: bool = False,
    progress: bool = True,
    **options: Any,
) -> BuildReport:
    """Trace every program on every input into the folder `out`.

    The same programs and settings give the same bytes, however many workers there are and however often the build was
    cut off. `out` must be new, empty, or begun with equal settings; a finished corpus is left as it is.

    Args:
        programs: a source as `statecode.programs.load_programs` takes it, programs, or a source of one's own.
        workers: processes; by default one per processor that this process may use.
        engine: what records, see `statecode.tracing.ENGINES`; by default the one that the corpus was begun with, and
            for a new one the native engine where it can be used, else snoop.
        fidelity: `snoop` reads values as snoop does; `full`, of the native engine alone, reads them whole, finds every
            change in them, and tells objects' attributes.
        repr_limit: characters of a value that are kept with the fidelity `full`; by default 10,000.
        split: per cent of the problems in train, validation and test; by default 90,5,5, and 80,10,10 where there
            are fewer than 200 problems.
        retry: statuses such as timeout: runs in shards that are finished already and ended so are traced again,
            and what comes out replaces the row.
        trust_programs: put nothing but the limits around the programs: for those that you vouch for. Without it, a
            machine that cannot hold untrusted programs runs statecode's own alone.
        allow_packages: import names beside the standard library that untrusted programs may use, such as numpy.
        verify_determinism: run everything a second time with another hash seed and say in the columns
            `deterministic` and `differs_at` what came out differently; takes twice the time.
        progress: show a bar on stderr.
        options: for `load_programs`, where `programs` is a name or a path.

    Raises:
        ProgramError: the source cannot be read.
        CorpusError: `out` is something else or cannot be written, or the programs changed while they were read.
        ConfigError: a setting is wrong, or an allowed package is not installed.
        IsolationError: programs are untrusted and the machine cannot hold them; nothing is written then.
        TracingError: no worker can trace anything.
    """
    source = source_of(programs, **options)
    config = BuildConfig(
        workers=workers or usable_cores(),
        limits=limits or Limits(),
        engine=engine,
        fidelity=fidelity,
        repr_limit=repr_limit,
        split=split,
        runs_per_shard=runs_per_shard,
        retry=frozenset(retry),
        trust_programs=trust_programs,
        allow_packages=tuple(allow_packages),
        verify_determinism=verify_determinism,
    )
    return run_build(source, CorpusFolder(out), config, progress=progress)


def run_build(source: ProgramSource, folder: CorpusFolder, config: BuildConfig, *, progress: bool) -> BuildReport:
    """Do what `build` says, with its arguments in order."""
    folder.check_output_folder()
    config = _resolve_engine(config, folder)
    isolation = config.isolation()
    known = scan(check_permitted(with_progress_bar(source, progress), isolation), config.rule())
    manifest = manifest_of(source.name, known, config)
    empty = tuple(known.empty_splits)
    folder.create()
    with folder.locked():
        folder.recover()
        manifest = _check_or_write_manifest(folder, manifest)
        done = frozenset(folder.finished())
        if manifest.finished and not config.retry:
            return BuildReport(manifest=manifest, already_finished=True, empty_splits=empty)
        manifest.reopen().write(folder)
        try:
            failed = _build_shards(source, folder, config, isolation, known, done, progress)
        finally:
            folder.recover()  # what a worker that died, or found no room, has left
        if failed:
            return BuildReport(manifest=manifest.reopen(), failed=failed, empty_splits=empty)
        manifest = manifest.finish(folder)
        manifest.write(folder)
        return BuildReport(manifest=manifest, empty_splits=empty)


def _resolve_engine(config: BuildConfig, folder: CorpusFolder) -> BuildConfig:
    """Decide on the engine where none was asked for: a corpus is gone on with by the one that it was begun with.

    Raises:
        ConfigError: the engine that was asked for cannot be used here, or has not the fidelity that was asked for.
        CorpusError: the corpus was begun with an engine that cannot be used here.
    """
    from statecode.tracing.engines import check_usable, default_engine, repr_limit_of

    if config.engine is not None or not folder.manifest.exists():
        engine = config.engine or default_engine()
        check_usable(engine)
        repr_limit_of(engine, config.fidelity, config.repr_limit)
        return replace(config, engine=engine)
    begun = Manifest.read(folder)
    engine = str(begun.settings.get("engine"))
    if config.retry or not begun.finished:
        try:
            check_usable(engine)
        except ConfigError as error:
            raise CorpusError(f"{folder} was begun with the engine {engine}: {error} and another --out") from None
    return replace(config, engine=engine)


def source_of(programs: str | Path | ProgramSource | Collection[Program], **options: Any) -> ProgramSource:
    """Make a source that can be streamed more than once. A path's name is kept without its folder."""
    if isinstance(programs, ProgramSource):
        return programs
    if isinstance(programs, (str, Path)):
        from statecode.programs import load_programs

        name = ",".join(os.path.basename(os.path.normpath(part)) for part in str(programs).split(","))
        return ProgramSource(name=name, open=lambda: load_programs(programs, **options))
    return ProgramSource(name="programs", open=lambda: programs)


def _check_or_write_manifest(folder: CorpusFolder, manifest: Manifest) -> Manifest:
    """Give the manifest that stands in the folder, after writing ours if there is none."""
    if folder.manifest.exists():
        standing = Manifest.read(folder)
        standing.check_same(manifest, folder)
        return standing
    manifest.write(folder)
    return manifest


def _build_shards(
    source: ProgramSource,
    folder: CorpusFolder,
    config: BuildConfig,
    isolation: Isolation,
    known: Scan,
    done: frozenset[str],
    progress: bool,
) -> dict[str, str]:
    """Make the shards that are missing or to be retried; returns those that were given up, with reasons."""
    worker_config = WorkerConfig(
        out=str(folder),
        engine=config.engine,
        fidelity=config.fidelity,
        repr_limit=config.repr_limit,
        limits=config.limits,
        isolation=isolation,
        verify_determinism=config.verify_determinism,
    )
    plans = plan_shards(_check_unchanged(source, known), known.rule, config.runs_per_shard)
    with BuildProgress(known.total_runs, shown=progress) as bar, WorkerPool(config.workers, worker_config) as pool:
        tasks = _tasks(plans, folder, config.retry, done, bar)
        for task, report in pool.run(tasks):
            bar.update(task, report)
        return bar.failed


def _tasks(
    plans: Iterator[ShardPlan], folder: CorpusFolder, retry: frozenset[str], done: frozenset[str], bar: BuildProgress
) -> Iterator[ShardTask]:
    for plan in plans:
        if plan.name not in done:
            yield ShardTask(plan=plan)
            continue
        statuses = [entry.last.status for entry in read_ledger(folder.ledger(plan.name))]
        if len(statuses) != len(plan.runs):
            raise CorpusError(
                f"{folder.ledger(plan.name)}: {len(statuses)} entries for {len(plan.runs)} runs; "
                f"delete {folder.data(plan.name)} and build again"
            )
        bar.skip([status for status in statuses if status not in retry])
        if retry.intersection(statuses):
            yield ShardTask(plan=plan, retry=retry)


def _check_unchanged(source: ProgramSource, known: Scan) -> Iterable[Program]:
    """Stream the programs again and make sure that they are those of the survey.

    Raises:
        CorpusError: they are not. Shards written by then may hold either version, so the folder is to be discarded.
    """
    fingerprint = Fingerprint()
    for program in source.open():
        fingerprint.add(program)
        yield program
    if fingerprint.hexdigest() != known.fingerprint:
        raise CorpusError(f"{source.name}: the programs changed while they were read; delete the folder, build again")
