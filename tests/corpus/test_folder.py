"""Test that the two files of a shard appear together, wherever the process is interrupted."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from statecode.corpus.folder import CorpusFolder
from statecode.errors import CorpusError
from statecode.files import temporary_file


def publish(folder: CorpusFolder, name: str, rows_text: str, ledger_text: str) -> None:
    with temporary_file(folder.data(name)) as rows, temporary_file(folder.ledger(name)) as ledger:
        rows.write_text(rows_text)
        ledger.write_text(ledger_text)
        folder.publish(name, rows, ledger)


def state(folder: CorpusFolder) -> dict[str, str]:
    files = [path for path in folder.path.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder.path)): path.read_text() for path in files}


@pytest.fixture
def folder(tmp_path: Path) -> CorpusFolder:
    corpus = CorpusFolder(tmp_path / "corpus")
    corpus.create()
    publish(corpus, "train-00000", "old rows", "old ledger")
    return corpus


OLD = {"data/train-00000.parquet": "old rows", "ledger/train-00000.jsonl": "old ledger"}
NEW = {"data/train-00000.parquet": "new rows", "ledger/train-00000.jsonl": "new ledger"}


def test_publish_replaces_both(folder: CorpusFolder) -> None:
    assert state(folder) == OLD
    publish(folder, "train-00000", "new rows", "new ledger")
    assert state(folder) == NEW


@pytest.mark.parametrize("renames", range(5))
def test_an_interruption_between_any_two_renames_leaves_the_old_or_the_new_shard(
    folder: CorpusFolder, renames: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = os.replace, 0

    def interrupted_replace(old: Path, new: Path) -> None:
        nonlocal done
        if done == renames:
            raise KeyboardInterrupt
        done += 1
        real(old, new)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", interrupted_replace)
        try:
            publish(folder, "train-00000", "new rows", "new ledger")
        except KeyboardInterrupt:
            assert renames < 4
    folder.recover()
    assert state(folder) == (OLD if renames < 2 else NEW)


def test_recover_removes_temporary_files(folder: CorpusFolder) -> None:
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


def test_folders_with_other_contents_are_refused(tmp_path: Path) -> None:
    CorpusFolder(tmp_path).check_output_folder()
    CorpusFolder(tmp_path / "absent").check_output_folder()
    (tmp_path / "letter.txt").write_text("text")
    with pytest.raises(CorpusError, match="holds files but no manifest.json"):
        CorpusFolder(tmp_path).check_output_folder()
    with pytest.raises(CorpusError, match="is a file"):
        CorpusFolder(tmp_path / "letter.txt").check_output_folder()
    with pytest.raises(CorpusError, match="cannot be created"):
        CorpusFolder(tmp_path / "letter.txt" / "corpus").create()


def test_nothing_is_removed_or_renamed_through_a_link(folder: CorpusFolder, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    for name in (".x.tmp", "train-00000.parquet.ready", "train-00000.jsonl.ready"):
        (elsewhere / name).write_text("kept")
    os.symlink(elsewhere, folder.path / "other")
    folder.recover()
    assert len(os.listdir(elsewhere)) == 3
    folder.manifest.write_text("{}")
    with pytest.raises(CorpusError, match="corpus/other is a link, through which nothing is written or removed"):
        folder.check_output_folder()


@pytest.mark.parametrize("name", ["data", "ledger", "manifest.json", "data/train-00000.parquet"])
def test_an_output_folder_with_a_link_is_refused(folder: CorpusFolder, tmp_path: Path, name: str) -> None:
    folder.manifest.write_text("{}")
    os.rename(folder.path / name, tmp_path / "elsewhere")
    os.symlink(tmp_path / "elsewhere", folder.path / name)
    with pytest.raises(CorpusError, match=f"{name} is a link"):
        folder.check_output_folder()


def test_a_folder_with_the_name_of_a_temporary_file_is_an_error(folder: CorpusFolder) -> None:
    (folder.path / "data" / "train-00000.parquet.ready").mkdir()
    with pytest.raises(CorpusError, match=r"parquet\.ready: cannot be renamed or removed \(Not a directory\); remove it"):
        folder.recover()
