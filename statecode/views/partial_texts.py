"""Read texts that a model wrote, which may be malformed or end anywhere: the events before the first invalid line."""

from __future__ import annotations

from collections.abc import Sequence
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
    ends: Sequence[int]  # number of characters up to the end of the head and of each event; empty if all are read
    can_go_on: bool     # True: the text ends too early; its continuation can be valid

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
        return PartialText(parse(text, view), None, (), False)
    except TraceParseError as error:
        reason = error.reason
    read_events = VIEWS.find(view).functions.read_events
    try:
        if read_events is not None:
            return _canonical_part(read_events(text), text, view, reason)
    except TraceParseError:
        pass
    return PartialText(stopped_run(code="", stdin=""), reason, (0,), False)


def _canonical_part(trace: Trace, text: str, view: str, reason: str) -> PartialText:
    """Return the part with those of the first events of a trace whose text is in `text` at the same position.

    Args:
        reason: that of the part.
    """
    parts = [joined_block(block) for block in blocks(trace, view)]
    equal = len(commonprefix([text, "".join(parts)]))
    ends = list(accumulate(map(len, parts[:-1])))
    kept = sum(end <= equal for end in ends[1:])
    if kept == len(trace.events):
        stopped = replace(trace, status=Status.EVENT_LIMIT, exception=None, truncation="events")
        return PartialText(stopped, reason, ends, _only_ends_early(text, ends[-1], view))
    printed = trace.stdout[:trace.events[kept - 1].stdout_end] if kept else ""
    stopped = stopped_run(trace.code, trace.stdin, trace.events[:kept], printed)
    return PartialText(stopped, reason, ends[:kept + 1], False)


def _only_ends_early(text: str, read: int, view: str) -> bool:
    """Return True if the rest of a text, after `read` characters, can be a part of an event or of the end of the run.

    The last line of the rest may be incomplete. The reader accepts the lines before it if it complains about the end.
    """
    complete = text.rfind("\n", read) + 1
    if not complete:
        return True
    try:
        parse(text[:complete], view)
    except TraceParseError as error:
        return error.reason.startswith("the text ends")
    return True
