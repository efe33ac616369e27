"""Read the records of a channel. A program may have written any of them.

`read_run` uses `_records`, in C, for a channel of at most 4 MiB that contains what engines write, and `read_records`
for any other. The results are the same; `_records` is faster, and makes columns instead of a list per event.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TypeAlias

from statecode.tracing.wire.channel import END_RECORD_BYTES
from statecode.tracing.wire.event_columns import EventColumns
from statecode.tracing.wire.record import HEADER, HEADER_BYTES

try:
    from statecode.tracing.wire import _records  # type: ignore[attr-defined]
except ImportError:  # it was not built
    _records = None

EventRecords: TypeAlias = "list[Any] | EventColumns"
"""The event records of a run: values as JSON contains them, not checked yet; or checked columns, not completed yet."""

_NEWLINE = "\n"
_MAX_DIGITS = 4300            # of a number; a tracer writes at most 20

# Parsed lists and short strings take up to 40 times the memory of their JSON, so the reader limits how many it parses.
# It counts the characters outside of strings: each value has at least one such character, and takes about 60 bytes in
# addition to its text.
_BATCH_BYTES = 2**20          # bytes that are read at once
_UNCOUNTED_BYTES = 2**22      # a channel of at most this size is parsed without counting
_UNQUOTED_PER_RECORD = 256    # characters outside of strings; an event has about 40, and 4 for each change
_UNQUOTED_EXTRA = 2**20       # further such characters of a whole trace, for events with very many changes
_COUNT_STEP = 2**16           # characters that are split at quotes at once


def count_of(records: EventRecords) -> int:
    """Return the number of event records."""
    return len(records) if isinstance(records, list) else len(records.kind)


def is_built() -> bool:
    """Return True if the reader in C was built."""
    return _records is not None


def read_run(fd: int, max_events: int) -> tuple[EventRecords, dict[str, Any] | None, bool]:
    """Read the committed records of one run.

    Returns:
        The event records; the fields of the end record, None if there is none; and True if the channel is valid, as
        `read_records` returns it for at most `max_events` + 1 records.
    """
    with suppress(MemoryError):
        found = _read_columns(_short_content(fd), max_events)
        if found is not None:
            return found[0], found[1], True
    records, intact = read_records(fd, max_events + 1)
    return records, records.pop() if records and type(records[-1]) is dict else None, intact


def read_shared(fd: int, max_events: int, max_runs: int) -> list[tuple[EventColumns, dict[str, Any]]]:
    """Read the records of several runs, one after the other, each with its end record.

    Returns:
        For each run, up to the first one that is not complete or has more than `max_events` events, and at most for
        `max_runs`, its event records and the fields of its end record. Nothing if the channel is longer than
        `_UNCOUNTED_BYTES`, or if the reader in C was not built.
    """
    runs: list[tuple[EventColumns, dict[str, Any]]] = []
    with suppress(MemoryError):
        data = _short_content(fd)
        while data is not None and len(runs) < max_runs and (found := _read_columns(data, max_events)):
            columns, end, size = found
            if end is None:
                break
            runs.append((columns, end))
            data = data[size:]
    return runs


def _short_content(fd: int) -> memoryview | None:
    """Return the committed bytes of a channel; None if they are incomplete, or if `read_records` would count them."""
    length = _committed_length(fd)
    if length is None or length > _UNCOUNTED_BYTES:
        return None
    data = os.pread(fd, length, HEADER_BYTES)
    return memoryview(data) if len(data) == length else None


def _read_columns(data: memoryview | None, max_events: int) -> tuple[EventColumns, dict[str, Any] | None, int] | None:
    """Read event records in the form in which engines write them, and the end record after them if there is one.

    Returns:
        The columns of the events, the fields of the end record, and the number of bytes read; None if the data contains
        anything else, of which the caller has to decide.
    """
    if data is None or _records is None:
        return None
    found = _records.read_columns(data, max_events)
    if found is None:
        return None
    size, columns = found[0], EventColumns.of_bytes(*found[1:])
    if size == len(data):
        return columns, None, size
    line, newline, _ = bytes(data[size : size + END_RECORD_BYTES]).partition(b"\n")
    if not newline or not line.isascii():
        return None
    end, parsed = _parse_lines(line.decode() + _NEWLINE)
    if not parsed or len(end) != 1 or type(end[0]) is not dict:
        return None
    return columns, end[0], size + len(line) + 1


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
    """Parse lines up to and including the first dict; return the records, and False if an invalid line follows them.

    Each line is parsed by itself: in a joined text, lines that are invalid alone could be valid together.
    """
    records: list[Any] = []
    for line in text.split(_NEWLINE)[:-1]:
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
