"""Compare the reader of channels in C with the one in Python."""

from __future__ import annotations

from array import array

from statecode.tracing.wire import reader
from statecode.tracing.wire.validation import valid_columns


def accepted_in_c(data: bytes) -> bool:
    """Return True if the reader in C accepts the data; the one in Python must then return the same."""
    found = reader._read_columns(memoryview(array("B", data)), 1000)  # a heap block of exactly this size
    if found is None:
        return False
    assert (list(map(list, found[0])), found[1]) == _read_in_python(data), data
    return True


def _read_in_python(data: bytes) -> tuple | None:
    """Return the columns and the end record that the reader in Python finds; None if the data is not valid."""
    lines, intact = reader._decode_lines([data])
    records, parsed = reader._parse_lines(lines) if lines else ([], True)
    end = records.pop() if records and type(records[-1]) is dict else None
    columns = valid_columns(records)
    complete = parsed and len(columns.kind) == len(records) and (intact or end is not None)
    return (list(map(list, columns)), end) if complete else None
