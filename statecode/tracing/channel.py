"""The trace channel: a file in memory that the traced process fills and the supervisor reads afterwards.

Layout: a committed length (8 bytes, little endian), then one JSON value per line. The length is written after the line
it covers, so that whatever ends the process, what stands below the length is whole. Nothing here blocks, and what was
recorded survives SIGKILL, `os._exit` and closed descriptors. The program shares the process with its tracer and can
overwrite all of this, so the reader takes nothing for granted.
"""

from __future__ import annotations

import json
import mmap
import os
import struct
import sys
import tempfile
import threading
from typing import Any

_LENGTH = struct.Struct("<Q")
_FINAL_RESERVE_BYTES = 2**16  # kept free for the record of how the run ended
_NEWLINE = "\n"
_MOST_DIGITS = 4300           # of a number; no tracer writes one of more than 20


class ChannelFull(Exception):
    """A record does not fit; the channel stays as it was."""


def memory_file(name: str, size_bytes: int = 0) -> int:
    """Open an anonymous file in memory (on systems without memfd a deleted temporary file); returns its descriptor."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        fd, path = tempfile.mkstemp(prefix=f"statecode-{name}-")
        os.unlink(path)
        os.set_inheritable(fd, False)
    os.ftruncate(fd, size_bytes)
    return fd


def allocate(capacity_bytes: int) -> int:
    """Make a channel for records of at most `capacity_bytes`; pages are used only as they are written."""
    return memory_file("trace", _LENGTH.size + capacity_bytes + _FINAL_RESERVE_BYTES)


class ChannelWriter:
    """The traced process's end."""

    def __init__(self, fd: int) -> None:
        self._map = mmap.mmap(fd, os.fstat(fd).st_size)
        self._end = _LENGTH.size
        self._lock = threading.Lock()  # a switch of threads inside would let one record overwrite another

    def write(self, record: Any, final: bool = False) -> None:
        """Append one JSON value; the final one may use the room that is kept for it.

        Raises:
            ChannelFull: it does not fit.
        """
        line = _encode(record).encode("ascii") + b"\n"
        with self._lock:
            end = self._end + len(line)
            if end > len(self._map) - (0 if final else _FINAL_RESERVE_BYTES):
                raise ChannelFull
            self._map[self._end : end] = line
            self._map[: _LENGTH.size] = _LENGTH.pack(end - _LENGTH.size)
            self._end = end


def read_records(fd: int, most: int | None = None) -> tuple[list[Any], bool]:
    """Read what was committed up to the end record, which is the only dict, and no more than `most` records.

    A program that is traced can write here as well. Whatever it wrote, this ends in time and memory in proportion to
    the file's size. The flag is False where the content is not what a writer leaves; then the records are those
    before the first that is none.
    """
    text, whole = _committed_text(fd)
    lines = text[: text.rfind(_NEWLINE) + 1]
    complete = len(lines) == len(text)
    if most is not None and lines.count(_NEWLINE) > most:
        lines, complete = lines[: -len(lines.split(_NEWLINE, most)[-1])], True
    records, parsed = _parse_lines(lines)
    ended = bool(records) and type(records[-1]) is dict
    return records, whole and parsed and (ended or complete)


def _committed_text(fd: int) -> tuple[str, bool]:
    size = os.fstat(fd).st_size
    if size < _LENGTH.size:
        return "", False
    (length,) = _LENGTH.unpack(os.pread(fd, _LENGTH.size, 0))
    if length > size - _LENGTH.size:
        return "", False
    data = _read_exactly(fd, length, _LENGTH.size)
    try:
        return data.decode("ascii"), len(data) == length
    except UnicodeDecodeError as error:
        return data[: error.start].decode("ascii"), False


def _parse_lines(text: str) -> tuple[list[Any], bool]:
    try:
        records = _loads(f"[{text[:-1].replace(_NEWLINE, ',')}]")  # one call: about twice as fast as one per line
    except (ValueError, RecursionError):
        return _parse_one_by_one(text[:-1].split(_NEWLINE))
    if len(records) != text.count(_NEWLINE):  # a line held several values, or a value several lines
        return _parse_one_by_one(text[:-1].split(_NEWLINE))
    types = list(map(type, records))
    return (records[: types.index(dict) + 1] if dict in types else records), True


def _parse_one_by_one(lines: list[str]) -> tuple[list[Any], bool]:
    records: list[Any] = []
    for line in lines:
        try:
            records.append(_loads(line))
        except (ValueError, RecursionError):
            return records, False
        if type(records[-1]) is dict:
            break
    return records, True


def _loads(text: str) -> Any:
    """Parse JSON; a number that would take more than linear time is an error, as it is by Python's own default."""
    digits = getattr(sys, "get_int_max_str_digits", lambda: 0)()  # early 3.10 has no limit, and users can take it off
    return json.loads(text, parse_int=None if 0 < digits <= _MOST_DIGITS else _short_int)


def _short_int(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)


def read_bytes(fd: int, limit_bytes: int) -> bytes:
    """Read the first `limit_bytes` of a file from its start."""
    return _read_exactly(fd, min(os.fstat(fd).st_size, limit_bytes), 0)


def _read_exactly(fd: int, length: int, offset: int) -> bytes:
    parts = []
    while length > 0 and (part := os.pread(fd, length, offset)):
        parts.append(part)
        length -= len(part)
        offset += len(part)
    return b"".join(parts)


_encode = json.JSONEncoder(ensure_ascii=True, check_circular=False, separators=(",", ":")).encode
