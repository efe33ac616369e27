"""Test the plots of a corpus."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from statecode.corpus.folder import CorpusFolder
from statecode.corpus.plots import _draw_histogram, _draw_statuses, draw
from statecode.corpus.statistics import compute_statistics

pytest.importorskip("matplotlib")
from matplotlib.axes import Axes  # noqa: E402
from matplotlib.figure import Figure  # noqa: E402


@pytest.fixture
def axes() -> Iterator[Axes]:
    yield Figure().add_subplot()


@pytest.mark.parametrize("values", [[120, 4_000, 90, 65_536], [1, 2], [0, 10], [7, 7, 7], [3]])
def test_a_histogram_begins_and_ends_at_the_data(axes: Axes, values: list[int]) -> None:
    _draw_histogram(axes, values, "events per trace")
    bars = axes.patches
    assert bars[0].get_x() == pytest.approx(max(min(values), 1))
    assert sum(bar.get_height() for bar in bars) == len(values)
    if len(set(values)) > 1:
        assert bars[-1].get_x() + bars[-1].get_width() == pytest.approx(max(values))


def test_statuses_are_horizontal_bars_with_numbers_on_a_linear_axis(axes: Axes, corpus: Path, tmp_path: Path) -> None:
    statistics = replace(compute_statistics(CorpusFolder(corpus), progress=False), statuses={"ok": 4_000, "timeout": 12})
    _draw_statuses(axes, statistics)
    assert axes.get_xscale() == "linear"
    assert [bar.get_width() for bar in axes.patches] == [4_000, 12]
    assert [text.get_text() for text in axes.texts] == ["4,000", "12"]
    assert [path.name for path in draw(statistics, tmp_path)] == ["statuses.png", "events_per_trace.png", "snoop_text_bytes.png"]


def test_a_hostile_status_is_drawn_as_text(corpus: Path, tmp_path: Path) -> None:
    statistics = compute_statistics(CorpusFolder(corpus), progress=False)
    for path in draw(replace(statistics, statuses={"$\\frac{$": 3, "\x1b[31m\n": 2}), tmp_path):
        assert path.stat().st_size > 1000
