"""Trace channel: a memory file that the traced process writes. The supervisor reads it after the process has ended.

`record` specifies its content. The committed length in its header is updated only after a line is written. However the
process ends, the bytes that the length counts are therefore complete lines. Writing never blocks, and records survive
SIGKILL, `os._exit` and closed descriptors. The program shares its process with the tracer and can overwrite the whole
file, so `reader` checks everything.
"""

from __future__ import annotations

import mmap
import os
import threading
from dataclasses import dataclass
from typing import Any

from statecode.files import memory_file
from statecode.tracing.wire.record import EVENT_BYTES, HEADER, HEADER_BYTES, EndRecord, encode

END_RECORD_BYTES = 2**16  # reserved for the end record
_EVENT_OVERHEAD_BYTES = 192  # by which a line may exceed its event's cost: numbers and the function's name
# The end record of most runs. In a new child the encoder costs 0.1 ms, because of the memory pages that it touches.
_PLAIN_END = EndRecord().fields()
_PLAIN_END_LINE = encode(_PLAIN_END).encode("ascii") + b"\n"


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
    return memory_file("trace", HEADER_BYTES + capacity_bytes + END_RECORD_BYTES)


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
        return len(self.map) - END_RECORD_BYTES

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
