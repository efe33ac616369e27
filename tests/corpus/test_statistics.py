"""Test the statistics of a corpus."""

from __future__ import annotations

import zlib
from pathlib import Path

import statecode
from statecode.corpus.folder import CorpusFolder
from statecode.corpus.statistics import Distribution, compute_statistics
from statecode.views import render
from tests.support.corpus_samples import data_bytes


def test_statistics_equal_counts_of_the_traces(corpus: Path) -> None:
    traces = list(statecode.read(corpus))
    texts = [render(trace, "snoop").encode() for trace in traces]
    found = compute_statistics(CorpusFolder(corpus), progress=False)
    assert (found.runs, found.programs) == (72, 36)
    assert found.events.total == sum(len(trace.events) for trace in traces)
    assert found.events.max == max(len(trace.events) for trace in traces)
    assert found.text.snoop_text.total == sum(map(len, texts))
    assert found.text.zip_bytes == sum(len(zlib.compress(text, 6)) for text in texts)
    assert found.text.stream_bytes == len(zlib.compress(b"".join(texts), 6))
    assert found.text.data_bytes == sum(map(len, data_bytes(corpus).values()))
    assert 0 < found.text.events_bytes < found.text.data_bytes
    # the expected outputs are those of the sums, so that every division has the verdict wrong
    assert found.label_and_verdict == {"correct/correct": 48, "incorrect/wrong": 24}
    assert found.distinct_normalised == 3


def test_spread_of_known_numbers() -> None:
    assert Distribution.of(range(1, 102)) == Distribution(count=101, total=5151, median=51, p90=91, max=101)
    assert Distribution.of([]) == Distribution(count=0, total=0, median=0, p90=0, max=0)
