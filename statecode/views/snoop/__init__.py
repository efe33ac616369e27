"""The view `snoop`: the text that snoop 0.6.1 prints, byte for byte; `parse` reads the parts of a trace in the text."""

from __future__ import annotations

from statecode.records import Trace
from statecode.views.base import ViewFunctions
from statecode.views.snoop.classify import line_kinds, next_source_line
from statecode.views.snoop.rendering import render
from statecode.views.snoop.state import source, state
from statecode.views.snoop.text import segments
from statecode.views.windows import WindowFormat

__all__ = ["FUNCTIONS", "line_kinds", "next_source_line", "parse", "segments", "render"]


def parse(text: str, code: str | None = None) -> Trace:
    """Return a trace that renders the same text; its `truncation` lists the parts of a trace that the text lacks.

    Args:
        code: the source of the program; required, since the text does not contain it.

    Raises:
        ConfigError: `code` is None.
        TraceParseError: no trace was found that renders the text.
    """
    from statecode.views.snoop import reader  # imported here, so that rendering does not load the reader

    return reader.parse(text, code)


_WINDOWS = WindowFormat(segments, source, state)

FUNCTIONS = ViewFunctions(
    segments=segments, render=render, parse=parse, windows=_WINDOWS.windows, window_context=_WINDOWS.context,
    line_kinds=line_kinds, next_source_line=next_source_line,
)
