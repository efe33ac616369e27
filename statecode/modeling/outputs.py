"""Checks of output paths. They run before any work, so that a wrong path does not cost the results of a long run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
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
def reported_write_errors(path: Path, flag: str, remedy: str | None = None) -> Iterator[None]:
    """Convert an error of a write, such as that of a full disk, into a ConfigError with a message of one line.

    Args:
        path: the output path that the block writes.
        flag: the command-line flag that set the path, for the error message.
        remedy: end of the error message; None: choose another path.

    Raises:
        ConfigError: the block raised an OSError, or the SafetensorError of a file that cannot be written.
    """
    try:
        yield
    except Exception as error:
        # By its name, because the commands that need no safetensors do not import it.
        if not isinstance(error, OSError) and type(error).__name__ != "SafetensorError":
            raise
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        remedy = remedy or f"choose another {flag}"
        raise ConfigError(f"{flag} {path} cannot be written ({reason}); {remedy}") from error


def written_in_run(folder: Path) -> AbstractContextManager[None]:
    """Return a context in which an error of a write in a run folder becomes a ConfigError; the run can be resumed."""
    return reported_write_errors(folder, "--output-dir", "when there is space, the same command resumes the run")
