"""How long and how fast the views of a corpus are: characters, compressed bytes, tokens, events per second."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeVar

import pyarrow as pa

from statecode import views
from statecode.errors import ConfigError
from statecode.evaluation.token_counters import TokenCounter
from statecode.records import Trace
from statecode.views.text_lines import text_of

SAMPLE_TRACES = 400             # on which a view's own tokenizer is trained, drawn at random
SAMPLE_CHARACTERS = 50_000      # of each of them, so that one long run does not decide the vocabulary
BATCH_CHARACTERS = 2_000_000    # tokenised together

_Result = TypeVar("_Result")

Counters = Callable[[Iterable[str]], dict[str, TokenCounter]]
"""Makes the counters for a view by name, given a sample of its texts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSizes:
    """What one view of some traces measures."""

    view: str
    events: int
    characters: int
    zstd_bytes: int            # all texts in one stream, pyarrow's zstd at its usual level
    render_s: float            # for all traces, on one core
    parse_s: float | None      # None where the view cannot be parsed
    tokens: dict[str, list[int]] = field(default_factory=dict)  # counter → tokens of each trace

    @property
    def rendered_per_s(self) -> float:
        """Events per second."""
        return self.events / max(self.render_s, 1e-9)

    @property
    def parsed_per_s(self) -> float | None:
        """Events per second, None where the view cannot be parsed."""
        return None if self.parse_s is None else self.events / max(self.parse_s, 1e-9)

    def median_tokens(self, counter: str) -> float:
        """Tokens of the median trace."""
        return statistics.median(self.tokens[counter])

    def mean_tokens(self, counter: str) -> float:
        """Tokens per trace."""
        return statistics.fmean(self.tokens[counter])

    def tokens_per_event(self, counter: str) -> float:
        """All tokens over all events, the source's included."""
        return sum(self.tokens[counter]) / max(self.events, 1)

    def fitting_share(self, counter: str, budget: int) -> float:
        """Share of the traces that have at most `budget` tokens."""
        counts = self.tokens[counter]
        return sum(count <= budget for count in counts) / len(counts)

    def times_shorter(self, other: ViewSizes, counter: str) -> float:
        """How many times more tokens the same trace has in `other`: the median over traces."""
        pairs = zip(other.tokens[counter], self.tokens[counter])
        return statistics.median(theirs / max(ours, 1) for theirs, ours in pairs)


def measure(view: str, traces: Callable[[], Iterable[Trace]], counters: Counters, count: int) -> ViewSizes:
    """Measure one view.

    Args:
        traces: gives the traces each time that it is called: once for a sample, once to measure.
        count: how many there are.

    Raises:
        ConfigError: there is no such view, or there are no traces.
    """
    if not count:
        raise ConfigError("no traces to compare views on")
    made = counters(_sample(view, traces(), count))
    pending = _Pending(made)
    sink = pa.BufferOutputStream()
    events = characters = 0
    render_s = parse_s = 0.0
    can_be_parsed = hasattr(views.module_of(view), "parse")
    with pa.CompressedOutputStream(sink, "zstd") as compressed:
        for trace in traces():
            text, seconds = _timed(lambda: text_of(trace, view))
            render_s += seconds
            if can_be_parsed:
                parse_s += _timed(lambda: views.parse(text, view, trace.code))[1]
            events += len(trace.events)
            characters += len(text)
            compressed.write(text.encode("utf-8", "surrogatepass"))
            pending.add(text)
    return ViewSizes(
        view=view, events=events, characters=characters,
        zstd_bytes=len(sink.getvalue()), render_s=render_s, parse_s=parse_s if can_be_parsed else None,
        tokens=pending.finished(),
    )


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    start = time.process_time()  # other work on the machine does not count
    result = work()
    return result, time.process_time() - start


def _sample(view: str, traces: Iterable[Trace], count: int) -> Iterator[str]:
    chosen = set(random.Random(0).sample(range(count), min(count, SAMPLE_TRACES)))
    return (text_of(trace, view)[:SAMPLE_CHARACTERS] for number, trace in enumerate(traces) if number in chosen)


class _Pending:
    """Counts tokens of texts, some at a time."""

    def __init__(self, counters: dict[str, TokenCounter]) -> None:
        self._counters = counters
        self._counts: dict[str, list[int]] = {name: [] for name in counters}
        self._texts: list[str] = []
        self._characters = 0

    def add(self, text: str) -> None:
        """Take in the text of the next trace."""
        if not self._counters:
            return
        self._texts.append(text)
        self._characters += len(text)
        if self._characters >= BATCH_CHARACTERS:
            self._count()

    def finished(self) -> dict[str, list[int]]:
        """The number of tokens of each text, by counter."""
        self._count()
        return self._counts

    def _count(self) -> None:
        for name, counter in self._counters.items():
            self._counts[name] += counter(self._texts)
        self._texts, self._characters = [], 0
