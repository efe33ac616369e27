"""The ledger of a fetch: an append-only file with a line per attempted link, locked by one process."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import threading
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, get_type_hints

from statecode.errors import ProgramError
from statecode.programs import jsonl


class Outcome(str, Enum):
    """The result of downloading one link, as the fetch ledger stores it."""

    OK = "ok"
    EMPTY = "empty"                        # a successful response with a body of 0 bytes
    HTTP_ERROR = "http_error"              # a permanent status, such as 404
    TOO_LARGE = "too_large"
    TOO_MANY_REDIRECTS = "too_many_redirects"
    BAD_URL = "bad_url"                    # a URL that `check_url` refuses, or a redirect to one
    PRIVATE_HOST = "private_host"          # the host has no public address, or a redirect to such a host
    BAD_ENCODING = "bad_encoding"          # the body cannot be decoded by its Content-Encoding
    # The outcomes below are transient: the link is tried again in the same fetch, and again in the next one.
    UNAVAILABLE = "unavailable"            # status 407, 408, 425, 429, 500, 502, 503 or 504
    TIMEOUT = "timeout"
    CONNECTION_ERROR = "connection_error"  # refused, reset, truncated, or not HTTP

    @property
    def is_transient(self) -> bool:
        """True if another attempt may have another outcome."""
        return self in (Outcome.UNAVAILABLE, Outcome.TIMEOUT, Outcome.CONNECTION_ERROR)


class FetchEntry(NamedTuple):
    """The result of one link, as a line of the ledger; the field names are keys of its JSON."""

    url: str
    outcome: str              # value of an Outcome
    http_status: int | None   # of the last response; None without a response
    bytes: int                # size of the body, after decompression
    attempts: int
    elapsed_s: float          # of all attempts, including the waits before and between them
    sha256: str | None        # of the body; None if the body was not stored
    charset: str | None       # from the Content-Type header
    error: str | None


class FetchLedger:
    """An open ledger, locked against other processes until it is closed.

    Raises:
        ProgramError: another process holds the lock, a line is damaged, or the path is a link or a special file.
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = _open(path)
        try:
            self._acquire_lock()
            _truncate_partial_line(self._file)
            self.entries = self._read()  # URL → last entry of this URL
        except BaseException:
            self._file.close()
            raise

    def append(self, entry: FetchEntry) -> None:
        """Append an entry, which is kept if this process is killed afterwards. Threads may call this concurrently."""
        with self._lock:
            self._file.write(json.dumps(entry._asdict()).encode() + b"\n")
            self._file.flush()
            self.entries[entry.url] = entry

    def close(self) -> None:
        """Close the file, which also releases the lock."""
        self._file.close()

    def _acquire_lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramError(f"{self.path.parent}: another fetch uses this folder. Wait until it ends") from None

    def _read(self) -> dict[str, FetchEntry]:
        entries = {}
        for number, row in jsonl.read_rows(self.path):
            entry = _entry(row)
            if entry is None:
                raise ProgramError(f"{self.path}:{number}: not an entry of a fetch ledger. Remove the line")
            entries[entry.url] = entry
        return entries


_TYPES: dict[str, Any] = get_type_hints(FetchEntry)
_LINE_START = b'{"url": '


def _entry(row: dict[str, Any]) -> FetchEntry | None:
    """Return the entry of a line, or None if the line was not written by a fetch."""
    if set(row) != set(_TYPES) or not all(isinstance(row[name], hint) for name, hint in _TYPES.items()):
        return None
    return FetchEntry(**row) if row["outcome"] in [outcome.value for outcome in Outcome] else None


def _open(path: Path) -> BinaryIO:
    """Open a file for reading and appending, which is created if it does not exist."""
    if path.is_symlink():
        raise ProgramError(f"{path}: is a link, and nothing is written through links. Choose another folder")
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    fd = os.open(path, flags, 0o666)
    status = os.fstat(fd)
    if not stat.S_ISREG(status.st_mode) or status.st_nlink > 1:
        os.close(fd)
        raise ProgramError(f"{path}: is a special file or a hard link. Choose another folder")
    return open(fd, "ab+")


def _truncate_partial_line(file: BinaryIO) -> None:
    """Remove a last line without a line end, which a killed process may leave."""
    end = size = file.seek(0, os.SEEK_END)
    while end > 0:
        start = max(0, end - 2**16)
        file.seek(start)
        newline = file.read(end - start).rfind(b"\n")
        end = start + newline + 1
        if newline >= 0:
            break
    file.seek(end)
    partial = file.read(min(size - end, len(_LINE_START)))
    if _LINE_START.startswith(partial):  # otherwise no fetch wrote it, and `_read` reports the line
        file.truncate(end)
