"""Cut the text of a view to a token budget, divide it into windows or prompt and continuation, and classify its tokens.

A cut text ends with a line such as

    [cut: 12 of 40 events]

The text before this line contains the first events of the trace. Each of these events is complete.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from statecode.errors import ConfigError
from statecode.records import Status, Trace
from statecode.views import VIEWS, blocks, render
from statecode.views.segments import Kind, Span, joined, spans_of
from statecode.views.windows import Window

CUT_LINE = "[cut: {shown} of {all} events]\n"


def cut(trace: Trace, view: str, budget: int, count_tokens: Callable[[str], int]) -> str:
    """Return the text of `trace` in a view, with at most `budget` tokens.

    A longer text is cut: the result contains as many of the first events as fit, and a cut line.

    The texts of the views inline and final-state are not in the order of the events (`follows_events` is False). These
    views render the run up to the cut, as if the limit on events had been reached there.

    Args:
        budget: number of tokens, including the cut line.
        count_tokens: returns the number of tokens of a text; the number must not decrease when a text grows.

    Raises:
        ConfigError: the text before the first event and the cut line have more than `budget` tokens, or the view has
            rows.
    """
    first_events, whole, follows_events = _prefixes_and_text(trace, view)
    count = len(trace.events)
    reach = 1 if follows_events else count
    while reach < count and count_tokens(first_events(reach)) <= budget + 1:  # 1: the end may split a token
        reach *= 2  # so that a long text is not tokenized far beyond the budget
    if reach >= count and count_tokens(whole) <= budget:
        return whole
    numbers = range(min(reach, count) + 1)
    fitting = bisect_left(
        numbers, True, key=lambda number: count_tokens(_with_cut_line(first_events(number), number, count)) > budget
    )
    if not fitting:
        raise ConfigError(
            f"{budget} tokens hold no part of {trace.program_id}#{trace.input_index} in the view {view}: the text"
            " before its first event is longer; increase the budget or skip the trace"
        )
    return _with_cut_line(first_events(fitting - 1), fitting - 1, count)


def windows(
    trace: Trace, view: str, budget: int, count_tokens: Callable[[str], int]
) -> Iterator[Window] | None:
    """Return the windows of a run in the view `view`: parts of at most `budget` tokens that can be understood alone.

    A text of at most `budget` tokens is one window. Each window of a longer text begins with the source and stdin, and
    each but the first with the state at the cut; the events follow. Sources and states that are too long for the budget
    are omitted or shortened. See `statecode.views.windows`.

    Args:
        budget: maximum number of tokens of a window; at least 16.
        count_tokens: returns the number of tokens of a text; the number must not decrease when a text grows, except by
            one or two tokens at its end.

    Returns:
        None if the view has no windows.

    Raises:
        ConfigError: there is no such view.
    """
    cut = VIEWS.find(view).functions.windows
    return None if cut is None else cut(trace, budget, count_tokens)


def window_context(
    trace: Trace, view: str, event: int, budget: int, count_tokens: Callable[[str], int]
) -> str | None:
    """Return the start of a window whose first event has the index `event`: the source and stdin, then the state.

    Args:
        event: in [0, number of events]; the window of the last index has the end of the run alone.
        budget: see `windows`, as for `count_tokens`.

    Returns:
        None if the view has no windows.

    Raises:
        ConfigError: there is no such view.
    """
    context = VIEWS.find(view).functions.window_context
    return None if context is None else joined([context(trace, event, budget, count_tokens)])


def split(trace: Trace, view: str, event: int) -> tuple[str, str]:
    """Return the text of `trace` in a view as a prompt and a continuation, divided before the event with index `event`.

    The prompt contains the events before this event; the continuation contains the event, all later ones and the end.
    If the text is not in the order of the events, the prompt is the text before the first event, for every `event`.

    Raises:
        IndexError: `event` is not in [0, number of events].
        ConfigError: the view has rows.
    """
    if not 0 <= event <= len(trace.events):
        raise IndexError(f"event {event} of {len(trace.events)}")
    parts = list(blocks(trace, view))
    return joined(parts[:event + 1]), joined(parts[event + 1:])


def spans(trace: Trace, view: str) -> list[Span]:
    """Return the spans of the text of `trace` in a view, in order; together they cover the whole text.

    Raises:
        ConfigError: the view has rows.
    """
    return spans_of(blocks(trace, view))


def token_kinds(offsets: Iterable[tuple[int, int]], spans: Sequence[Span]) -> list[Kind | None]:
    """Return the kind of each token: the kind that most of its characters have.

    If several kinds have equally many characters of a token, the first of these kinds is returned.

    Args:
        offsets: (start, end) of each token in characters, as a fast tokenizer returns them (`return_offsets_mapping`).
            The GPT-2 tokenizer trims white space from the offsets. A token of white space alone then has no
            characters; its kind is the kind at its position.
        spans: the result of `spans` for the same text.

    Returns:
        One kind per token. None for a special token, whose offsets are (0, 0), and for a token after the end of the
        text.
    """
    starts = [span.start for span in spans]
    return [_kind_of(start, end, spans, starts) for start, end in offsets]


def _kind_of(start: int, end: int, spans: Sequence[Span], starts: Sequence[int]) -> Kind | None:
    first = bisect_right(starts, start) - 1
    if first < 0 or (start, end) == (0, 0) or start >= spans[-1].end:
        return None
    counts: dict[Kind, int] = {}
    for span in spans[first:bisect_right(starts, max(start, end - 1))]:
        counts[span.kind] = counts.get(span.kind, 0) + min(end, span.end) - max(start, span.start)
    return max(counts, key=counts.__getitem__)


def _prefixes_and_text(trace: Trace, view: str) -> tuple[Callable[[int], str], str, bool]:
    """Return a function, the whole text, and the value of `follows_events` of the view.

    The function takes a number of events, and returns the text of this many first events.
    """
    parts = [joined([block]) for block in blocks(trace, view)]
    text = "".join(parts)
    if VIEWS.find(view).functions.follows_events:
        ends = list(accumulate(map(len, parts)))
        return lambda number: text[:ends[number]], text, True
    return lambda number: render(_trace_prefix(trace, number), view), text, False


def _trace_prefix(trace: Trace, number: int) -> Trace:
    """Return the trace of the first `number` events, as if the limit on events had been reached after them."""
    events = trace.events[:number]
    printed = trace.events[number].stdout_end if number < len(trace.events) else len(trace.stdout)
    return replace(
        trace, events=events, stdout=trace.stdout[:printed], status=Status.EVENT_LIMIT, exception=None,
        truncation="events",
    )


def _with_cut_line(text: str, number: int, count: int) -> str:
    separator = "" if text.endswith("\n") or not text else "\n"
    return text + separator + CUT_LINE.format(shown=number, all=count)
