"""Atomic writes, output folders without links, and memory files.

After an atomic write that was interrupted, even by a power failure, either the new file is complete or the old one is
unchanged. A link at the path of the file is replaced; its target is unchanged.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).parent
"""The folder of the package `statecode`."""


def write_text(path: Path, text: str) -> None:
    """Replace a file atomically by one with this text, in UTF-8."""
    with temporary_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        replace(temporary, path)


@contextmanager
def temporary_file(path: Path) -> Iterator[Path]:
    """Yield a temporary path in the same folder as `path`; remove the file at the end, unless it was renamed.

    The name contains the process id, so that several processes can write the same file. An existing file of this name,
    which may be a link in a folder that was downloaded, is removed first.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.unlink(missing_ok=True)
        yield temporary
    finally:
        with suppress(OSError):  # renamed or never written; an error here must not hide one of the block
            temporary.unlink()


class OutputLink(OSError):
    """An output folder contains a link. `filename` is its path, `strerror` the reason."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.ELOOP, f"{path} is a link, through which nothing is written or removed", path)


def refuse_links(folder: Path, *, named: bool = True) -> None:
    """Check an existing or missing output folder, which may have been downloaded.

    Args:
        named: the user has named the folder, so it may itself be a link.

    Raises:
        OutputLink: the folder is or contains a link.
        OSError: a folder cannot be read.
    """
    if not named and folder.is_symlink():
        raise OutputLink(os.fspath(folder))
    pending = [os.fspath(folder)] if folder.is_dir() else []
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_symlink():
                    raise OutputLink(entry.path)
                if entry.is_dir(follow_symlinks=False):
                    pending.append(entry.path)


def replace(old: Path, new: Path) -> None:
    """Rename a file, replacing `new` if it exists, and sync the rename to disk."""
    os.replace(old, new)
    sync(new.parent)


def sync(path: Path) -> None:
    """Sync the contents of a file, or the entries of a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def memory_file(name: str, size_bytes: int = 0) -> int:
    """Create an anonymous file of zeros in memory; on systems without memfd, a deleted temporary file.

    Args:
        name: shown in /proc/PID/fd, for debugging only.

    Returns:
        The file's descriptor, which is closed on exec.
    """
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        import tempfile  # at the top, it would import five more modules into every fork server

        fd, path = tempfile.mkstemp(prefix=f"statecode-{name}-")
        os.unlink(path)
        os.set_inheritable(fd, False)
    os.ftruncate(fd, size_bytes)
    return fd


def write_bytes(fd: int, data: bytes) -> None:
    """Write all bytes to a descriptor; a single call of `os.write` may write a part of them."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view):]


def read_bytes(fd: int, limit_bytes: int) -> bytes:
    """Return at most `limit_bytes` from the start of a file; the position of the descriptor does not change."""
    parts, offset, end = [], 0, min(os.fstat(fd).st_size, limit_bytes)
    while offset < end and (part := os.pread(fd, end - offset, offset)):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)
