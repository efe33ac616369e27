"""The ledger of a fetch: an append-only file with a line per attempted link, locked by one process."""

from __future__ import annotations

import fcntl
import json
import threading
from pathlib import Path
from typing import IO, NamedTuple

from statecode.errors import ProgramError
from statecode.programs import jsonl


class FetchEntry(NamedTuple):
    """The result of one link, as a line of the ledger; the field names are keys of its JSON."""

    url: str
    outcome: str              # value of a download.Outcome
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
        ProgramError: another process holds the lock, or a line is damaged.
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = open(path, "ab+")
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
            try:
                entries[row["url"]] = FetchEntry(**row)
            except (KeyError, TypeError):
                raise ProgramError(f"{self.path}:{number}: not an entry of a fetch ledger. Remove the line") from None
        return entries


def _truncate_partial_line(file: IO[bytes]) -> None:
    """Remove a last line without a line end, which a killed process may leave."""
    file.seek(0)
    end = 0
    for line in file:
        end += len(line) if line.endswith(b"\n") else 0
    file.truncate(end)
