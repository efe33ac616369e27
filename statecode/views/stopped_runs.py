"""The runs of texts that end before the run does: their events, as those of a run that was stopped after them."""

from __future__ import annotations

from collections.abc import Iterable

from statecode.records import Event, Status, Trace


def stopped_run(code: str, stdin: str, events: Iterable[Event] = (), stdout: str = "") -> Trace:
    """Return the run of a program that was stopped after these events."""
    return Trace(
        program_id="", problem_id="", input_index=0, code=code, stdin=stdin, status=Status.EVENT_LIMIT,
        truncation="events", events=tuple(events), stdout=stdout,
    )
