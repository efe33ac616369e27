"""Parse snoop's text of a trace, and compare the events that the text contains."""

from __future__ import annotations

from statecode.records import Event, EventKind, Trace
from statecode.views import parse, render


def read_again(trace: Trace) -> Trace:
    """Render the text of the view `snoop` and return the trace parsed from it; check that it renders the same text."""
    text = render(trace, "snoop")
    read = parse(text, "snoop", trace.code)
    assert render(read, "snoop") == text
    return read


def visible_events(trace: Trace) -> list[Event]:
    """Return the events, without the fields that snoop's text does not contain."""
    comprehensions = {event.frame for event in trace.events if event.kind is EventKind.COMPREHENSION}
    events = []
    for event in trace.events:
        event = event._replace(stdout_end=0, thread=0)
        if event.kind is EventKind.EXCEPTION:
            event = event._replace(changes=())
        if event.kind is EventKind.COMPREHENSION_RESULT:
            event = event._replace(line=0, from_line=0)
        if event.kind is not EventKind.LINE or event.frame not in comprehensions:
            events.append(event)
    return events
