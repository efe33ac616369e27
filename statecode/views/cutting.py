"""Parts of a view's text: cut to a budget, divided into prompt and continuation, and told apart by kind.

A text that was cut ends in a line of its own, such as

    [cut: 12 of 40 events]

Everything before it is what the view gives for a trace that ends there, and no event stands there in part.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate

from statecode.errors import ConfigError
from statecode.records import Status, Trace
from statecode.views import blocks, module_of, render
from statecode.views.segments import Kind, Span, joined, spans_of

CUT_LINE = "[cut: {shown} of {all} events]\n"


def cut(trace: Trace, view: str, budget: int, count_tokens: Callable[[str], int]) -> str:
    """Give the text of `trace` if it has at most `budget` tokens, else its first events that fit and a cut line.

    Views whose text does not go along with the events (inline, final-state: their modules say FOLLOWS_EVENTS = False)
    tell of the run up to the cut, as if its record had been full there.

    Args:
        budget: in tokens, the cut line included.
        count_tokens: the number of tokens of a text; it never falls when a text grows.

    Raises:
        ConfigError: what stands before the first event and the cut line do not fit, or the view has rows.
    """
    first_events, whole, follows_events = _prefixes_and_text(trace, view)
    count = len(trace.events)
    reach = 1 if follows_events else count
    while reach < count and count_tokens(first_events(reach)) <= budget + 1:  # 1: the cut may have split a token
        reach *= 2  # so that of a text of megabytes little more than the budget is looked at
    if reach >= count and count_tokens(whole) <= budget:
        return whole
    numbers = range(min(reach, count) + 1)
    fitting = bisect_left(
        numbers, True, key=lambda number: count_tokens(_with_cut_line(first_events(number), number, count)) > budget
    )
    if not fitting:
        raise ConfigError(
            f"{budget} tokens hold no part of {trace.program_id}#{trace.input_index} in the view {view}: what stands"
            " before its first event takes more; give more, or leave the trace out"
        )
    return _with_cut_line(first_events(fitting - 1), fitting - 1, count)


def split(trace: Trace, view: str, event: int) -> tuple[str, str]:
    """Divide the text before event number `event`, counted from 0; joined the two are the whole text.

    The prompt tells the events before it, the continuation that event and all after it with the ending. Where the text
    does not go along with the events the prompt is what stands before anything runs, whatever the event.

    Raises:
        IndexError: `event` is not in [0, number of events].
        ConfigError: the view has rows.
    """
    if not 0 <= event <= len(trace.events):
        raise IndexError(f"event {event} of {len(trace.events)}")
    parts = list(blocks(trace, view))
    return joined(parts[:event + 1]), joined(parts[event + 1:])


def spans(trace: Trace, view: str) -> list[Span]:
    """Where in the text which kind stands; together the spans are the whole text.

    Raises:
        ConfigError: the view has rows.
    """
    return spans_of(blocks(trace, view))


def token_kinds(offsets: Iterable[tuple[int, int]], spans: Sequence[Span]) -> list[Kind | None]:
    """Give each token the kind in which most of its characters lie, the first of two with as many.

    Args:
        offsets: (start, end) of each token in characters, as a fast tokenizer gives them (`return_offsets_mapping`).
            GPT-2's trims white space from them: a token of white space alone then has no characters and takes the
            kind of the place.
        spans: what `spans` gives, for the same text.

    Returns:
        None for (0, 0), which a special token has, and behind the end of the text.
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
    """The text of the first so many events without the ending, the whole text, and whether it goes along with them."""
    parts = [joined([block]) for block in blocks(trace, view)]
    text = "".join(parts)
    if getattr(module_of(view), "FOLLOWS_EVENTS", True):
        ends = list(accumulate(map(len, parts)))
        return lambda number: text[:ends[number]], text, True
    return lambda number: render(_trace_prefix(trace, number), view), text, False


def _trace_prefix(trace: Trace, number: int) -> Trace:
    """The trace as if its record had been full before event `number`."""
    events = trace.events[:number]
    printed = trace.events[number].stdout_end if number < len(trace.events) else len(trace.stdout)
    return replace(
        trace, events=events, stdout=trace.stdout[:printed], status=Status.EVENT_LIMIT, exception=None,
        truncation="events",
    )


def _with_cut_line(text: str, number: int, count: int) -> str:
    separator = "" if text.endswith("\n") or not text else "\n"
    return text + separator + CUT_LINE.format(shown=number, all=count)
