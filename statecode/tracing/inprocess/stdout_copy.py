"""A copy of what is printed while code is recorded; the text still goes where it goes."""

from __future__ import annotations

import io
import sys
from typing import Any

_copies: list[_Copy] = []


def begin_copy(sink: io.BytesIO) -> None:
    """Add to `sink` from now on, in UTF-8, what is written to the object that is `sys.stdout` now.

    The object stays where it is, so that whoever holds it writes to it as ever. What goes past its `write` is not
    seen: its `buffer`, its descriptor, other processes.
    """
    for copy in _copies:
        if copy.stream is sys.stdout:
            copy.sinks.append(sink)
            return
    if hasattr(sys.stdout, "write") and hasattr(sys.stdout, "__dict__"):
        _copies.append(_Copy(sys.stdout, sink))


def end_copy(sink: io.BytesIO) -> None:
    """Leave `sink` as it is from now on; safe to call twice."""
    for copy in list(_copies):
        copy.sinks = [other for other in copy.sinks if other is not sink]
        if not copy.sinks:
            _copies.remove(copy)
            copy.undo()


class _Copy:
    """A stream whose `write` has a function of the instance before it, and where that writes too."""

    def __init__(self, stream: Any, sink: io.BytesIO) -> None:
        self.stream = stream
        self.sinks = [sink]
        self._before = stream.__dict__.get("write")
        self._write = stream.write
        self._own = stream.write = self._copying_write

    def _copying_write(self, text: str) -> Any:
        result = self._write(text)
        data = text.encode("utf-8", "backslashreplace")
        for sink in self.sinks:
            sink.write(data)
        return result

    def undo(self) -> None:
        """Put the stream's own `write` back, unless somebody has put theirs before ours."""
        if self.stream.__dict__.get("write") is not self._own:
            return
        if self._before is None:
            del self.stream.write
        else:
            self.stream.write = self._before
