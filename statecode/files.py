"""Files that appear whole or not at all, also where the power fails."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).parent
"""The folder of the package `statecode`."""


def write_text(path: Path, text: str) -> None:
    """Replace a file by one with this text, in UTF-8."""
    with temporary_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        replace(temporary, path)


@contextmanager
def temporary_file(path: Path) -> Iterator[Path]:
    """Yield a path beside `path` to write to; remove the file at the end, unless the block has renamed it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        yield temporary
    finally:
        with suppress(OSError):  # renamed, never written, or not removable: an error of the block counts more
            temporary.unlink()


def replace(old: Path, new: Path) -> None:
    """Rename a file over another and write the rename to disk."""
    os.replace(old, new)
    sync(new.parent)


def sync(path: Path) -> None:
    """Write a file, or the names in a folder, to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
