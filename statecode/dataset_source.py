"""Where the rows of the dataset come from: the corpus that ships, another one, or programs that are traced first.

Each source has a key that changes whenever its rows may; `datasets` keeps what it made under that key.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest, manifest_of
from statecode.corpus.plan import survey
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError

EMBEDDED_CORPUS = Path(__file__).parent / "data" / "embedded"
TRACED = "statecode_corpora"  # in the cache folder of `datasets`: the corpora that `programs=` made


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A corpus folder, finished or to be made from `programs`."""

    folder: Path
    key: str
    programs: str | None = None

    def shards(self, workers: int | None = None) -> dict[str, list[str]]:
        """Give the shard files of each split that has any, in order, after tracing what is missing.

        Raises:
            CorpusError: the corpus is not finished, or has no rows.
        """
        corpus = CorpusFolder(self.folder)
        if self.programs is not None and not _is_finished(corpus):
            _trace(self.programs, self.folder, workers)
        _check_finished(corpus)
        files = {split: [str(corpus.data(name)) for name in corpus.finished(split)] for split in SPLITS}
        found = {split: names for split, names in files.items() if names}
        if not found:
            raise CorpusError(f"{corpus}: has no shards; build it again with at least one program")
        return found


def find(
    *, data_dir: str | os.PathLike[str] | None, programs: str | os.PathLike[str] | None, cache_dir: str
) -> Source:
    """Say where the rows are to come from; with neither argument, the corpus that comes with statecode.

    Raises:
        ConfigError: both are given.
        CorpusError: `data_dir` is no finished corpus.
        ProgramError: there are no such programs.
    """
    if data_dir is not None and programs is not None:
        raise ConfigError("give data_dir, a corpus that is built, or programs, which are built now; not both")
    if programs is None:
        folder = EMBEDDED_CORPUS if data_dir is None else Path(data_dir).expanduser().absolute()
        corpus = CorpusFolder(folder)
        _check_finished(corpus)
        return Source(folder=folder, key=_key_of_corpus(corpus))
    name = programs if isinstance(programs, str) else os.path.join(".", programs)  # a path is never a source's name
    key = _key_of_programs(name)
    return Source(folder=Path(cache_dir).expanduser() / TRACED / key[:32], key=key, programs=name)


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


def _key_of_programs(source: str) -> str:
    """The settings that the corpus would have, the fingerprint of the programs among them."""
    from statecode.corpus import build  # loads what tracing needs; reading a corpus does without

    programs = build.source_of(source)
    defaults = build.BuildConfig()
    known = survey(programs, defaults.rule())
    manifest = manifest_of(
        source, known, limits=defaults.limits, engine=defaults.engine, runs_per_shard=defaults.runs_per_shard
    )
    return hashlib.sha256(json.dumps(manifest.settings).encode()).hexdigest()


def _trace(source: str, folder: Path, workers: int | None) -> None:
    from statecode.corpus.build import build

    with _one_at_a_time(folder):
        report = build(source, folder, workers=workers)
    if report.failed:
        name, reason = next(iter(report.failed.items()))
        raise CorpusError(f"{source}: {len(report.failed)} shards were not traced ({name}: {reason}); run this again")


@contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Let other processes that want the same programs, such as the ranks of a training run, wait and find them done."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
