"""A shard's two files appear together, whatever interrupts it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from statecode.corpus.folder import CorpusFolder, write_text
from statecode.errors import CorpusError


def writes(text: str) -> Callable[[Path], None]:
    return lambda path: path.write_text(text) and None  # type: ignore[func-returns-value]


def state(folder: CorpusFolder) -> dict[str, str]:
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder.path)): path.read_text() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    made = CorpusFolder(tmp_path / "corpus")
    made.create()
    made.publish("train-00000", writes("old rows"), writes("old ledger"))
    return made


OLD = {"data/train-00000.parquet": "old rows", "ledger/train-00000.jsonl": "old ledger"}
NEW = {"data/train-00000.parquet": "new rows", "ledger/train-00000.jsonl": "new ledger"}


def test_publish_replaces_both(folder: CorpusFolder) -> None:
    assert state(folder) == OLD
    folder.publish("train-00000", writes("new rows"), writes("new ledger"))
    assert state(folder) == NEW


@pytest.mark.parametrize("renames", range(5))
def test_a_death_between_any_two_renames_leaves_old_or_new(
    folder: CorpusFolder, renames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = os.replace, 0

    def dying_replace(old: Path, new: Path) -> None:
        nonlocal done
        if done == renames:
            raise KeyboardInterrupt
        done += 1
        real(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", dying_replace)
        try:
            folder.publish("train-00000", writes("new rows"), writes("new ledger"))
        except KeyboardInterrupt:
            assert renames < 4
    folder.recover()
    assert state(folder) == (OLD if renames < 2 else NEW)


def test_recover_removes_what_is_half_done(folder: CorpusFolder) -> None:
    half_done = ("data/.train-00001.parquet.77.tmp", "ledger/.x.tmp", "ledger/train-00001.jsonl.ready", ".manifest.tmp")
    for name in half_done:
        (folder.path / name).write_text("half")
    folder.recover()
    assert state(folder) == OLD


def test_finished_shards_are_sorted_and_foreign_files_are_not_shards(folder: CorpusFolder) -> None:
    for name in ("test-00000", "train-00010", "validation-00000", "train-00002", "other-00000"):
        folder.data(name).touch()
    assert folder.finished() == ["train-00000", "train-00002", "train-00010", "validation-00000", "test-00000"]
    assert folder.finished("test") == ["test-00000"]


def test_only_one_build_at_a_time(folder: CorpusFolder) -> None:
    with folder.locked():
        with pytest.raises(CorpusError, match="another build is at work here"):
            with CorpusFolder(folder.path).locked():
                pass
    with CorpusFolder(folder.path).locked():
        pass


def test_foreign_folders_are_refused(tmp_path: Path) -> None:
    CorpusFolder(tmp_path).check_free()
    CorpusFolder(tmp_path / "absent").check_free()
    (tmp_path / "letter.txt").write_text("dear")
    with pytest.raises(CorpusError, match="holds files but no manifest.json"):
        CorpusFolder(tmp_path).check_free()
    with pytest.raises(CorpusError, match="is a file"):
        CorpusFolder(tmp_path / "letter.txt").check_free()
    with pytest.raises(CorpusError, match="cannot be created"):
        CorpusFolder(tmp_path / "letter.txt" / "corpus").create()


def test_text_is_replaced_whole(tmp_path: Path) -> None:
    write_text(tmp_path / "a", "1")
    write_text(tmp_path / "a", "2")
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and (tmp_path / "a").read_text() == "2"
