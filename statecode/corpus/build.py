"""Build a corpus: trace programs into a folder of shards.

A build may be interrupted at any moment. The next build with the same settings keeps the finished shards and continues.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from statecode.corpus.behaviour import ComparedMutants
from statecode.corpus.config import BuildConfig
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import intact
from statecode.corpus.ledger import read_ledger
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.mutants import KeptPrograms, compare_mutants, with_mutants_required
from statecode.corpus.plan import (
    RUNS_PER_SHARD,
    Fingerprint,
    ProgramStream,
    Scan,
    ShardPlan,
    plan_shards,
    scan,
    with_program_check,
)
from statecode.corpus.pool import WorkerPool
from statecode.corpus.problems import ProblemCounts, warn_of_splits
from statecode.corpus.progress import BuildProgress, with_progress_bar
from statecode.corpus.shards import ShardTask
from statecode.corpus.splits import SplitRule
from statecode.corpus.verdicts import Checker, OutputComparison
from statecode.corpus.worker import WorkerConfig
from statecode.errors import ConfigError, CorpusError
from statecode.machine import usable_cores
from statecode.records import Limits, Program
from statecode.tracing.engines.registry import ENGINES, usable_engine
from statecode.tracing.options import RunOptions
from statecode.tracing.sandbox.isolation import Isolation


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """The result of a build."""

    manifest: Manifest
    counts: ProblemCounts                                     # of the programs of the source
    already_finished: bool = False                            # the corpus was complete before; nothing was traced
    failed: Mapping[str, str] = field(default_factory=dict)   # name of a shard that could not be built → reason
    empty_splits: tuple[str, ...] = ()                        # requested splits for which there are too few problems


def build(
    programs: str | Path | ProgramStream | Collection[Program],
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
    files: Mapping[str, str] | None = None,
    verify_determinism: bool = False,
    float_tolerance: float | None = None,
    ignore_case: bool = False,
    checker: Checker | None = None,
    behaviour_differs: bool = False,
    progress: bool = True,
    **options: Any,
) -> BuildReport:
    """Run every program on each of its inputs, and write the traces to the folder `out`.

    The bytes of the shards depend only on the programs and on the settings in the manifest, not on the number of
    workers or of interruptions. The folder `out` may be absent or empty, or contain a corpus with the same settings.
    A finished corpus is not changed, unless `retry` is passed, or a shard is missing or differs from the size or the
    checksum in its ledger; such shards are written again.

    Args:
        programs: a name or path that `statecode.programs.load_programs` accepts, a collection of programs, or a
            `ProgramStream`.
        workers: number of worker processes; by default one per core that this process may use.
        limits: limits of each run; by default `Limits()`.
        engine: the engine that records, one of `statecode.tracing.ENGINES`. By default, an existing corpus is
            continued with its engine, and a new corpus uses the native engine if it is available, otherwise snoop.
        fidelity: `snoop` records values as snoop shows them. `full`, which only the native engine supports, records
            whole values, every change in them, and the attributes of objects.
        repr_limit: maximum number of characters of a value with the fidelity `full`; by default 10,000.
        split: percentages of the problems in train, validation and test; by default 90,5,5, or 80,10,10 for fewer
            than 200 problems.
        runs_per_shard: number of rows of a shard; the last shard of a split may have fewer.
        retry: statuses such as timeout. In finished shards, each run with one of these statuses is traced again, and
            the new trace replaces the row.
        trust_programs: run the programs under the limits only, without the other layers of the sandbox. If this is
            False, a machine that cannot isolate untrusted programs runs only the programs that come with statecode.
        allow_packages: import names outside the standard library that untrusted programs may use, such as numpy.
        files: name → text of the files that every program without `Program.files` finds in its folder, in which it can
            then create files. The column `files` holds the new and changed ones.
        verify_determinism: trace each run a second time with another hash seed and record differences in the columns
            `deterministic` and `differs_at`. The build then takes twice the time.
        float_tolerance: for the column `verdict`, the maximum difference, absolute or relative, between a printed and
            an expected number of which one has a decimal point or an exponent: with 1e-6, `3.0` is `3.000000`. By
            default the texts must be equal.
        ignore_case: for the column `verdict`, ignore the case of letters.
        checker: a function that determines the column `verdict` in place of a comparison. It is called as
            `checker(stdin, stdout, expected_output)` and returns True for a correct output, False for a wrong one, or
            None if the run has no verdict. `expected_output` is None if it is unknown; if several outputs are
            accepted, the function is called with each. Workers import it, so define it in a module, not in a script.
        behaviour_differs: drop the mutants of the source `mutated` whose output, status and exception are those of
            their parents on every input. The mutants and their parents are run for that before the build.
        progress: show a progress bar on stderr.
        options: passed to `load_programs` if `programs` is a name or a path.

    Raises:
        ProgramError: the source cannot be read.
        CorpusError: `out` contains other files or a corpus with other settings, or cannot be written; the source has no
            program with an input, or two programs with the same id; or the programs changed while they were read.
        ConfigError: a setting is invalid, an allowed package is not installed, the engine runs programs of another
            language, or the checker raised an exception.
        IsolationError: programs are untrusted and this machine cannot isolate them; nothing has been written.
        TracingError: no worker can trace anything.
    """
    source = stream_of(programs, **options)
    run_options = RunOptions(
        engine=engine, fidelity=fidelity, repr_limit=repr_limit, limits=limits or Limits(),
        trust_programs=trust_programs, allow_packages=tuple(allow_packages),
        files=None if files is None else json.dumps(dict(files)),
    )
    config = BuildConfig(
        options=run_options, workers=workers or usable_cores(), split=split, runs_per_shard=runs_per_shard,
        retry=frozenset(retry), verify_determinism=verify_determinism,
        comparison=OutputComparison(float_tolerance=float_tolerance, ignore_case=ignore_case, checker=checker),
        behaviour_differs=behaviour_differs,
    )
    return run_build(source, CorpusFolder(out), config, progress=progress)


def run_build(source: ProgramStream, folder: CorpusFolder, config: BuildConfig, *, progress: bool) -> BuildReport:
    """Build a corpus from checked arguments; see `build` for the behaviour and the errors."""
    folder.check_output_folder()
    config = _resolve_engine(config, folder)
    engine = config.options.find_engine()
    _check_sendable(f"the engine {engine.name}", engine, type(engine).__module__)
    if checker := config.comparison.checker:
        _check_sendable("the checker", checker, getattr(checker, "__module__", None))
    isolation = config.options.isolation()
    compared = None
    if config.behaviour_differs:
        source, scanned, compared = _scan_kept_programs(source, folder, config, isolation, progress)
    else:
        scanned = _scan(source, config, isolation, progress, config.rule())
    manifest = manifest_of(source.name, scanned, config, compared)
    empty = tuple(scanned.empty_splits)
    counts = scanned.counts
    warn_of_splits(counts, scanned.rule, scanned.empty_splits)
    folder.create()
    with folder.locked():
        folder.recover()
        manifest = _check_or_write_manifest(folder, manifest)
        done = intact(folder, manifest)
        if manifest.finished and not config.retry and len(done) == len(manifest.shard_names()):
            return BuildReport(manifest=manifest, counts=counts, already_finished=True, empty_splits=empty)
        manifest.reopen().write(folder)
        try:
            failed = _build_shards(source, folder, config, isolation, scanned, done, progress)
        finally:
            folder.recover()  # remove temporary files of workers that were killed or found the disk full
        if failed:
            return BuildReport(manifest=manifest.reopen(), counts=counts, failed=failed, empty_splits=empty)
        manifest = manifest.finish(folder)
        manifest.write(folder)
        return BuildReport(manifest=manifest, counts=counts, empty_splits=empty)


def _scan(
    source: ProgramStream, config: BuildConfig, isolation: Isolation, progress: bool, rule: SplitRule | None
) -> Scan:
    return scan(with_program_check(with_progress_bar(source, progress), config.options, isolation), rule)


def _scan_kept_programs(
    source: ProgramStream, folder: CorpusFolder, config: BuildConfig, isolation: Isolation, progress: bool
) -> tuple[ProgramStream, Scan, ComparedMutants]:
    """Compare mutants with their parents; return the source of the kept programs with its scan, and the numbers.

    A problem has the split that it has without the comparison.

    Raises:
        ConfigError: the source has no mutants.
        CorpusError: the folder has a corpus with other settings, or of other programs.
    """
    whole = _scan(with_mutants_required(source), config, isolation, progress, config.rule())
    if folder.manifest.exists():
        _check_begun(Manifest.read(folder), source, folder, config, whole)
    folder.create()
    with folder.locked():
        worker_config = _worker_config(folder, config, isolation)
        compare_mutants(source, folder, worker_config, config, programs=whole.programs, progress=progress)
        kept = KeptPrograms(source, folder, config)
        scanned = _scan(kept.stream, config, isolation, progress, whole.rule)
    return kept.stream, scanned, ComparedMutants(
        fingerprint=whole.fingerprint, mutants=kept.mutants, dropped=kept.dropped
    )


def _check_begun(
    begun: Manifest, source: ProgramStream, folder: CorpusFolder, config: BuildConfig, whole: Scan
) -> None:
    """Check the settings of an existing corpus that are known before the mutants are compared.

    Raises:
        CorpusError: a setting differs.
    """
    settings = {"behaviour_differs": whole.fingerprint, **config.settings()}
    same = {name: begun.settings[name] for name in settings if name in begun.settings}
    replace(begun, settings=same).check_same(Manifest(settings=settings, source=source.name, plan={}), folder)


def _resolve_engine(config: BuildConfig, folder: CorpusFolder) -> BuildConfig:
    """Return the config with an engine: the requested one, else the one of the existing corpus, else the default.

    Raises:
        ConfigError: the requested engine is not available here, or does not support the requested fidelity.
        CorpusError: the corpus was begun with an engine that is not available here.
    """
    if config.options.engine is not None or not folder.manifest.exists():
        return replace(config, options=config.options.resolved())
    begun = Manifest.read(folder)
    engine = str(begun.settings.get("engine"))
    if engine not in ENGINES:
        known = ", ".join(ENGINES)
        raise CorpusError(f"{folder} was begun with the engine {engine}, which is not registered here; known: {known}")
    if config.retry or not begun.finished:
        try:
            usable_engine(engine)
        except ConfigError as error:
            raise CorpusError(f"{folder} was begun with the engine {engine}: {error} and another --out") from None
    return replace(config, options=replace(config.options, engine=engine))


def _check_sendable(name: str, extension: object, module: str | None) -> None:
    """Check that the workers of a build can receive an engine or a checker from outside of the package.

    Args:
        module: name of the module that defines it.

    Raises:
        ConfigError: they cannot.
    """
    try:
        if module == "__main__":
            raise TypeError("it is defined in __main__")
        pickle.dumps(extension)
    except Exception as error:  # pickle calls methods of the object
        raise ConfigError(
            f"{name} cannot be sent to the workers of a build ({error}); define it in a module that they can import"
        ) from None


def stream_of(programs: str | Path | ProgramStream | Collection[Program], **options: Any) -> ProgramStream:
    """Return `programs` as a stream that can be iterated more than once."""
    if isinstance(programs, ProgramStream):
        return programs
    if isinstance(programs, (str, Path)):
        from statecode.programs import load_programs, short_name

        return ProgramStream(name=short_name(programs), open=lambda: load_programs(programs, **options))
    return ProgramStream(name="programs", open=lambda: programs)


def _check_or_write_manifest(folder: CorpusFolder, manifest: Manifest) -> Manifest:
    """Return the manifest of the folder. Write `manifest` if the folder has none.

    Raises:
        CorpusError: the folder's manifest has other settings.
    """
    if folder.manifest.exists():
        existing = Manifest.read(folder)
        existing.check_same(manifest, folder)
        return existing
    manifest.write(folder)
    return manifest


def _build_shards(
    source: ProgramStream,
    folder: CorpusFolder,
    config: BuildConfig,
    isolation: Isolation,
    scanned: Scan,
    done: frozenset[str],
    progress: bool,
) -> dict[str, str]:
    """Build the missing shards, and trace the runs of finished shards again that have a status in `config.retry`.

    Returns:
        The name of each shard that could not be built → the reason.
    """
    worker_config = _worker_config(folder, config, isolation)
    plans = plan_shards(_check_unchanged(source, scanned), scanned.rule, config.runs_per_shard)
    with BuildProgress(scanned.total_runs, shown=progress) as bar, WorkerPool(config.workers, worker_config) as pool:
        tasks = _tasks(plans, folder, config.retry, done, bar)
        for task, report in pool.run(tasks):
            bar.update(task, report)
        return bar.failed


def _worker_config(folder: CorpusFolder, config: BuildConfig, isolation: Isolation) -> WorkerConfig:
    return WorkerConfig(
        out=str(folder), options=config.options, engine=config.options.find_engine(), isolation=isolation,
        verify_determinism=config.verify_determinism, comparison=config.comparison,
    )


def _tasks(
    plans: Iterator[ShardPlan], folder: CorpusFolder, retry: frozenset[str], done: frozenset[str], bar: BuildProgress
) -> Iterator[ShardTask]:
    """Yield a task for each missing or damaged shard and for each finished shard with runs to retry.

    The other runs of finished shards are counted as done in `bar`.

    """
    for plan in plans:
        entries = read_ledger(folder.ledger(plan.name)) if plan.name in done else []
        if len(entries) != len(plan.runs):
            yield ShardTask(plan=plan)
            continue
        statuses = [entry.last.status for entry in entries]
        bar.skip([status for status in statuses if status not in retry])
        if retry.intersection(statuses):
            yield ShardTask(plan=plan, retry=retry)


def _check_unchanged(source: ProgramStream, scanned: Scan) -> Iterable[Program]:
    """Yield the programs of a second pass over the source; check at the end that they equal those of the scan.

    Raises:
        CorpusError: the programs differ. The shards written so far may contain either version: the folder is unusable.
    """
    fingerprint = Fingerprint()
    for program in source.open():
        fingerprint.add(program)
        yield program
    if fingerprint.hexdigest() != scanned.fingerprint:
        raise CorpusError(f"{source.name}: the programs changed while they were read; delete the folder, build again")
