"""The corpus from which the dataset reads its rows: the shipped one, another folder, or programs that are traced first.

Each source has a key, which changes whenever its rows may change. The key is a part of the cache key of `datasets`.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import check_planned, check_shard, damage
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.plan import scan
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.files import PACKAGE_FOLDER
from statecode.machine import usable_cores
from statecode.tracing.options import RunOptions

EMBEDDED_CORPUS = PACKAGE_FOLDER / "data" / "embedded"
CORPORA_FOLDER = "statecode_corpora"  # subfolder of the cache of `datasets` for corpora built from `programs`


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """A corpus folder: a finished corpus, or one to be built from `programs`."""

    folder: Path
    key: str                               # hex digest; changes whenever the rows may change
    programs: str | None = None            # None: read the folder only
    options: RunOptions = field(default_factory=RunOptions)  # with which `programs` are traced
    source_options: Mapping[str, Any] = field(default_factory=dict)  # with which `programs` are loaded

    def shards(self, workers: int | None = None) -> dict[str, list[str]]:
        """Return split → paths of its shards, for each non-empty split. Trace the programs first if that is not done.

        Args:
            workers: number of processes that trace; by default one per core.

        Raises:
            CorpusError: the corpus is not finished or has no shards.
            IsolationError: the programs are untrusted and this machine cannot isolate them.
        """
        corpus = CorpusFolder(self.folder)
        if self.programs is not None and not _is_complete(corpus):
            _trace_programs(self, self.programs, workers)
        manifest = _check_finished(corpus)
        for name in manifest.shard_names():
            check_shard(corpus, name)
        files = {split: [str(corpus.data(name)) for name in manifest.shard_names(split)] for split in SPLITS}
        found = {split: names for split, names in files.items() if names}
        if not found:
            raise CorpusError(f"{corpus}: has no shards; build it again with at least one program")
        return found


def find_source(
    *,
    data_dir: str | os.PathLike[str] | None,
    programs: str | os.PathLike[str] | None,
    cache_dir: str,
    trust_programs: bool = False,
    allow_packages: Collection[str] = (),
    source_options: Mapping[str, Any] | None = None,
) -> RowSource:
    """Return the source of the rows: the corpus that comes with statecode if `data_dir` and `programs` are None.

    Args:
        data_dir: folder of a finished corpus.
        programs: programs to trace, as `statecode build --programs` accepts them; a `PathLike` is always a path, never
            the name of a source.
        cache_dir: the cache folder of `datasets`; the corpus of `programs` is built in a subfolder.
        trust_programs, allow_packages: see `statecode.corpus.build.build`; only valid with `programs`.
        source_options: options of the source of `programs`, see `statecode.programs.load_programs`.

    Raises:
        ConfigError: `data_dir` and `programs` are both passed, an option for `programs` is passed without them, the
            source does not accept an option, or a package is not installed.
        CorpusError: `data_dir` is not a finished corpus.
        ProgramError: the programs do not exist.
    """
    if data_dir is not None and programs is not None:
        raise ConfigError("pass data_dir, a finished corpus, or programs, which are traced now; not both")
    if programs is None and (trust_programs or allow_packages):
        raise ConfigError("trust_programs and allow_packages are for programs=..., which are traced; a corpus is read")
    if programs is None and source_options:
        names = ", ".join(source_options)
        raise ConfigError(f"{names}: not an option of load_dataset; options of a source need programs=..., the source")
    if programs is None:
        folder = EMBEDDED_CORPUS if data_dir is None else Path(data_dir).expanduser().absolute()
        corpus = CorpusFolder(folder)
        return RowSource(folder=folder, key=_key_of_corpus(corpus, _check_finished(corpus)))
    name = programs if isinstance(programs, str) else os.path.join(".", programs)  # never the name of a source
    options = RunOptions(trust_programs=trust_programs, allow_packages=tuple(allow_packages)).resolved()
    key = _key_of_programs(name, options, source_options or {})
    folder = Path(cache_dir).expanduser() / CORPORA_FOLDER / key[:32]
    return RowSource(folder=folder, key=key, programs=name, options=options, source_options=source_options or {})


def _is_complete(corpus: CorpusFolder) -> bool:
    """Return True if the corpus is finished and no shard is missing or damaged."""
    if not corpus.manifest.exists():
        return False
    manifest = Manifest.read(corpus)
    return manifest.finished and not any(damage(corpus, name) for name in manifest.shard_names())


def _check_finished(corpus: CorpusFolder) -> Manifest:
    """Return the manifest.

    Raises:
        CorpusError: the corpus is not finished, or a shard is missing or has another size.
    """
    manifest = Manifest.read(corpus)
    planned = len(manifest.shard_names())
    if not manifest.finished:
        raise CorpusError(
            f"{corpus}: not finished ({len(corpus.finished())} of {planned} shards); run the `statecode build` that "
            "began it again"
        )
    check_planned(corpus, manifest)
    return manifest


def _key_of_corpus(corpus: CorpusFolder, manifest: Manifest) -> str:
    """Return a hash of the manifest and of the size and modification time of each shard; no shard is read."""
    digest = hashlib.sha256(corpus.manifest.read_bytes())
    for name in manifest.shard_names():
        stat = corpus.data(name).stat()
        digest.update(f"\n{name} {stat.st_size} {stat.st_mtime_ns}".encode())
    return digest.hexdigest()


def _key_of_programs(source: str, options: RunOptions, source_options: Mapping[str, Any]) -> str:
    """Return a hash of the key of the corpus that the programs will make, which includes their fingerprint."""
    from statecode.corpus import build  # not needed to read a corpus

    config = build.BuildConfig(options=options)
    manifest = manifest_of(source, scan(build.stream_of(source, **source_options), config.rule()), config)
    return hashlib.sha256(json.dumps(manifest.key()).encode()).hexdigest()


def _trace_programs(source: RowSource, programs: str, workers: int | None) -> None:
    """Build the corpus of the source, or continue its build.

    Raises:
        CorpusError: a shard could not be built.
    """
    from statecode.corpus import build

    config = build.BuildConfig(options=source.options, workers=workers or usable_cores())
    with _exclusive_lock(source.folder):
        stream = build.stream_of(programs, **source.source_options)
        report = build.run_build(stream, CorpusFolder(source.folder), config, progress=True)
    if report.failed:
        name, reason = next(iter(report.failed.items()))
        raise CorpusError(f"{programs}: {len(report.failed)} shards were not traced ({name}: {reason}); run this again")


@contextmanager
def _exclusive_lock(folder: Path) -> Iterator[None]:
    """Hold an exclusive lock for the corpus in `folder` during the block.

    Other processes with the same programs, such as the ranks of a training run, wait and then find the corpus finished.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(folder.with_suffix(".lock"), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o666)) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
