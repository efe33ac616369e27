"""Where the rows of the dataset come from: the corpus that ships, another one, or programs that are traced first.

Each source has a key that changes whenever its rows may; `datasets` keeps what it made under that key.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.plan import scan
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.files import PACKAGE_FOLDER

EMBEDDED_CORPUS = PACKAGE_FOLDER / "data" / "embedded"
CORPORA_FOLDER = "statecode_corpora"  # in the cache folder of `datasets`: the corpora that `programs=` made


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSource:
    """A corpus folder, finished or to be made from `programs`."""

    folder: Path
    key: str
    programs: str | None = None
    trust_programs: bool = False           # as `statecode build` takes it, likewise the packages
    allow_packages: tuple[str, ...] = ()

    def shards(self, workers: int | None = None) -> dict[str, list[str]]:
        """Give the shard files of each split that has any, in order, after tracing what is missing.

        Raises:
            CorpusError: the corpus is not finished, or has no rows.
            IsolationError: the programs are untrusted, and the machine cannot hold them.
        """
        corpus = CorpusFolder(self.folder)
        if self.programs is not None and not _is_finished(corpus):
            _trace_programs(self, self.programs, workers)
        _check_finished(corpus)
        files = {split: [str(corpus.data(name)) for name in corpus.finished(split)] for split in SPLITS}
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
) -> RowSource:
    """Say where the rows are to come from; with neither argument, the corpus that comes with statecode.

    Raises:
        ConfigError: both are given, or what is to be traced is said of what is not, or a package is not installed.
        CorpusError: `data_dir` is no finished corpus.
        ProgramError: there are no such programs.
    """
    if data_dir is not None and programs is not None:
        raise ConfigError("give data_dir, a corpus that is built, or programs, which are built now; not both")
    if programs is None and (trust_programs or allow_packages):
        raise ConfigError("trust_programs and allow_packages are for programs=..., which are traced; a corpus is read")
    if programs is None:
        folder = EMBEDDED_CORPUS if data_dir is None else Path(data_dir).expanduser().absolute()
        corpus = CorpusFolder(folder)
        _check_finished(corpus)
        return RowSource(folder=folder, key=_key_of_corpus(corpus))
    name = programs if isinstance(programs, str) else os.path.join(".", programs)  # a path is never a source's name
    packages = tuple(sorted(set(allow_packages)))
    key = _key_of_programs(name, trust_programs, packages)
    return RowSource(
        folder=Path(cache_dir).expanduser() / CORPORA_FOLDER / key[:32],
        key=key,
        programs=name,
        trust_programs=trust_programs,
        allow_packages=packages,
    )


def _is_finished(corpus: CorpusFolder) -> bool:
    return corpus.manifest.exists() and Manifest.read(corpus).finished


def _check_finished(corpus: CorpusFolder) -> None:
    manifest = Manifest.read(corpus)
    planned = sum(manifest.plan["shards"].values())
    written = len(corpus.finished())
    if not manifest.finished or written < planned:
        raise CorpusError(
            f"{corpus}: not finished ({written} of {planned} shards); run the `statecode build` that began it again"
        )


def _key_of_corpus(corpus: CorpusFolder) -> str:
    """Cheap enough for a corpus of any size: what the manifest says, and size and time of each file."""
    digest = hashlib.sha256(corpus.manifest.read_bytes())
    for name in corpus.finished():
        facts = corpus.data(name).stat()
        digest.update(f"\n{name} {facts.st_size} {facts.st_mtime_ns}".encode())
    return digest.hexdigest()


def _key_of_programs(source: str, trust_programs: bool, allow_packages: tuple[str, ...]) -> str:
    """The settings that the corpus would have, the fingerprint of the programs among them."""
    from statecode.corpus import build  # loads what tracing needs; reading a corpus does without
    from statecode.tracing.engines import default_engine

    programs = build.source_of(source)
    config = build.BuildConfig(engine=default_engine(), trust_programs=trust_programs, allow_packages=allow_packages)
    manifest = manifest_of(source, scan(programs, config.rule()), config)
    return hashlib.sha256(json.dumps(manifest.settings).encode()).hexdigest()


def _trace_programs(source: RowSource, programs: str, workers: int | None) -> None:
    from statecode.corpus.build import build

    with _exclusive_lock(source.folder):
        report = build(
            programs,
            source.folder,
            workers=workers,
            trust_programs=source.trust_programs,
            allow_packages=source.allow_packages,
        )
    if report.failed:
        name, reason = next(iter(report.failed.items()))
        raise CorpusError(f"{programs}: {len(report.failed)} shards were not traced ({name}: {reason}); run this again")


@contextmanager
def _exclusive_lock(folder: Path) -> Iterator[None]:
    """Let other processes that want the same programs, such as the ranks of a training run, wait and find them done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
