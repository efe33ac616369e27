"""The status of a run, with its exception and its truncation, on one line."""

from __future__ import annotations

from statecode.records import Trace
from statecode.views.line_runs import escape_line_ends


def status_line(trace: Trace) -> str:
    """Return the status, the exception and the truncation of a run on one line, without a newline at its end.

    Examples are `ok`, `exception: ValueError: too small` and `event_limit: events`.
    """
    parts = [trace.status.value]
    if trace.exception is not None:
        parts += [trace.exception.type, *([trace.exception.message] if trace.exception.message else [])]
    if trace.truncation is not None:
        parts.append(trace.truncation)
    return escape_line_ends(": ".join(parts))
