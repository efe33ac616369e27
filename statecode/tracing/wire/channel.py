"""Trace channel: a memory file that the traced process writes. The supervisor reads it after the process has ended.

`record` specifies its content. The committed length in its header is updated only after a line is written. However the
process ends, the bytes that the length counts are therefore complete lines. Writing never blocks, and records survive
SIGKILL, `os._exit` and closed descriptors. The program shares its process with the tracer and can overwrite the whole
file, so the reader checks everything.
"""

from __future__ import annotations

import json
import mmap
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from statecode.files import memory_file, read_bytes
from statecode.tracing.wire.record import EVENT_BYTES, HEADER, HEADER_BYTES, EndRecord, encode

_END_RECORD_BYTES = 2**16  # reserved for the end record
_EVENT_OVERHEAD_BYTES = 192  # by which a line may exceed its event's cost: numbers and the function's name
_NEWLINE = "\n"
# The end record of most runs. In a new child the encoder costs 0.1 ms, because of the memory pages that it touches.
_PLAIN_END = EndRecord().fields()
_PLAIN_END_LINE = encode(_PLAIN_END).encode("ascii") + b"\n"
_MAX_DIGITS = 4300          # of a number; a tracer writes at most 20

# Parsed lists and short strings take up to 40 times the memory of their JSON, so the reader limits how many it parses.
# It counts the characters outside of strings: each value has at least one such character, and takes about 60 bytes in
# addition to its text.
_BATCH_BYTES = 2**20          # bytes that are read at once; the complete lines among them are parsed at once
_UNCOUNTED_BYTES = 2**22      # a channel of at most this size is parsed without counting
_UNQUOTED_PER_RECORD = 256    # characters outside of strings; an event has about 40, and 4 for each change
_UNQUOTED_EXTRA = 2**20       # further such characters of a whole trace, for events with very many changes
_COUNT_STEP = 2**16           # characters that are split at quotes at once


@dataclass(frozen=True, slots=True)
class RecordLimits:
    """The limits of a tracer, which stops exactly before the event that would exceed one of them."""

    events: int
    trace_bytes: int  # sum of `record.event_cost` over the events
    repr_limit: int | None = None  # maximum characters of a value (fidelity `full`); None: fidelity `snoop`


class ChannelFull(Exception):
    """Raised when a record does not fit into the channel; the channel is then unchanged."""


def allocate(capacity_bytes: int) -> int:
    """Create a channel with room for `capacity_bytes` of records and for the end record.

    Memory is used only for pages that are written.

    Returns:
        The descriptor of the memory file.
    """
    return memory_file("trace", HEADER_BYTES + capacity_bytes + _END_RECORD_BYTES)


