"""Score written traces as CodeExecutor does: precision, recall and F1 of lines and of identifiers.

A trace is a list of sentences: executed lines with the state after them, and printed texts, in the order of the view
`codeexecutor`. The sentence at index i is compared with the real sentence at index i:

- A line is right if its number and its whole state are the same; the order of the variables does not count. A printed
  text is right if it is the same.
- An identifier is a variable in the state of a line. It is right if the number of its line and its value are the same.

Precision is the share of right ones among the written ones, recall among the real ones, both over all traces together.

Source: Liu et al. 2023, Code Execution with Pre-trained Language Models (arXiv 2305.05383), and its script
CodeExecutor/inference/metric.py in microsoft/CodeBERT. There, a printed text that contains a colon also counts as an
identifier, and a printed text at the end of a trace is ignored; here it is not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from statecode.records import Trace
from statecode.views.line_runs import FrameVariables, Variables


class Sentence(NamedTuple):
    """An executed line with the variables after it, or a printed text."""

    line: int | None  # None: a printed text
    state: Variables
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """The numbers of right, written and real items. For several traces, add first and divide once."""

    right: int = 0
    written: int = 0
    real: int = 0

    def __add__(self, other: Overlap) -> Overlap:
        return Overlap(self.right + other.right, self.written + other.written, self.real + other.real)

    @property
    def precision(self) -> float | None:
        """Share of right items among the written ones; None if nothing was written."""
        return self.right / self.written if self.written else None

    @property
    def recall(self) -> float | None:
        """Share of right items among the real ones; None if there are none."""
        return self.right / self.real if self.real else None

    @property
    def f1(self) -> float | None:
        """Harmonic mean of precision and recall; None if there are neither written nor real items."""
        total = self.written + self.real
        return 2 * self.right / total if total else None


@dataclass(frozen=True, slots=True)
class CodeExecutorScore:
    """The overlaps of lines and of identifiers."""

    lines: Overlap = field(default_factory=Overlap)
    identifiers: Overlap = field(default_factory=Overlap)

    def __add__(self, other: CodeExecutorScore) -> CodeExecutorScore:
        return CodeExecutorScore(self.lines + other.lines, self.identifiers + other.identifiers)


def sentences_of(trace: Trace) -> list[Sentence]:
    """Return the sentences of a trace, in the order of the view `codeexecutor`."""
    return list(_sentences(trace))


def _sentences(trace: Trace) -> Iterator[Sentence]:
    frame_variables = FrameVariables(trace)
    printed = 0
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        if event.stdout_end > printed:
            yield Sentence(None, {}, trace.stdout[printed:event.stdout_end])
            printed = event.stdout_end
        if run is not None:
            yield Sentence(run.line, run.after)
    if trace.stdout[printed:]:
        yield Sentence(None, {}, trace.stdout[printed:])


def score_sentences(real: Sequence[Sentence], written: Sequence[Sentence]) -> CodeExecutorScore:
    """Compare the written sentences with the real ones at the same index."""
    pairs = list(zip(real, written))
    right = sum(one == other for one, other in pairs)
    identifiers = sum(
        sum(other.state.get(name) == value for name, value in one.state.items())
        for one, other in pairs if one.line == other.line
    )
    return CodeExecutorScore(
        Overlap(right, len(written), len(real)),
        Overlap(identifiers, sum(len(one.state) for one in written), sum(len(one.state) for one in real)),
    )


def score_trace(real: Trace, written: Trace) -> CodeExecutorScore:
    """Compare a written trace with the real one."""
    return score_sentences(sentences_of(real), sentences_of(written))
