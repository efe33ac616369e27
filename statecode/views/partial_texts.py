"""Read texts that a model wrote, which may be malformed or end anywhere: the events before the first invalid line."""

from __future__ import annotations

from dataclasses import replace
from itertools import accumulate
from os.path import commonprefix
from typing import NamedTuple

from statecode.errors import ConfigError, TraceParseError
from statecode.records import Status, Trace
from statecode.views import VIEWS, blocks, parse
from statecode.views.segments import joined_block
from statecode.views.stopped_runs import stopped_run


class PartialText(NamedTuple):
    """The part of a text that could be read."""

    trace: Trace        # of the events before the first invalid line; if the whole text is valid, its trace
    reason: str | None  # the reason why the rest is not valid, without the line; None: the whole text is valid

    @property
    def whole(self) -> bool:
        """True if the whole text is valid."""
        return self.reason is None


def check_lossless(view: str) -> None:
    """Check that the texts of a view contain the program and everything of its run, so that a model can write a run.

    Raises:
        ConfigError: they do not; the message lists the views whose texts do.
    """
    if not VIEWS.find(view).lossless:
        known = ", ".join(name for name, other in VIEWS.items() if other.lossless)
        raise ConfigError(f"the view {view} is not lossless: a trace cannot be read from its texts; those that are:"
                          f" {known}")


def read_partial(text: str, view: str) -> PartialText:
    """Return the events of a text up to its first line that is not valid.

    An event counts only if the view writes it in exactly this way. So each text has one reading, and the events of a
    text that goes on after them are those of the whole text.

    Args:
        text: begins with the program, as every text of a lossless view.
        view: name of a lossless view. If it has no function `read_events`, a text that is not valid has no events.

    Raises:
        ConfigError: the view is not lossless.
    """
    check_lossless(view)
    try:
        return PartialText(parse(text, view), None)
    except TraceParseError as error:
        reason = error.reason
    read_events = VIEWS.find(view).functions.read_events
    try:
        if read_events is not None:
            return PartialText(_canonical_part(read_events(text), text, view), reason)
    except TraceParseError:
        pass
    return PartialText(stopped_run(code="", stdin=""), reason)


def _canonical_part(trace: Trace, text: str, view: str) -> Trace:
    """Return the trace with those of its first events whose text is a part of `text` at the same position."""
    parts = [joined_block(block) for block in blocks(trace, view)]
    equal = len(commonprefix([text, "".join(parts)]))
    ends = list(accumulate(map(len, parts[:-1])))[1:]  # of each event
    kept = sum(end <= equal for end in ends)
    if kept == len(trace.events):
        return replace(trace, status=Status.EVENT_LIMIT, exception=None, truncation="events")
    printed = trace.stdout[:trace.events[kept - 1].stdout_end] if kept else ""
    return stopped_run(trace.code, trace.stdin, trace.events[:kept], printed)
