"""The view `snoop`: the text that snoop 0.6.1 prints, byte for byte; it can be read as far as it goes."""

from __future__ import annotations

from statecode.records import Trace
from statecode.views.snoop.classify import line_kinds, next_source_line
from statecode.views.snoop.text import render, segments

__all__ = ["line_kinds", "next_source_line", "parse", "segments", "render"]


def parse(text: str, code: str | None = None) -> Trace:
    """Read a text as far as it goes.

    Raises:
        ConfigError: the code is missing.
        TraceParseError: the text cannot be read so that it renders as the same again.
    """
    from statecode.views.snoop import reader  # here: reading is rare, and rendering loads nothing for it

    return reader.parse(text, code)
