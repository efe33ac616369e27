"""Test the measured sizes of views."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.corpus.reader import read
from statecode.errors import ConfigError
from statecode.evaluation.view_sizes import ViewSizes, measure_view
from statecode.views.text_lines import text_of
from tests.support.corpus_samples import small_corpus


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_corpus(tmp_path_factory.mktemp("views") / "corpus")


def compared(view: str, tokens: list[int], events: int = 100) -> ViewSizes:
    return ViewSizes(view=view, events=events, characters=1, zstd_bytes=1, render_s=0.5, parse_s=None,
                     tokens={"c": tokens})


def test_view_sizes_of_known_numbers() -> None:
    long, short = compared("a", [100, 2000, 5000]), compared("b", [50, 500, 1024])
    assert [short.fitting_share("c", 1024), short.fitting_share("c", 1023)] == [1, pytest.approx(2 / 3)]
    assert [long.fitting_share("c", budget) for budget in (99, 100, 4096)] == pytest.approx([0, 1 / 3, 2 / 3])
    assert (short.median_tokens("c"), short.mean_tokens("c")) == (500, pytest.approx(1574 / 3))
    assert short.tokens_per_event("c") == 15.74
    assert short.times_shorter(long, "c") == 4  # the median of the ratios 2, 4 and 4.88
    assert short.rendered_per_s == 200 and short.parsed_per_s is None


def test_measure_counts_every_text(corpus: Path) -> None:
    traces = list(read(corpus))
    samples: list[list[str]] = []

    def counters(sample):
        samples.append(list(sample))
        return {"characters": lambda texts: [len(text) for text in texts]}

    for view in ("io", "steps"):
        texts = [text_of(trace, view) for trace in traces]
        found = measure_view(view, lambda: iter(traces), counters, len(traces))
        assert found.tokens == {"characters": [len(text) for text in texts]}
        assert found.characters == sum(map(len, texts))
        assert found.events == sum(len(trace.events) for trace in traces)
        assert 0 < found.zstd_bytes < found.characters / 4  # the programs repeat each other, so they compress well
        assert sorted(samples.pop()) == sorted(texts)
    with pytest.raises(ConfigError, match="no traces"):
        measure_view("io", lambda: iter(()), counters, 0)
