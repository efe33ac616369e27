"""Test that lost and damaged shards are found, named, and built again with the same bytes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import statecode
from statecode.corpus.build import build
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.integrity import DamagedShards, damage, intact
from statecode.corpus.ledger import read_ledger, read_shard_file, write_ledger
from statecode.corpus.lookup import find_row
from statecode.corpus.manifest import Manifest
from statecode.corpus.statistics import compute_statistics
from statecode.errors import CorpusError
from tests.support.corpus_samples import SETTINGS, data_bytes, ledger_lines, programs

LOST = "train-00001"


@pytest.fixture
def copy(corpus: Path, tmp_path: Path) -> CorpusFolder:
    """Return a copy of the corpus of the sample programs, with 6 shards of train."""
    return CorpusFolder(shutil.copytree(corpus, tmp_path / "copy"))


def remove(folder: CorpusFolder) -> None:
    folder.data(LOST).unlink()


def cut(folder: CorpusFolder) -> None:
    os.truncate(folder.data(LOST), 1000)


def flip_a_byte(folder: CorpusFolder) -> None:
    data = bytearray(folder.data(LOST).read_bytes())
    data[200] ^= 1
    folder.data(LOST).write_bytes(data)


def remove_all(folder: CorpusFolder) -> None:
    shutil.rmtree(folder.path / "data")


def remove_the_ledger(folder: CorpusFolder) -> None:
    folder.ledger(LOST).unlink()


def cut_the_ledger(folder: CorpusFolder) -> None:
    lines = folder.ledger(LOST).read_text().splitlines(keepends=True)
    folder.ledger(LOST).write_text("".join(lines[:-1]))


def replace_by_a_fifo(folder: CorpusFolder) -> None:
    folder.data(LOST).unlink()
    os.mkfifo(folder.data(LOST))


FAULTS = {
    remove: "is missing",
    cut: "has 1,000 bytes, its ledger records ",
    flip_a_byte: "its checksum is not the one in its ledger",
    remove_all: "is missing",
    remove_the_ledger: "No such file",
    cut_the_ledger: "has a ledger with another number of rows",
    replace_by_a_fifo: "cannot be read: a FIFO, not a regular file",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_what_is_lost_or_damaged_is_built_again(
    corpus: Path, copy: CorpusFolder, fault: Callable[[CorpusFolder], None]
) -> None:
    fault(copy)
    kept = copy.data("train-00000")
    inode = kept.stat().st_ino if kept.exists() else None
    with pytest.warns(DamagedShards, match=FAULTS[fault]):
        report = build(programs(), copy.path, **SETTINGS)
    assert not report.already_finished and data_bytes(copy.path) == data_bytes(corpus)
    assert inode in (None, kept.stat().st_ino)
    identities = [(line["program_id"], line["input_index"]) for line in ledger_lines(copy.path)]
    assert identities == [(line["program_id"], line["input_index"]) for line in ledger_lines(corpus)]
    assert build(programs(), copy.path, **SETTINGS).already_finished


@pytest.mark.parametrize("fault", [remove, cut, flip_a_byte, remove_all, replace_by_a_fifo], ids=lambda f: f.__name__)
def test_readers_name_the_shard_and_the_remedy(copy: CorpusFolder, fault: Callable[[CorpusFolder], None]) -> None:
    fault(copy)
    readers = (
        lambda: list(statecode.read(copy.path)),
        lambda: compute_statistics(copy, progress=False),
        lambda: find_row(copy, "p00/sum#0" if fault is remove_all else find_row_of(copy)),
    )
    for read in readers:
        with pytest.raises(CorpusError) as error:
            read()
        message = str(error.value)
        assert "\n" not in message and "run its build again" in message or fault is remove_all
        assert fault is remove_all or f"{LOST}.parquet: " in message


def find_row_of(folder: CorpusFolder) -> str:
    """Return the name of the first row of the damaged shard."""
    entry = read_ledger(folder.ledger(LOST))[0]
    return f"{entry.program_id}#{entry.input_index}"


def test_a_ledger_of_an_older_version_has_no_checksum(copy: CorpusFolder) -> None:
    write_ledger(copy.ledger(LOST), read_ledger(copy.ledger(LOST)))
    assert read_shard_file(copy.ledger(LOST)) is None and damage(copy, LOST) == ""
    manifest = Manifest.read(copy)
    assert LOST in intact(copy, manifest)
    cut(copy)
    with pytest.warns(DamagedShards, match=f"{LOST} has no readable ledger or rows"):
        assert LOST not in intact(copy, manifest)
