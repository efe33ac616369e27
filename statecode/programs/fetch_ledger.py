"""The ledger of a fetch: a line per link tried, only ever appended to, and never by two processes at once."""

from __future__ import annotations

import fcntl
import json
import threading
from pathlib import Path
from typing import IO, NamedTuple

from statecode.errors import ProgramError
from statecode.programs import jsonl


class Entry(NamedTuple):
    """What came of one link."""

    url: str
    outcome: str              # a download.Outcome
    http_status: int | None   # of the last answer; None where there was none
    bytes: int                # of the body, decompressed
    attempts: int
    elapsed_s: float          # all attempts and the waiting before and between them
    sha256: str | None        # of the body; None where it was not kept
    charset: str | None       # as the server names it
    error: str | None


class Ledger:
    """An open ledger, locked against other processes until it is closed.

    Raises:
        ProgramError: another process has it, or a line is damaged.
        OSError: it cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = open(path, "ab+")
        try:
            self._claim()
            _drop_torn_line(self._file)
            self.entries = self._read()  # URL → its last entry
        except BaseException:
            self._file.close()
            raise

    def append(self, entry: Entry) -> None:
        """Write an entry so that it outlives this process; threads may call this at the same time."""
        with self._lock:
            self._file.write(json.dumps(entry._asdict()).encode() + b"\n")
            self._file.flush()
            self.entries[entry.url] = entry

    def close(self) -> None:
        """Close the file, which gives the lock back."""
        self._file.close()

    def _claim(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ProgramError(f"{self.path.parent}: another fetch is at work here. Wait for its end") from None

    def _read(self) -> dict[str, Entry]:
        entries = {}
        for number, row in jsonl.read_rows(self.path):
            try:
                entries[row["url"]] = Entry(**row)
            except (KeyError, TypeError):
                raise ProgramError(f"{self.path}:{number}: no entry of a ledger. Remove the line") from None
        return entries


def _drop_torn_line(file: IO[bytes]) -> None:
    """Cut off a last line without its end, which a killed process left."""
    file.seek(0)
    end = 0
    for line in file:
        end += len(line) if line.endswith(b"\n") else 0
    file.truncate(end)
