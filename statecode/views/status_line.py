"""The end of a run in one line."""

from __future__ import annotations

from statecode.records import Trace
from statecode.views.line_runs import escape_line_ends


def status_line(trace: Trace) -> str:
    """Return a line such as `ok`, `exception: ValueError: too small` or `event_limit: events`."""
    parts = [trace.status.value]
    if trace.exception is not None:
        parts += [trace.exception.type, *([trace.exception.message] if trace.exception.message else [])]
    if trace.truncation is not None:
        parts.append(trace.truncation)
    return escape_line_ends(": ".join(parts))
