"""The status and the unknown parts of a trace that was read from snoop's text."""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Event, EventKind, Status

UNKNOWN = "unknown: "
"""The prefix of `Trace.truncation` in a trace that was read from snoop's text."""


def status_of(events: tuple[Event, ...]) -> Status:
    """Return the status that the events imply; KILLED if they do not contain the end of the module."""
    if not events or events[-1].function != "<module>" or events[-1].kind is not EventKind.RETURN:
        return Status.KILLED
    if events[-1].value is not None:
        return Status.OK
    details = [event.detail or "" for event in events if event.kind is EventKind.EXCEPTION and event.depth == 0]
    raised = details[-1].split("\n")[0] if details else ""
    if raised in ("!!! SystemExit", "!!! SystemExit: 0", "!!! SystemExit: None"):
        return Status.OK
    return Status.MEMORY if raised.startswith("!!! MemoryError") else Status.EXCEPTION


def unknown_parts(events: tuple[Event, ...]) -> Iterator[str]:
    """Yield the names of the parts of a trace that snoop's text of these events does not contain."""
    yield from ("stdout", "stderr", "threads")
    kinds = {event.kind for event in events}
    if EventKind.EXCEPTION in kinds:
        yield "changes at exceptions"
    if EventKind.COMPREHENSION in kinds:
        yield "lines within comprehensions"
    if any("\n" in text for event in events for text in (event.value or "", *(value for _, value in event.changes))):
        yield "line separators in values"
    if status_of(events) is Status.KILLED:
        yield "how it ended"
