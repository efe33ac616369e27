"""Measure the views of a corpus: characters, compressed bytes, tokens, and events rendered and parsed per second."""

from __future__ import annotations

import math
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

SAMPLE_TRACES = 400             # number of random traces on which a view's own tokenizer is trained
SAMPLE_CHARACTERS = 50_000      # maximum per trace of the sample, so that one long run does not dominate the vocabulary
BATCH_CHARACTERS = 2_000_000    # number of characters that are tokenised together
PIECE_CHARACTERS = 500_000      # maximum number of characters of a text that is tokenised as a whole

_Result = TypeVar("_Result")

CounterFactory = Callable[[Iterable[str]], dict[str, TokenCounter]]
"""A function that receives a sample of a view's texts and returns token counters by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewSizes:
    """Size and speed of one view over a set of traces."""

    view: str
    events: int
    characters: int
    zstd_bytes: int            # all texts in one stream, pyarrow's zstd at its default level
    render_s: float            # CPU seconds to render all traces on one core
    parse_s: float | None      # CPU seconds to parse all texts on one core; None if the view cannot be parsed
    tokens: dict[str, list[int]] = field(default_factory=dict)  # name of a counter -> number of tokens of each trace

    @property
    def rendered_per_s(self) -> float:
        """Events rendered per CPU second."""
        return self.events / max(self.render_s, 1e-9)

    @property
    def parsed_per_s(self) -> float | None:
        """Events parsed per CPU second; None if the view cannot be parsed."""
        return None if self.parse_s is None else self.events / max(self.parse_s, 1e-9)

    def median_tokens(self, counter: str) -> float:
        """Return the median over traces of the number of tokens by `counter`, a key of `tokens`."""
        return statistics.median(self.tokens[counter])

    def mean_tokens(self, counter: str) -> float:
        """Return the mean over traces of the number of tokens by `counter`, a key of `tokens`."""
        return statistics.fmean(self.tokens[counter])

    def tokens_per_event(self, counter: str) -> float:
        """Return the number of all tokens, those of the source included, divided by the number of all events."""
        return sum(self.tokens[counter]) / max(self.events, 1)

    def fitting_share(self, counter: str, budget: int) -> float:
        """Return the share of the traces that have at most `budget` tokens by `counter`, a key of `tokens`."""
        counts = self.tokens[counter]
        return sum(count <= budget for count in counts) / len(counts)

    def times_shorter(self, other: ViewSizes, counter: str) -> float:
        """Return the median over traces of a ratio: the tokens of a trace in `other` divided by those in this view."""
        pairs = zip(other.tokens[counter], self.tokens[counter])
        return statistics.median(other_tokens / max(tokens, 1) for other_tokens, tokens in pairs)


def measure_view(view: str, traces: Callable[[], Iterable[Trace]], counters: CounterFactory, count: int) -> ViewSizes:
    """Render all traces in one view, parse the texts if the view supports it, and return the sizes and times.

    Args:
        view: name of the view.
        traces: returns all traces at each call; it is called twice, for a sample and for the measurement.
        counters: returns the token counters by name, from a sample of the texts.
        count: the number of traces.

    Raises:
        ConfigError: the view does not exist, or there are no traces.
    """
    if not count:
        raise ConfigError("no traces to compare views on")
    token_counters = counters(_sample(view, traces(), count))
    counter = _BatchedCounter(token_counters)
    sink = pa.BufferOutputStream()
    events = characters = 0
    render_s = parse_s = 0.0
    can_be_parsed = views.VIEWS.find(view).functions.parse is not None
    with pa.CompressedOutputStream(sink, "zstd") as compressed:
        for trace in traces():
            text, seconds = _timed(lambda: text_of(trace, view, math.inf))
            render_s += seconds
            if can_be_parsed:
                parse_s += _timed(lambda: views.parse(text, view, trace.code))[1]
            events += len(trace.events)
            characters += len(text)
            compressed.write(text.encode("utf-8", "surrogatepass"))
            counter.add(text)
    return ViewSizes(
        view=view, events=events, characters=characters,
        zstd_bytes=len(sink.getvalue()), render_s=render_s, parse_s=parse_s if can_be_parsed else None,
        tokens=counter.finish(),
    )


def _timed(work: Callable[[], _Result]) -> tuple[_Result, float]:
    start = time.process_time()  # CPU time, so that other processes do not affect it
    result = work()
    return result, time.process_time() - start


def _sample(view: str, traces: Iterable[Trace], count: int) -> Iterator[str]:
    chosen = set(random.Random(0).sample(range(count), min(count, SAMPLE_TRACES)))
    sampled = (trace for number, trace in enumerate(traces) if number in chosen)
    return (text_of(trace, view, math.inf)[:SAMPLE_CHARACTERS] for trace in sampled)


class _BatchedCounter:
    """Counts the tokens of texts in batches of about BATCH_CHARACTERS characters.

    A text of more than PIECE_CHARACTERS is counted in pieces, because the memory of a tokenizer grows with the text.
    """

    def __init__(self, counters: dict[str, TokenCounter]) -> None:
        self._counters = counters
        self._counts: dict[str, list[int]] = {name: [] for name in counters}
        self._pieces: list[tuple[int, str]] = []  # number of the text, piece of it
        self._characters = 0
        self._added = 0

    def add(self, text: str) -> None:
        """Add the text of the next trace."""
        if not self._counters:
            return
        for counts in self._counts.values():
            counts.append(0)
        for start in range(0, len(text), PIECE_CHARACTERS):
            piece = text[start:start + PIECE_CHARACTERS]
            self._pieces.append((self._added, piece))
            self._characters += len(piece)
            if self._characters >= BATCH_CHARACTERS:
                self._count()
        self._added += 1

    def finish(self) -> dict[str, list[int]]:
        """Count the last batch and return the number of tokens of each text, by the counter's name."""
        self._count()
        return self._counts

    def _count(self) -> None:
        for name, counter in self._counters.items():
            for (number, _), tokens in zip(self._pieces, counter([piece for _, piece in self._pieces])):
                self._counts[name][number] += tokens
        self._pieces, self._characters = [], 0
