"""Draw the statistics of a corpus. matplotlib is imported only when a figure is drawn."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from statecode.corpus.statistics import Statistics
from statecode.files import temporary_file
from statecode.text import plot_label

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BINS = 40


def draw(statistics: Statistics, folder: Path) -> list[Path]:
    """Write statuses.png, events_per_trace.png and snoop_text_bytes.png to an existing folder and return their paths.

    Raises:
        ImportError: matplotlib is not installed (it comes with `statecode[plots]`).
    """
    figures: dict[str, Callable[[Axes], None]] = {
        "statuses": lambda axes: _draw_statuses(axes, statistics),
        "events_per_trace": lambda axes: _draw_histogram(axes, statistics.event_counts, "events per trace"),
        "snoop_text_bytes": lambda axes: _draw_histogram(axes, statistics.text_bytes, "bytes of snoop text per trace"),
    }
    return [_save(folder / f"{name}.png", draw_on) for name, draw_on in figures.items()]


def _save(path: Path, draw_on: Callable[[Axes], None]) -> Path:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 4.0), layout="constrained")
    draw_on(figure.add_subplot())
    with temporary_file(path) as temporary:
        figure.savefig(temporary, dpi=120, format="png")
        os.replace(temporary, path)
    return path


def _draw_statuses(axes: Axes, statistics: Statistics) -> None:
    names = [plot_label(name) for name in statistics.statuses]
    bars = axes.barh(names, list(statistics.statuses.values()))
    axes.bar_label(bars, labels=[f"{number:,}" for number in statistics.statuses.values()], padding=3)
    axes.set(xlabel="runs", title=f"how {statistics.runs:,} runs ended")
    axes.margins(x=0.15)
    axes.invert_yaxis()


def _draw_histogram(axes: Axes, values: Sequence[int], label: str) -> None:
    drawn = [max(value, 1) for value in values]  # 0 has no logarithm: it is drawn as 1
    lowest, highest = min(drawn), max(*drawn, min(drawn) + 1)
    inner = [lowest * (highest / lowest) ** (step / _BINS) for step in range(1, _BINS)]
    axes.hist(drawn, bins=[lowest, *inner, highest])
    axes.set(xscale="log", xlabel=label, ylabel="runs", title=f"{len(values):,} runs")
