"""Find the parts of a text that a model can know from the text before, and the values in it.

The source and the input of a program, and the state at the start of a window, are given. What follows from them is the
run. A line of the source that a view repeats, such as the line of an event, is known after its first occurrence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from statecode.records import Trace
from statecode.views import VIEWS, blocks
from statecode.views.segments import VALUE_KINDS, Kind, Segment, joined_block
from statecode.views.windows import Window


class ScoredText(NamedTuple):
    """A text for training, with the parts whose tokens have a loss."""

    text: str
    scored: list[tuple[int, int]]  # start and end, exclusive, of each part, in characters, ascending
    has_end: bool                  # True: the text ends with the end of the run
    values: list[tuple[int, int]]  # start and end of each value, as those of the parts


class ShownSource:
    """The lines of the source that a text contains so far.

    Args:
        context: the segments at the start of the text.
    """

    def __init__(self, context: Iterable[Segment]) -> None:
        self._lines: set[str] = set()
        for text, kind in context:
            if kind is Kind.SOURCE:
                self.repeats(text)

    def repeats(self, text: str) -> bool:
        """Return True if the text so far contains all source lines of `text`; else add them, and return False."""
        lines = {line.strip() for line in text.splitlines()}
        if lines <= self._lines:
            return True
        self._lines |= lines
        return False


def scored_run(trace: Trace, view: str) -> ScoredText:
    """Return the whole text of a run in a view; scored is what follows the text before the first event.

    Raises:
        ConfigError: there is no such view, or it has rows.
        TextLengthError: the text has more than views.MAX_CHARACTERS characters.
    """
    head, *others = blocks(trace, view)
    events = [segment for block in others for segment in block]
    return _scored(head, events, VIEWS[view].functions.follows_events, has_end=True)


def scored_window(window: Window) -> ScoredText:
    """Return the text of a window; scored is what follows its context."""
    return _scored(window.context, window.events, True, window.is_last)


def whole_window(window: Window) -> ScoredText:
    """Return the text of a window; all of it is scored."""
    text = window.text
    values = value_spans([*window.context, *window.events])
    return ScoredText(text, [(0, len(text))] if text else [], window.is_last, values)


def value_spans(segments: Iterable[Segment]) -> list[tuple[int, int]]:
    """Return the start and the end, exclusive, of each value of a text, in characters.

    Segments of values with only the white space of the view between them are the lines of one value.
    """
    spans: list[tuple[int, int]] = []
    end, continued = 0, False
    for text, kind in segments:
        start, end = end, end + len(text)
        if kind in VALUE_KINDS and text:
            spans.append((spans.pop()[0] if continued else start, end))
            continued = True
        elif text and not (kind is Kind.SYNTAX and text.isspace()):
            continued = False
    return spans


def _scored(
    context: Sequence[Segment], events: Sequence[Segment], source_is_known: bool, has_end: bool
) -> ScoredText:
    """Return a text with the parts after the context that are scored.

    Args:
        source_is_known: a line of the source is scored if the text before contains it; else no line of it is.
    """
    shown = ShownSource(context)
    context_text = joined_block(context)
    texts, scored, end = [context_text], list[tuple[int, int]](), len(context_text)
    for text, kind in events:
        start, end = end, end + len(text)
        texts.append(text)
        if kind is Kind.SOURCE and not (shown.repeats(text) and source_is_known) or start == end:
            continue
        if scored and scored[-1][1] == start:
            scored[-1] = scored[-1][0], end
        else:
            scored.append((start, end))
    return ScoredText("".join(texts), scored, has_end, value_spans([*context, *events]))
