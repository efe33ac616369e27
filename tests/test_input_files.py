"""Test that hostile files are refused with a reason, in bounded time and memory."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pyarrow
import pyarrow.parquet
import pytest

from statecode.input_files import RefusedFile, open_file, open_parquet, read_file, read_named, snapshot_root

OUT = "a link that leads out of the folder"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the file `sub/a`, beside a secret."""
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "folder-2").mkdir()
    (tmp_path / "folder-2" / "secret").write_text("secret")
    (tmp_path / "folder" / "sub").mkdir(parents=True)
    (tmp_path / "folder" / "sub" / "a").write_text("text")
    return tmp_path / "folder"


def reason(path: Path, folder: Path | None, limit_bytes: int = 100) -> str:
    """Return the reason why a file is refused."""
    with pytest.raises(RefusedFile) as error:
        read_file(path, folder, limit_bytes)
    return str(error.value)


def test_a_regular_file_is_read(folder: Path) -> None:
    assert read_file(folder / "sub" / "a", folder) == read_file(folder / "sub" / "a") == b"text"


@pytest.mark.parametrize("target", ["../secret", "../folder-2/secret", "/etc/passwd", "/dev/zero", "/proc/self/environ"])
def test_a_link_out_of_the_folder_is_refused(folder: Path, target: str) -> None:
    os.symlink(target, folder / "link")
    assert reason(folder / "link", folder) == OUT


def test_a_linked_folder_out_of_the_folder_is_refused(folder: Path) -> None:
    os.symlink("..", folder / "up")
    assert reason(folder / "up" / "secret", folder) == OUT


def test_a_link_inside_of_the_folder_is_followed(folder: Path) -> None:
    os.symlink("sub/a", folder / "link")
    os.symlink("sub", folder / "linked")
    assert read_file(folder / "link", folder) == read_file(folder / "linked" / "a", folder) == b"text"


def test_the_folder_may_be_a_link_of_the_user(folder: Path) -> None:
    os.symlink(folder, folder.parent / "named")
    assert read_file(folder.parent / "named" / "sub" / "a", folder.parent / "named") == b"text"


def test_a_link_that_appears_after_the_check_is_not_followed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.symlink("..", folder / "up")
    with monkeypatch.context() as patch:
        patch.setattr(os.path, "realpath", os.path.abspath)  # what it returned when `up` was a folder
        with pytest.raises(OSError, match="Not a directory|Too many levels"):
            open_file(folder / "up" / "secret", folder)


def test_broken_links_and_loops_are_refused(folder: Path) -> None:
    os.symlink("nowhere", folder / "broken")
    os.symlink("loop", folder / "loop")
    assert reason(folder / "broken", folder) == "a broken link"
    assert reason(folder / "loop", folder) == "a broken link"


def test_only_regular_files_are_read(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.fspath(folder / "s"))
        for named in (None, folder):
            assert reason(folder / "fifo", named) == "a FIFO, not a regular file"
            assert reason(folder / "s", named) == "a socket, not a regular file"
            assert reason(folder / "sub", named) == "a folder, not a regular file"
    assert reason(Path("/dev/zero"), None) == "a device, not a regular file"


def test_a_file_over_the_limit_is_refused_before_it_is_in_memory(folder: Path) -> None:
    (folder / "big").write_bytes(b"")
    os.truncate(folder / "big", 10**12)  # a sparse file, which takes no space
    assert reason(folder / "big", folder, 2**20) == "over 1 MiB"


def test_a_missing_file_is_not_found(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(folder / "none", folder)


def test_a_named_device_or_fifo_neither_waits_nor_fills_memory(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    assert read_named("/dev/null") == b""
    with pytest.raises(RefusedFile, match="over 1 MiB"):
        read_named("/dev/zero", 2**20)
    with pytest.raises(RefusedFile, match="no process writes"):
        read_named(folder / "fifo")
    with pytest.raises(IsADirectoryError):
        read_named(folder)


def test_a_named_pipe_is_read_to_its_end(folder: Path) -> None:
    os.mkfifo(folder / "fifo")
    reader = os.open(folder / "fifo", os.O_RDONLY | os.O_NONBLOCK)  # as a shell has for `statecode trace <(...)`
    writer = os.open(folder / "fifo", os.O_WRONLY)
    os.write(writer, b"print(1)")
    os.close(writer)
    assert read_named(folder / "fifo") == b"print(1)"
    os.close(reader)


def test_the_links_of_a_snapshot_in_the_cache_of_the_hub_lead_to_its_repository(tmp_path: Path) -> None:
    snapshot = tmp_path / "datasets--a--b" / "snapshots" / "1f"
    assert snapshot_root(snapshot) == tmp_path / "datasets--a--b"
    assert snapshot_root(tmp_path / "other" / "snapshots" / "1f") == tmp_path / "other" / "snapshots" / "1f"


def test_parquet_is_read_without_buffers_of_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread of pyarrow that frees such a buffer while the interpreter ends aborts the process, in few runs of many."""
    path = tmp_path / "rows.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"number": [1, 2]}), path)

    class DescriptorAlone:
        def __init__(self, path: Path, folder: Path | None) -> None:
            self._file = open(path, "rb")

        def fileno(self) -> int:
            return self._file.fileno()

        def __enter__(self) -> DescriptorAlone:
            return self

        def __exit__(self, *_: object) -> None:
            self._file.close()

    monkeypatch.setattr("statecode.input_files.open_file", DescriptorAlone)
    with open_parquet(path) as rows:
        assert rows.read().to_pydict() == {"number": [1, 2]}


def test_parquet_outside_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    pyarrow.parquet.write_table(pyarrow.table({"number": [1]}), tmp_path / "rows.parquet")
    (folder / "rows.parquet").symlink_to(tmp_path / "rows.parquet")
    with pytest.raises(RefusedFile), open_parquet(folder / "rows.parquet", folder):
        pass
