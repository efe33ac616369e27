"""Compare the events that a model wrote with those of the real run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from statecode.records import Event, Trace


class EventMatch(NamedTuple):
    """The parts of one event that are right."""

    control: bool  # kind and line
    state: bool    # changes in any order, the value that is returned or yielded, and the text of an exception
    exact: bool    # all fields, also frame, thread, function and the position in stdout; changes in any order


NOTHING_RIGHT = EventMatch(control=False, state=False, exact=False)


def in_normal_order(event: Event) -> Event:
    """Return the event with its changes sorted, because their order is no fact of the run."""
    return event._replace(changes=tuple(sorted(event.changes)))


def match_event(real: Event, written: Event | None) -> EventMatch:
    """Compare one event with the real event at the same index; nothing is right if it was not written."""
    if written is None:
        return NOTHING_RIGHT
    real, written = in_normal_order(real), in_normal_order(written)
    return EventMatch(
        control=(real.kind, real.line) == (written.kind, written.line),
        state=(real.changes, real.value, real.detail) == (written.changes, written.value, written.detail),
        exact=real == written,
    )


def first_divergence(real: Sequence[Event], written: Sequence[Event]) -> int | None:
    """Return the index of the first event that is wrong, missing or added; None if all events are the same."""
    for index, (one, other) in enumerate(zip(real, written)):
        if in_normal_order(one) != in_normal_order(other):
            return index
    return None if len(real) == len(written) else min(len(real), len(written))


def is_exact_trace(real: Trace, written: Trace) -> bool:
    """Return True if the content of both traces is the same; the changes of an event may have another order."""
    return real.content()[1:] == written.content()[1:] and first_divergence(real.events, written.events) is None
