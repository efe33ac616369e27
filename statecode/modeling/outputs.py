"""Where results go: looked at before any work, so that an hour of it is not lost to a wrong path."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from statecode.errors import ConfigError


def check_folder(path: Path, flag: str) -> Path:
    """Make sure that `path` is a folder that can be written to, or can become one; nothing is made.

    Raises:
        ConfigError: it is a file, lies in one, or may not be written.
    """
    with told(path, flag):
        place = next(place for place in (path, *path.absolute().parents) if place.exists())
        if not place.is_dir():
            raise ConfigError(f"{flag} {path}: {place} is a file, not a folder; choose another {flag}")
        if not os.access(place, os.W_OK | os.X_OK):
            raise ConfigError(f"{flag} {path}: {place} may not be written to; choose another {flag}")
    return path


def check_file(path: Path, flag: str) -> Path:
    """Make sure that a file can be written at `path`, in a folder that exists or can be made.

    Raises:
        ConfigError: it cannot.
    """
    with told(path, flag):
        if path.is_dir():
            raise ConfigError(f"{flag} {path} is a folder; name a file, such as {path / 'result.json'}")
    check_folder(path.parent, flag)
    return path


@contextmanager
def told(path: Path, flag: str) -> Iterator[None]:
    """Turn what the system says about writing `path` into one line.

    Raises:
        ConfigError: an OSError came up, such as a full disk.
    """
    try:
        yield
    except OSError as error:
        raise ConfigError(f"{flag} {path} cannot be written ({error.strerror}); choose another {flag}") from error
