"""Copy the text that is printed while code is recorded; the text is still printed as usual."""

from __future__ import annotations

import io
import os
import sys
import threading
from typing import Any

_copies: list[_Copy] = []
_lock = threading.Lock()  # recordings of several threads start and end at the same time


def start_copy(buffer: io.BytesIO) -> None:
    """Start to copy the text written to the current `sys.stdout` into `buffer`, encoded as UTF-8.

    Only the method `write` of the stream is replaced, not the stream, so that code with a reference to the stream is
    copied too. Output that bypasses `write` is not copied: that of `sys.stdout.buffer`, of the file descriptor, and of
    other processes. A stream whose `write` cannot be replaced is not copied.
    """
    with _lock:
        for copy in _copies:
            if copy.stream is sys.stdout:
                copy.buffers.append(buffer)
                return
        if hasattr(sys.stdout, "write") and hasattr(sys.stdout, "__dict__"):
            _copies.append(_Copy(sys.stdout, buffer))


def end_copy(buffer: io.BytesIO) -> None:
    """Stop copying into `buffer`; a second call has no effect."""
    with _lock:
        for copy in list(_copies):
            copy.buffers = [other for other in copy.buffers if other is not buffer]
            if not copy.buffers:
                _copies.remove(copy)
                copy.restore()


def _replace_lock() -> None:
    """Create a new lock, in a forked process: a thread that the fork did not copy may have held the old one."""
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_replace_lock)


class _Copy:
    """A stream whose `write` is replaced on the instance by a method that also writes to `buffers`."""

    def __init__(self, stream: Any, buffer: io.BytesIO) -> None:
        self.stream = stream
        self.buffers = [buffer]
        self._original_attribute = stream.__dict__.get("write")
        self._write = stream.write
        self._replacement = stream.write = self._copying_write

    def _copying_write(self, text: str) -> Any:
        result = self._write(text)
        data = text.encode("utf-8", "backslashreplace")
        for buffer in self.buffers:
            buffer.write(data)
        return result

    def restore(self) -> None:
        """Restore the stream's `write`, unless other code has replaced it in the meantime."""
        if self.stream.__dict__.get("write") is not self._replacement:
            return
        if self._original_attribute is None:
            del self.stream.write
        else:
            self.stream.write = self._original_attribute
