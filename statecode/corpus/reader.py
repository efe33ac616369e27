"""Read the traces of a corpus without the library `datasets`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import check_planned, check_shard
from statecode.corpus.manifest import Manifest
from statecode.corpus.shards import read_shard
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.records import Trace


class UnfinishedCorpus(UserWarning):
    """Warning: the build of the corpus has not finished. Shards are missing; the existing ones are complete."""


def read(path: str | os.PathLike[str], split: str | None = None) -> Iterator[Trace]:
    """Return an iterator over the traces of a corpus, in the order of its rows.

    A bounded number of traces is in memory at a time. An unfinished corpus can be read too, so that a long build can be
    inspected while it runs. In this case only the finished shards are read, and the warning `UnfinishedCorpus` is
    issued. Turn the warning into an error if you need the complete corpus.

    Args:
        split: train, validation or test; by default all three in this order.

    Raises:
        CorpusError: at the call, if the folder does not exist, is not a corpus, has no shard in the split, or was
            written by a newer statecode; during the iteration, if a file is damaged.
        ConfigError: `split` is not the name of a split.
    """
    folder = CorpusFolder(path)
    names = shards_to_read(folder, split)
    return _traces(folder, names)


def _traces(folder: CorpusFolder, names: Iterable[str]) -> Iterator[Trace]:
    for name in names:
        check_shard(folder, name)
        yield from read_shard(folder.data(name))


def shards_to_read(folder: CorpusFolder, split: str | None) -> list[str]:
    """Return the names of the shards that `read` reads. The errors and the warning are those of a call of `read`."""
    if split is not None and split not in SPLITS:
        raise ConfigError(f"unknown split {split!r}; known: {', '.join(SPLITS)}")
    manifest = Manifest.read(folder)
    names = manifest.shard_names(split) if manifest.finished else folder.finished(split)
    if not names:
        there = ", ".join(dict.fromkeys(name.rpartition("-")[0] for name in folder.finished()))
        missing = f"no {split} split" if split else "no finished shard"
        raise CorpusError(f"{folder}: {missing} ({f'it has {there}' if there else 'it is empty'}); {_FIX_HINT}")
    if manifest.finished:
        check_planned(folder, manifest, split)
    else:
        warnings.warn(f"{folder}: not finished; {len(names)} of its shards are read", UnfinishedCorpus, stacklevel=3)
    return names


_FIX_HINT = "finish its build, with a --split that requests one and enough problems"
