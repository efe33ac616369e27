"""Divide the text of a long run into windows, each of which can be understood alone.

A window consists of a context and of consecutive events. The context is the program's source and input, and after the
first window the state at the cut: for each live frame its line and its variables (`Trace.state_at`). The texts of the
events are those of the view, so that the windows of a run contain each event exactly once.

A window ends before an event that returns or raises, if possible: the next window then contains both the returned value
and its use. Variables that follow from the source, such as defined functions, are not a part of the state. If the state
is too long, its values are shortened; then outer frames are omitted, then the variables that did not change last, and
then the state. If the source alone has more than three quarters of the tokens of a window, the context is the state.
An event that does not fit into a window of its own is continued in the next ones, with the same context.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate
from typing import NamedTuple

from statecode.errors import TextLengthError
from statecode.records import LEAVING, Event, EventKind, FrameState, StateFollower, Trace
from statecode.views.segments import MAX_CHARACTERS, Segment, joined_block

SHORTEST_WINDOW = 16
"""Lowest budget of a window, tokens."""
_SEARCHES = 8          # attempts to find the end of a window, after which the best one is taken
_FULL_SHARE = 0.97     # a window with this share of its tokens is full
_CHARACTERS_PER_TOKEN = 16  # a text that has more characters per token of the budget is not counted as a whole
# The context has at most the first of these shares of the tokens of a window; or the source and the second share for
# the state, if this is more, and not more than the third share. The state may always have the last share.
_CONTEXT_SHARE, _STATE_SHARE, _LONGEST_SOURCE_SHARE, _LEAST_STATE_SHARE = 0.5, 0.25, 0.75, 0.1
_SHORTENINGS = (
    (None, None, None), (200, None, None), (60, None, None), (20, None, None), (60, 4, None), (20, 4, None),
    (20, 1, None), (20, 1, 8), (20, 1, 4), (20, 1, 2), (20, 1, 1), (20, 1, 0))
"""The states that are tried in order: maximum number of characters of a value, of innermost frames, and of variables of
a frame, which are those that changed last; None: all."""


class Window(NamedTuple):
    """A part of a run: the context, and the events from `first` to `end`, exclusive, as segments."""

    context: list[Segment]
    events: list[Segment]
    first: int      # index of the first event; also of an event that the previous window has begun
    end: int        # index after the last event that is complete in this window
    is_last: bool   # True: the window ends with the end of the run

    @property
    def text(self) -> str:
        """The whole text of the window."""
        return joined_block(self.context) + joined_block(self.events)


class WindowFormat(NamedTuple):
    """The functions of a view that write windows."""

    segments: Callable[[Trace], Iterable[list[Segment]]]  # as in `ViewFunctions`
    source: Callable[[Trace], list[Segment]]              # the source and stdin at the start of a window
    state: Callable[[Trace, int, list[FrameState]], list[Segment]]
    """Returns the state: receives the index of the first event of the window, and the live frames, outermost first."""

    def windows(self, trace: Trace, budget: int, count_tokens: Callable[[str], int]) -> Iterator[Window]:
        """Yield the windows of a run in order; a text of at most `budget` tokens is a single window.

        Args:
            budget: maximum number of tokens of a window; at least 16.
            count_tokens: returns the number of tokens of a text. The number must not decrease when a text grows, except
                by one or two tokens at its end.
        """
        yield from _Cutter(self, trace, budget, count_tokens).windows()

    def context(self, trace: Trace, event: int, budget: int, count_tokens: Callable[[str], int]) -> list[Segment]:
        """Return the context of a window that begins with the event `event`; the arguments are those of `windows`."""
        return _Cutter(self, trace, budget, count_tokens).context(event)


class _Cutter:
    """Cut one text."""

    def __init__(self, form: WindowFormat, trace: Trace, budget: int, count_tokens: Callable[[str], int]) -> None:
        if budget < SHORTEST_WINDOW:
            raise ValueError(f"a window must have at least {SHORTEST_WINDOW} tokens; got {budget}")
        self._form, self._trace, self._budget, self._count = form, trace, budget, count_tokens
        self._head, *self._blocks = _limited(form.segments(trace))
        texts = list(map(joined_block, self._blocks))
        self._ends = list(accumulate(map(len, texts)))  # block i ends at this character
        self._body = "".join(texts)
        self._source = form.source(trace)
        self._source_tokens = self._tokens_of(joined_block(self._source), budget)
        if self._source_tokens > _LONGEST_SOURCE_SHARE * budget:
            self._source, self._source_tokens = [], 0
        self._follower, self._followed = StateFollower(trace.fidelity), 0
        self._changed: dict[int, dict[str, int]] = {}  # frame → name → index of the event with its last change
        self._tokens_per_character = 0.4  # a first guess; each window corrects it

    def windows(self) -> Iterator[Window]:
        text = joined_block(self._head) + self._body
        if self._tokens_of(text, self._budget) <= self._budget:
            yield self._window(self._head, 0, 0, len(self._body))
            return
        start = number = 0  # character and block at which the next window begins
        while number < len(self._blocks):
            context = self.context(number)
            fitting = self._last_fitting(joined_block(context), start, number)
            if fitting == number:  # not even one block
                end = self._part_of_block(joined_block(context), start, number)
            else:
                fitting = best_cut(self._trace.events, number, fitting)
                end = self._ends[fitting - 1]
            yield self._window(context, number, start, end)
            start = end
            while number < len(self._blocks) and self._ends[number] <= end:
                number += 1

    def _window(self, context: list[Segment], number: int, start: int, end: int) -> Window:
        """Return the window with the characters from `start`, in the block `number`, to `end`."""
        events = len(self._trace.events)
        segments: list[Segment] = []
        while number < len(self._blocks):
            begin = self._ends[number - 1] if number else 0
            if begin >= end:
                break
            segments += _slice(self._blocks[number], start - begin, end - begin)
            number += 1
        first = bisect_right(self._ends, start) if start else 0
        complete = bisect_right(self._ends, end) if end else 0
        is_last = end == len(self._body)
        return Window(context, segments, min(first, events), events if is_last else min(complete, events), is_last)

    def context(self, number: int) -> list[Segment]:
        """Return the context of a window that begins with the block `number`: the longest one that is short enough."""
        if number == 0:
            return self._source
        source_share = self._source_tokens / self._budget
        limit = self._budget * max(_LEAST_STATE_SHARE, min(
            max(_CONTEXT_SHARE - source_share, _STATE_SHARE), _LONGEST_SOURCE_SHARE - source_share))
        frames = self._frames_before(number)

        @cache
        def state(step: int) -> list[Segment]:
            return self._form.state(self._trace, number, self._shortened(frames, *_SHORTENINGS[step]))

        def fits(step: int) -> bool:
            return self._tokens_of(joined_block(state(step)), limit) <= limit

        steps = range(len(_SHORTENINGS))
        step = 0 if fits(0) else bisect_left(steps, True, lo=1, key=fits)
        return [*self._source, *state(step)] if step in steps else self._source

    def _tokens_of(self, text: str, limit: float) -> float:
        """Return the number of tokens of a text; infinity for texts that are certainly much longer than `limit`."""
        return self._count(text) if len(text) <= _CHARACTERS_PER_TOKEN * limit else math.inf

    def _frames_before(self, number: int) -> list[FrameState]:
        """Return the live frames after the event before the block `number`, without a frame that this event leaves."""
        for index, event in enumerate(self._trace.events[self._followed:number], self._followed):
            self._follower.advance(event)
            self._changed.setdefault(event.frame, {}).update((name, index) for name, _ in event.changes)
        self._followed = number
        last, frames = self._trace.events[number - 1], self._follower.frames()
        return [frame for frame in frames if frame.frame != last.frame] if last.kind in LEAVING else frames

    def _shortened(
        self, frames: Sequence[FrameState], characters: int | None, innermost: int | None, variables: int | None
    ) -> list[FrameState]:
        """Return the frames without variables that follow from the source; for the limits see _SHORTENINGS."""
        kept = frames if innermost is None else frames[-innermost:]
        return [frame._replace(variables={
            name: value if characters is None or len(value) <= characters else value[:characters - 1] + "…"
            for name, value in self._changed_last(frame, variables).items()
        }) for frame in kept]

    def _changed_last(self, frame: FrameState, count: int | None) -> dict[str, str]:
        """Return the `count` variables of a frame that changed last, in their order, but those of the source."""
        found = {name: value for name, value in frame.variables.items() if not follows_from_source(name, value)}
        if count is None or count >= len(found):
            return found
        changed = self._changed[frame.frame]
        newest = sorted(found, key=lambda name: changed.get(name, -1), reverse=True)[:count]
        return {name: value for name, value in found.items() if name in newest}

    def _last_fitting(self, context: str, start: int, number: int) -> int:
        """Return the largest end of blocks from `number`, exclusive, with which the window fits; `number` if none does.

        The search starts where the tokens of the previous window suggest, and needs two or three counts.
        """
        low, high = number, len(self._blocks) + 1  # fits; does not fit
        characters = self._budget / self._tokens_per_character - len(context)
        for _ in range(_SEARCHES):
            if high - low == 1:
                break
            guess = bisect_right(self._ends, start + characters)
            guess = min(max(guess, low + 1), high - 1)
            text = context + self._body[start:self._ends[guess - 1]]
            tokens = self._count(text)
            self._tokens_per_character = max(1e-3, tokens / len(text))
            if tokens <= self._budget:
                low = guess
                if tokens >= _FULL_SHARE * self._budget:
                    break
            else:
                high = guess
            characters = self._ends[guess - 1] - start + (self._budget - tokens) / self._tokens_per_character
        return low

    def _part_of_block(self, context: str, start: int, number: int) -> int:
        """Return the end of the longest part of a block that fits, in characters."""
        low = start + 1
        high = min(self._ends[number], start + _CHARACTERS_PER_TOKEN * self._budget)
        while high - low > 1:
            middle = (low + high) // 2
            if self._count(context + self._body[start:middle]) <= self._budget:
                low = middle
            else:
                high = middle
        return low


def best_cut(events: Sequence[Event], first: int, fitting: int) -> int:
    """Return the last index up to `fitting` before which a window can end, or `fitting` if there is none after `first`.

    Args:
        first: index of the first event of the window.
        fitting: index after the last event that fits; `len(events) + 1` if the end of the run fits too.
    """
    end = fitting
    while first < end <= len(events) and (
        events[end - 1].kind in LEAVING or events[end - 1].kind is EventKind.EXCEPTION
    ):
        end -= 1
    return end if end > first else fitting


def _limited(blocks: Iterable[list[Segment]]) -> Iterator[list[Segment]]:
    """Yield the blocks of a text.

    Raises:
        TextLengthError: the text has more than MAX_CHARACTERS characters.
    """
    characters = 0
    for block in blocks:
        characters += sum(len(segment.text) for segment in block)
        if characters > MAX_CHARACTERS:
            raise TextLengthError(f"the text has more than {MAX_CHARACTERS:,} characters")
        yield block


def follows_from_source(name: str, value: str) -> bool:
    """Return True for variables of a module that are the same in each run: its functions, classes and modules."""
    return (
        name in ("__name__", "__builtins__") or value.startswith((f"<function {name} at 0x", "<module '"))
        or value == f"<class '__main__.{name}'>"
    )


def _slice(block: Iterable[Segment], start: int, end: int) -> Iterator[Segment]:
    """Yield the segments of a block from the character `start` to `end`; both can lie outside of the block."""
    position = 0
    for text, kind in block:
        part = text[max(0, start - position):max(0, end - position)]
        if part:
            yield Segment(part, kind)
        position += len(text)
