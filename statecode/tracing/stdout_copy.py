"""A copy of what is printed while code is recorded; the text still goes where it goes."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from typing import Any

_sinks: list[io.BytesIO] = []
_undo: list[Callable[[], None]] = []


def begin_copy(sink: io.BytesIO) -> None:
    """Add to `sink` from now on, in UTF-8, what is written to the object that is `sys.stdout` now.

    The object stays where it is, so that whoever holds it writes to it as ever. What goes past its `write` is not
    seen: its `buffer`, its descriptor, other processes.
    """
    if not _sinks:
        _wrap(sys.stdout)
    _sinks.append(sink)


def end_copy(sink: io.BytesIO) -> None:
    """Leave `sink` as it is from now on; safe to call twice."""
    for place, other in enumerate(_sinks):
        if other is sink:
            del _sinks[place]
            break
    while _undo and not _sinks:
        _undo.pop()()


def _wrap(stream: Any) -> None:
    """Put a function of the instance before the `write` of its class."""
    try:
        before = stream.__dict__.get("write")
        write = stream.write
    except AttributeError:  # there is no stdout, or it is something that takes no attributes
        return

    def copying_write(text: str) -> Any:
        result = write(text)
        data = text.encode("utf-8", "backslashreplace")
        for sink in _sinks:
            sink.write(data)
        return result

    def undo() -> None:
        if stream.__dict__.get("write") is not copying_write:
            return  # somebody has put theirs before ours
        if before is None:
            del stream.write
        else:
            stream.write = before

    stream.write = copying_write
    _undo.append(undo)
