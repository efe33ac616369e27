"""Atomic writes, and memory files.

After an atomic write that was interrupted, even by a power failure, either the new file is complete or the old one is
unchanged.
"""

from __future__ import annotations

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

    The name contains the process id, so that several processes can write the same file.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        with suppress(OSError):  # renamed or never written; an error here must not hide one of the block
            temporary.unlink()


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


def read_bytes(fd: int, limit_bytes: int) -> bytes:
    """Return at most `limit_bytes` from the start of a file; the position of the descriptor does not change."""
    parts, offset, end = [], 0, min(os.fstat(fd).st_size, limit_bytes)
    while offset < end and (part := os.pread(fd, end - offset, offset)):
        parts.append(part)
        offset += len(part)
    return b"".join(parts)
