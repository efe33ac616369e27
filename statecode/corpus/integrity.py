"""Check that the shards of a corpus are those that its build wrote: their sizes and checksums are in the ledgers.

The size of a file is compared whenever a corpus is opened, its checksum when the shard is read, and both before a
build keeps a shard. SHA-256 takes less than a second per GB. Ledgers of older corpora contain neither; their shards are
checked only as far as the format Parquet allows.
"""

from __future__ import annotations

import os
import warnings

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.ledger import read_ledger, read_shard_file, sha256
from statecode.corpus.manifest import Manifest
from statecode.corpus.shards import row_count
from statecode.errors import CorpusError


class DamagedShards(UserWarning):
    """Warning: shards of a corpus are lost or damaged, and a build writes them again."""


def damage(folder: CorpusFolder, name: str, *, checksum: bool = True) -> str:
    """Return the difference between a shard and what its ledger records; "" if there is none, or no record.

    Args:
        checksum: compare the checksum too, for which the whole file is read.
    """
    try:
        with folder.open(folder.data(name)) as file:
            recorded = read_shard_file(folder.ledger(name))
            size_bytes = os.fstat(file.fileno()).st_size
            if recorded is not None and size_bytes != recorded.bytes:
                return f"has {size_bytes:,} bytes, its ledger records {recorded.bytes:,}"
            if recorded is not None and checksum and sha256(file) != recorded.sha256:
                return "its checksum is not the one in its ledger"
    except FileNotFoundError:
        return "is missing"
    except CorpusError as error:
        return str(error)
    except OSError as error:
        return f"cannot be read: {error.strerror}"
    return ""


def check_shard(folder: CorpusFolder, name: str, *, checksum: bool = True) -> None:
    """Raise CorpusError if a shard differs from what its ledger records."""
    if reason := damage(folder, name, checksum=checksum):
        raise CorpusError(f"{folder.data(name)}: {reason}; run its build again")


def check_planned(folder: CorpusFolder, manifest: Manifest, split: str | None = None) -> None:
    """Check that each shard of a finished corpus exists and has the recorded size.

    Raises:
        CorpusError: a shard is missing or damaged.
    """
    for name in manifest.shard_names(split):
        check_shard(folder, name, checksum=False)


def intact(folder: CorpusFolder, manifest: Manifest) -> frozenset[str]:
    """Return the names of the planned shards that a build keeps: their files and ledgers are complete.

    Warns:
        DamagedShards: an existing shard is damaged, or a shard of a finished corpus is missing.
    """
    names = manifest.shard_names()
    reasons = {name: reason for name in names if (reason := _reason_to_build(folder, name))}
    _warn(folder, [
        f"{name} {reason}" for name, reason in reasons.items() if manifest.finished or folder.data(name).exists()
    ])
    return frozenset(names) - reasons.keys()


def _reason_to_build(folder: CorpusFolder, name: str) -> str:
    """Return why a build must write a shard; "" if it is intact."""
    if reason := damage(folder, name):
        return reason
    try:
        recorded = read_shard_file(folder.ledger(name))
        rows = row_count(folder.data(name)) if recorded is None else recorded.rows
        return "" if len(read_ledger(folder.ledger(name))) == rows else "has a ledger with another number of rows"
    except CorpusError:
        return "has no readable ledger or rows"


def _warn(folder: CorpusFolder, damaged: list[str]) -> None:
    if damaged:
        warnings.warn(
            f"{folder}: {len(damaged)} of its shards are lost or damaged and are built again, such as {damaged[0]}",
            DamagedShards, stacklevel=3,
        )