def capacity_for(limits: RecordLimits) -> int:
    """Return the bytes that suffice for all records within the limits, unless names of functions are extremely long."""
    max_events = min(limits.events, limits.trace_bytes // EVENT_BYTES)
    return limits.trace_bytes + max_events * _EVENT_OVERHEAD_BYTES


class ChannelWriter:
    """The writing side of a channel, in the traced process.

    Attributes:
        map: the memory-mapped file.
        end: offset, in bytes, at which the next record is written.
    """

    def __init__(self, fd: int) -> None:
        self.map = mmap.mmap(fd, os.fstat(fd).st_size)
        self.end = HEADER_BYTES
        self._lock = threading.Lock()  # otherwise a switch of threads could let one record overwrite another

    @property
    def capacity(self) -> int:
        """The offset, in bytes, up to which records other than the end record may be written."""
        return len(self.map) - _END_RECORD_BYTES

    def write(self, record: Any, final: bool = False) -> None:
        """Append one record as a line of JSON, and commit it.

        Args:
            final: True for the end record, which may use the reserved bytes.

        Raises:
            ChannelFull: the record does not fit.
        """
        line = _PLAIN_END_LINE if record == _PLAIN_END else encode(record).encode("ascii") + b"\n"
        with self._lock:
            end = self.end + len(line)
            if end > (len(self.map) if final else self.capacity):
                raise ChannelFull
            self.map[self.end : end] = line
            self.map[: HEADER_BYTES] = HEADER.pack(end - HEADER_BYTES)
            self.end = end


def read_records(fd: int, max_records: int | None = None) -> tuple[list[Any], bool]:
    """Read the committed records up to and including the end record, which is the only dict.

    A traced program can write to the channel as well. Whatever the program writes, the time is proportional to the size
    of the file. The memory is a few times the size of the texts, plus about 60 bytes for each character outside of
    strings. In a channel of more than 4 MiB, at most 2**20 + 256 * `max_records` such characters are read (an event has
    about 40, and 4 for each change).

    Args:
        max_records: read at most this number of records; None: read all.

    Returns:
        The records, and True if the channel is valid. False: the channel holds content that no writer leaves, has more
        characters outside of strings than allowed, or does not fit into memory; the records are then valid ones from
        before that content. Content after the end record is ignored.
    """
    records: list[Any] = []
    length = _committed_length(fd)
    if length is None:
        return records, False
    unquoted_left = _UNQUOTED_EXTRA
    try:
        for lines, intact in _batches(fd, length):
            wanted = lines if max_records is None else _first_lines(lines, max_records - len(records))
            if length > _UNCOUNTED_BYTES and (unquoted_left := unquoted_left - _excess_unquoted(wanted)) < 0:
                return records, False
            batch, parsed = _parse_lines(wanted)
            records += batch
            ended = len(wanted) < len(lines) or bool(batch) and type(batch[-1]) is dict
            if ended or not (intact and parsed):
                return records, parsed and ended
    except MemoryError:
        return records, False
    return records, True


def read_shared(fd: int) -> list[tuple[list[Any], dict[str, Any]]]:
    """Read the records of several runs, one after the other, each with its end record.

    Returns:
        For each run, up to the first one that is not complete, its event records and the fields of its end record.
        Nothing if the channel contains anything else than records.
    """
    length = _committed_length(fd)
    data = read_bytes(fd, HEADER_BYTES + (length or 0))[HEADER_BYTES:]
    try:
        records = _loads(f"[{data.decode('ascii')[:-1].replace(_NEWLINE, ',')}]")
    except (ValueError, RecursionError, MemoryError):
        return []
    runs, start = [], 0
    for end, record in enumerate(records):
        if type(record) is dict:
            runs.append((records[start:end], record))
            start = end + 1
    return runs


def _committed_length(fd: int) -> int | None:
    """Return the committed length in bytes, or None if the file is too short for it."""
    size = os.fstat(fd).st_size
    if size < HEADER_BYTES:
        return None
    length: int = HEADER.unpack(os.pread(fd, HEADER_BYTES, 0))[0]
    return length if length <= size - HEADER_BYTES else None


def _batches(fd: int, length: int) -> Iterator[tuple[str, bool]]:
    """Yield batches of complete lines, each with True, or False if bytes follow that are not ASCII or not a line."""
    offset, end = HEADER_BYTES, HEADER_BYTES + length
    parts: list[bytes] = []
    while offset < end and (part := os.pread(fd, min(_BATCH_BYTES, end - offset), offset)):
        offset += len(part)
        complete = part.rfind(b"\n") + 1
        if complete:
            parts.append(part[:complete])
            yield _decode_lines(parts)
        parts.append(part[complete:])
    yield _decode_lines(parts)


def _decode_lines(parts: list[bytes]) -> tuple[str, bool]:
    """Join and clear the parts; return the complete lines at their start, and True if nothing follows them."""
    data = b"".join(parts)
    parts.clear()  # a line may be as long as the file; the caller must not hold a second copy
    try:
        text = data.decode("ascii")
    except UnicodeDecodeError as error:
        text = data[: error.start].decode("ascii")
    lines = text[: text.rfind(_NEWLINE) + 1]
    return lines, len(lines) == len(data)


def _first_lines(text: str, count: int) -> str:
    """Return the first `count` lines of a text."""
    if text.count(_NEWLINE) <= count:
        return text
    return text[: len(text) - len(text.split(_NEWLINE, count)[-1])]


def _excess_unquoted(lines: str) -> int:
    """Return the number of characters outside of strings beyond the allowance for these lines; 0 if within it."""
    allowed = _UNQUOTED_PER_RECORD * lines.count(_NEWLINE)
    return 0 if len(lines) <= allowed else max(0, _count_unquoted(lines) - allowed)


def _count_unquoted(lines: str) -> int:
    """Count the characters outside of JSON strings; the count is correct up to the first syntax error."""
    count, inside, escape = 0, False, ""
    for start in range(0, len(lines), _COUNT_STEP):
        part = escape + lines[start : start + _COUNT_STEP]
        if "\\" in part:
            part = part.replace(r"\\", "")
            escape = "\\" if part.endswith("\\") else ""  # it escapes the first character of the next step
            part = part.removesuffix(escape).replace(r"\"", "")
        else:
            escape = ""
        spans = part.split('"')  # alternately outside and inside of strings
        count += sum(map(len, spans[inside::2]))
        inside ^= len(spans) % 2 == 0
    return count


def _parse_lines(text: str) -> tuple[list[Any], bool]:
    """Parse lines up to and including the first dict; return the records, and False if an invalid line follows them."""
    try:
        records = _loads(f"[{text[:-1].replace(_NEWLINE, ',')}]")  # one call is about twice as fast as one per line
    except (ValueError, RecursionError):
        return _parse_one_by_one(text[:-1].split(_NEWLINE))
    if len(records) != text.count(_NEWLINE):  # a line held several values, or a value spanned several lines
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
    """Parse JSON, but reject numbers of more than 4,300 digits, which take more than linear time.

    This limit is also the default of Python.

    Raises:
        ValueError: the text is not JSON, or holds such a number.
        RecursionError: the values are nested too deeply.
    """
    digits = getattr(sys, "get_int_max_str_digits", lambda: 0)()  # early 3.10 has no limit; users can disable it
    return json.loads(text, parse_int=None if 0 < digits <= _MAX_DIGITS else _short_int)


def _short_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(digits)} digits")
    return int(digits)
