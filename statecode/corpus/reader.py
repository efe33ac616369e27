"""Read the traces of a corpus, without `datasets`."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.manifest import Manifest
from statecode.corpus.shards import read_shard
from statecode.corpus.splits import SPLITS
from statecode.errors import ConfigError, CorpusError
from statecode.records import Trace


class UnfinishedCorpus(UserWarning):
    """A corpus is read whose build has not come to its end; the shards that are there are whole."""


def read(path: str | os.PathLike[str], split: str | None = None) -> Iterator[Trace]:
    """Give the traces of a corpus in the order of its rows, a bounded number of them in memory at a time.

    Whole shards of an unfinished corpus are read too, with the warning `UnfinishedCorpus`: looking at a long build
    while it runs is useful. Whoever needs all of it turns the warning into an error.

    Args:
        split: train, validation or test; by default all three in this order.

    Raises:
        CorpusError: no such folder, no corpus, no shard in the split, or made by a newer statecode (at once); a damaged
            file (when it is reached).
        ConfigError: the split is called otherwise.
    """
    folder = CorpusFolder(path)
    names = shards_to_read(folder, split)
    return (trace for name in names for trace in read_shard(folder.data(name)))


def shards_to_read(folder: CorpusFolder, split: str | None) -> list[str]:
    """The names of the shards that `read` reads, with the errors and the warning it gives."""
    if split is not None and split not in SPLITS:
        raise ConfigError(f"unknown split {split!r}; known: {', '.join(SPLITS)}")
    manifest = Manifest.read(folder)
    names = folder.finished(split)
    if not names:
        there = ", ".join(dict.fromkeys(name.rpartition("-")[0] for name in folder.finished()))
        what = f"no {split} split" if split else "no finished shard"
        raise CorpusError(f"{folder}: {what} ({f'it has {there}' if there else 'it is empty'}); {_FIX_HINT}")
    if not manifest.finished:
        warnings.warn(f"{folder}: not finished; {len(names)} of its shards are read", UnfinishedCorpus, stacklevel=3)
    return names


_FIX_HINT = "build it to its end, with a --split that asks for one and enough problems"
