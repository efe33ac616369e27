"""The interface between the child and the tracer of an engine for Python programs."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from statecode.tracing.forkserver.streams import Streams
    from statecode.tracing.source_info.hints import SourceHints
    from statecode.tracing.wire.channel import ChannelWriter, RecordLimits


class Tracer(Protocol):
    """Records the events of one program. The fork server creates it, without arguments, before it forks children."""

    @property
    def failure(self) -> str | None:
        """The error that stopped the recording; None if there is none. The program continues without the tracer."""

    @property
    def first_perturbed_event(self) -> int | None:
        """The number of events before the first one that the tracer perturbed; None if no such event is known."""

    def open(self, channel: ChannelWriter, limits: RecordLimits, streams: Streams, source_hints: SourceHints,
             limit_reached: Callable[[str], None]) -> None:
        """Set the destination and the limits of the records.

        Args:
            limit_reached: called with the name of the limit that is reached; it does not return.
        """

    def install(self, code: types.CodeType) -> None:
        """Start to trace `code` and the code objects inside it, in this thread and in all that start from now on."""

    @property
    def was_replaced(self) -> bool:
        """True if the program replaced the tracer, perhaps for a while; read it after the threads have ended."""

    def remove(self) -> None:
        """Stop tracing this thread."""

    def finish(self) -> None:
        """Stop recording: all records are on the channel afterwards, and only the end record follows."""

    def disable(self) -> None:
        """Stop recording in a process that the program forked: the channel belongs to its parent."""

    def release_frames(self) -> None:
        """Release the program's frames, which keep its objects alive."""
