"""Checks of output paths. They run before any work, so that a wrong path does not cost the results of a long run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecode.errors import ConfigError


def check_folder(path: Path, flag: str) -> Path:
    """Check that `path` is a writable folder, or that it can be created; create nothing.

    Args:
        flag: the command-line flag that set the path, for the error message.

    Returns:
        `path`.

    Raises:
        ConfigError: the path or one of its parents is a file, or the folder is not writable.
    """
    with reported_write_errors(path, flag):
        existing = next(folder for folder in (path, *path.absolute().parents) if folder.exists())
        if not existing.is_dir():
            raise ConfigError(f"{flag} {path}: {existing} is a file, not a folder; choose another {flag}")
        if not os.access(existing, os.W_OK | os.X_OK):
            raise ConfigError(f"{flag} {path}: {existing} is not writable; choose another {flag}")
    return path


def check_file(path: Path, flag: str) -> Path:
    """Check that a file can be written at `path`, in a folder that exists or can be created; create nothing.

    Args:
        flag: the command-line flag that set the path, for the error message.

    Returns:
        `path`.

    Raises:
        ConfigError: the path is a folder, or its parent folder is not writable and cannot be created.
    """
    with reported_write_errors(path, flag):
        if path.is_dir():
            raise ConfigError(f"{flag} {path} is a folder; name a file in it")
    check_folder(path.parent, flag)
    return path


@contextmanager
def reported_write_errors(path: Path, flag: str) -> Iterator[None]:
    """Convert an OSError of the block, such as that of a full disk, into a ConfigError with a message of one line.

    Args:
        path: the output path that the block writes.
        flag: the command-line flag that set the path, for the error message.

    Raises:
        ConfigError: the block raised an OSError.
    """
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{flag} {path} cannot be written ({error.strerror}); choose another {flag}") from error
