"""Read files that may be hostile: those of a folder that was downloaded, and files that the user names.

A file of an untrusted folder is read only if it is a regular file and lies in the folder after all symbolic links are
resolved. The path is opened from the folder on, name by name, without following links, so that a link which appears
after the check is not followed either. A file that the user names may be a link, a pipe or a device. All reads are
bounded.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pyarrow.parquet import ParquetFile

MIB = 2**20
PROGRAM_BYTES = 64 * MIB
"""The most bytes of one program: of its line in a JSON Lines file, or of its source, inputs and outputs together."""

_OPEN = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK  # without O_NONBLOCK, opening a FIFO waits for a writer
_READ_BYTES = 256 * 1024
_KINDS = {
    stat.S_IFDIR: "a folder", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device", stat.S_IFLNK: "a link",
}


class RefusedFile(OSError):
    """A file that is not read because of its type, its place or its size. `strerror` is the reason."""

    def __init__(self, reason: str) -> None:
        super().__init__(errno.EINVAL, reason)

    def __str__(self) -> str:
        return str(self.strerror)


def open_file(path: str | Path, folder: str | Path | None = None) -> BinaryIO:
    """Open a regular file for reading.

    Args:
        folder: an untrusted folder that contains the file. By default the user has named the file, and links are
            followed.

    Raises:
        RefusedFile: the file is not a regular file, is a broken link, or lies outside of the folder.
        OSError: it cannot be opened.
    """
    if folder is None:
        _check_regular(os.stat(path))  # before it is opened: opening a device may have effects
        fd = os.open(path, _OPEN)
    else:
        fd = _open_below(folder, path)
    try:
        _check_regular(os.fstat(fd))
        return open(fd, "rb")
    except OSError:
        os.close(fd)
        raise


@contextmanager
def open_parquet(path: str | Path, folder: str | Path | None = None) -> Iterator[ParquetFile]:
    """Open a regular Parquet file; see `open_file`.

    pyarrow opens the descriptor itself. If it read through a Python file, its threads would free buffers of Python,
    also just after the read: an interpreter that ends at this moment aborts ("terminate called without an active
    exception").

    Raises:
        RefusedFile: as `open_file` does.
        OSError, pyarrow.ArrowException: it cannot be opened or read.
    """
    from pyarrow import OSFile
    from pyarrow.parquet import ParquetFile

    with open_file(path, folder) as file, OSFile(f"/dev/fd/{file.fileno()}") as native, ParquetFile(native) as rows:
        yield rows


def read_file(path: str | Path, folder: str | Path | None = None, limit_bytes: int = PROGRAM_BYTES) -> bytes:
    """Return the contents of a regular file; see `open_file`.

    Raises:
        RefusedFile: also if the file has more than `limit_bytes`.
    """
    with open_file(path, folder) as file:
        return read_bounded(file.fileno(), limit_bytes)


def read_named(path: str | Path, limit_bytes: int = PROGRAM_BYTES) -> bytes:
    """Return the contents of a file that the user named, which may also be a pipe or a device such as /dev/null.

    Raises:
        RefusedFile: it has more than `limit_bytes`, as /dev/zero has, or is a FIFO that no process writes to.
        OSError: it cannot be read.
    """
    fd = os.open(path, _OPEN)
    try:
        os.set_blocking(fd, True)
        data = read_bounded(fd, limit_bytes)
        if not data and stat.S_ISFIFO(os.fstat(fd).st_mode):
            raise RefusedFile("a FIFO that no process writes to")
        return data
    finally:
        os.close(fd)


def read_bounded(fd: int, limit_bytes: int = PROGRAM_BYTES) -> bytes:
    """Return the rest of a file.

    Raises:
        RefusedFile: it has more than `limit_bytes`.
    """
    parts, size = [], 0
    while part := os.read(fd, _READ_BYTES):
        parts.append(part)
        size += len(part)
        if size > limit_bytes:
            raise RefusedFile(f"over {limit_bytes // MIB} MiB")
    return b"".join(parts)


def snapshot_root(folder: Path) -> Path:
    """Return the folder in which links of a data set's folder may lead: itself, unless it is in the cache of the Hub.

    There a snapshot `datasets--OWNER--NAME/snapshots/REVISION` consists of links to `datasets--OWNER--NAME/blobs`.
    """
    for above in Path(os.path.abspath(folder)).parents:
        if above.name == "snapshots" and above.parent.name.startswith("datasets--"):
            return above.parent
    return folder


def _check_regular(status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise RefusedFile(f"{_KINDS.get(stat.S_IFMT(status.st_mode), 'a special file')}, not a regular file")


def _open_below(folder: str | Path, path: str | Path) -> int:
    """Open a file below a folder and return a descriptor. Links are resolved before, and not followed."""
    root, full = os.path.join(folder, ""), os.fspath(path)
    if full.startswith(root):
        try:
            return _open_without_links(root, full[len(root):].split(os.sep))
        except OSError as error:
            if error.errno not in (errno.ELOOP, errno.ENOTDIR):  # those of a link, where links are not followed
                raise
    root, resolved = os.path.join(os.path.realpath(folder), ""), os.path.realpath(path)
    if not resolved.startswith(root):
        raise RefusedFile("a link that leads out of the folder")
    try:
        return _open_without_links(root, resolved[len(root):].split(os.sep))
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ELOOP):  # ELOOP: it leads to itself
            raise RefusedFile("a broken link") from None
        raise


def _open_without_links(root: str, names: list[str]) -> int:
    """Open the file with these names of folders and file below a folder; raise OSError if one of them is a link."""
    parent = os.open(root, _OPEN | os.O_DIRECTORY)
    try:
        for name in names[:-1]:
            below = os.open(_checked(name), _OPEN | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=parent)
            os.close(parent)
            parent = below
        status = os.stat(_checked(names[-1]), dir_fd=parent, follow_symlinks=False)
        if stat.S_ISLNK(status.st_mode):
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        _check_regular(status)
        return os.open(names[-1], _OPEN | os.O_NOFOLLOW, dir_fd=parent)
    finally:
        os.close(parent)


def _checked(name: str) -> str:
    """Return the name; raise the OSError of a link if it leads to another folder."""
    if name in ("", ".", ".."):
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return name
