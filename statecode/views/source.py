"""The view `code`: the source alone."""

from __future__ import annotations

from statecode.records import Trace


def render(trace: Trace) -> str:
    """Give the program's source as it was run."""
    return trace.code
