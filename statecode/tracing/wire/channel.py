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
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_LENGTH = struct.Struct("<Q")
_FINAL_RESERVE_BYTES = 2**16  # kept free for the record of how the run ended
_NEWLINE = "\n"
_MOST_DIGITS = 4300           # of a number; no tracer writes one of more than 20

# Lists and texts of a few characters take up to 40 times their JSON, so there is a bound on how many are parsed. It
# goes by the characters outside of texts: one or more for each value, which takes some 60 bytes beyond its text.
_BATCH_BYTES = 2**20          # of lines parsed at once
_SMALL_BYTES = 2**22          # nobody counts in less
_BARE_PER_RECORD = 256        # characters; an event has some 40, and 4 for each change
_BARE_BEYOND = 2**20          # in a whole trace, for events with very many changes
_COUNTED_AT_ONCE = 2**16      # characters


@dataclass(frozen=True, slots=True)
class RecordLimits:
    """How much a tracer may record: it stops exactly before the event that would exceed one of them."""

    events: int
    trace_bytes: int  # of `event_cost`
    repr_limit: int | None = None  # characters of a value where values are read whole; None: as snoop reads them


EVENT_BYTES = 64
"""What an event costs beside its texts."""

_EVENT_ROOM_BYTES = 192  # what its line takes beside what it costs: numbers and the name of its function


def event_cost(texts: list[str]) -> int:
    """What an event counts against the limit: 64 bytes, and its texts in JSON.

    The texts are names and values, and of an exception what it says, not where it was raised.
    """
    return EVENT_BYTES + (len(_encode(texts)) - len(texts) - 1 if texts else 0)


class ChannelFull(Exception):
    """A record does not fit; the channel stays as it was."""


def memory_file(name: str, size_bytes: int = 0) -> int:
    """Open an anonymous file in memory (on systems without memfd a deleted temporary file); returns its descriptor."""
    if hasattr(os, "memfd_create"):
        fd = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    else:
        import tempfile  # it takes five more modules into every warm process

        fd, path = tempfile.mkstemp(prefix=f"statecode-{name}-")
        os.unlink(path)
        os.set_inheritable(fd, False)
    os.ftruncate(fd, size_bytes)
    return fd


def allocate(capacity_bytes: int) -> int:
    """Make a channel for records of at most `capacity_bytes`; pages are used only as they are written."""
    return memory_file("trace", _LENGTH.size + capacity_bytes + _FINAL_RESERVE_BYTES)


def capacity_for(limits: RecordLimits) -> int:
    """The bytes that records take that keep the limits, but for functions with names beyond all measure."""
    most_events = min(limits.events, limits.trace_bytes // EVENT_BYTES)
    return limits.trace_bytes + most_events * _EVENT_ROOM_BYTES


class ChannelWriter:
    """The traced process's end."""

    def __init__(self, fd: int) -> None:
        self.map = mmap.mmap(fd, os.fstat(fd).st_size)
        self.end = _LENGTH.size  # where the next record goes
        self._lock = threading.Lock()  # a switch of threads inside would let one record overwrite another

    @property
    def capacity(self) -> int:
        """The place up to which records may go that are not the final one."""
        return len(self.map) - _FINAL_RESERVE_BYTES

    def write(self, record: Any, final: bool = False) -> None:
        """Append one JSON value; the final one may use the room that is kept for it.

        Raises:
            ChannelFull: it does not fit.
        """
        line = _encode(record).encode("ascii") + b"\n"
        with self._lock:
            end = self.end + len(line)
            if end > (len(self.map) if final else self.capacity):
                raise ChannelFull
            self.map[self.end : end] = line
            self.map[: _LENGTH.size] = _LENGTH.pack(end - _LENGTH.size)
            self.end = end


def read_records(fd: int, most: int | None = None) -> tuple[list[Any], bool]:
    """Read what was committed up to the end record, which is the only dict, and no more than `most` records.

    A program that is traced can write here as well. Whatever it wrote, this ends in time in proportion to the file's
    size. It takes memory of a few times the size of the texts, and some 60 bytes for each of at most 2**20 + 256 *
    `most` characters outside of texts (an event has some 40, and 4 for each change). The flag is False where there are
    more, where memory does not suffice, or where the content is otherwise not what a writer leaves; then the records
    are those before the first that is none. What follows the end record does not count.
    """
    records: list[Any] = []
    length = _committed_length(fd)
    if length is None:
        return records, False
    bare_left = _BARE_BEYOND
    try:
        for lines, whole in _batches(fd, length):
            wanted = lines if most is None else _first_lines(lines, most - len(records))
            if length > _SMALL_BYTES and (bare_left := bare_left - _bare_beyond(wanted)) < 0:
                return records, False
            batch, parsed = _parse_lines(wanted)
            records += batch
            ended = len(wanted) < len(lines) or bool(batch) and type(batch[-1]) is dict
            if ended or not (whole and parsed):
                return records, parsed and ended
    except MemoryError:
        return records, False
    return records, True


def _committed_length(fd: int) -> int | None:
    size = os.fstat(fd).st_size
    if size < _LENGTH.size:
        return None
    length: int = _LENGTH.unpack(os.pread(fd, _LENGTH.size, 0))[0]
    return length if length <= size - _LENGTH.size else None


def _batches(fd: int, length: int) -> Iterator[tuple[str, bool]]:
    """Give whole lines, some at a time; False with those that are followed by what is no ASCII or no whole line."""
    offset, end = _LENGTH.size, _LENGTH.size + length
    parts: list[bytes] = []
    while offset < end and (part := os.pread(fd, min(_BATCH_BYTES, end - offset), offset)):
        offset += len(part)
        whole_lines = part.rfind(b"\n") + 1
        if whole_lines:
            parts.append(part[:whole_lines])
            yield _decoded(parts)
        parts.append(part[whole_lines:])
    yield _decoded(parts)


def _decoded(parts: list[bytes]) -> tuple[str, bool]:
    data = b"".join(parts)
    parts.clear()  # a line may take the whole file; who asks holds no second copy of it
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        text = data[: error.start].decode("ascii")
    lines = text[: text.rfind(_NEWLINE) + 1]
    return lines, len(lines) == len(data)


def _first_lines(lines: str, count: int) -> str:
    if lines.count(_NEWLINE) <= count:
        return lines
    return lines[: len(lines) - len(lines.split(_NEWLINE, count)[-1])]


def _bare_beyond(lines: str) -> int:
    """Count the characters outside of texts beyond what so many records may have."""
    allowed = _BARE_PER_RECORD * lines.count(_NEWLINE)
    return 0 if len(lines) <= allowed else max(0, _bare_characters(lines) - allowed)


def _bare_characters(lines: str) -> int:
    """Count the characters outside of texts; where it is no JSON, this holds for what stands before the first error."""
    count, inside, escape = 0, False, ""
    for start in range(0, len(lines), _COUNTED_AT_ONCE):
        piece = escape + lines[start : start + _COUNTED_AT_ONCE]
        if "\\" in piece:
            piece = piece.replace(r"\\", "")
            escape = "\\" if piece.endswith("\\") else ""  # it goes with the next piece's first character
            piece = piece.removesuffix(escape).replace(r"\"", "")
        else:
            escape = ""
        spans = piece.split('"')  # outside and inside of texts by turns
        count += sum(map(len, spans[inside::2]))
        inside ^= len(spans) % 2 == 0
    return count


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
