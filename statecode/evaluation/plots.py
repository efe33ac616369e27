"""Plot loss curves and bars of scores as PNG files, in colours that colour-blind readers can distinguish."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from statecode.evaluation.comparison import RunGroup, short_names
from statecode.evaluation.run_summaries import RunSummary
from statecode.files import temporary_file
from statecode.tasks.base import Task
from statecode.text import plot_label

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
"""Palette of Okabe and Ito without yellow, which is too light for lines on a white background."""
MARKERS = "osD^vPX"
PUBLISHED_COLOUR = "#999999"


def plot_group(group: RunGroup, folder: Path) -> list[Path]:
    """Save the loss curves of a group in `folder`, and bars of its task's main score; return the files' paths."""
    paths = [_save(loss_curves(group), folder / f"{group.file_stem}-curves.png")]
    tested = [run for run in group.runs if run.test]
    if group.task and tested:
        main = group.task.columns[0]
        bars = score_bars(group.task, tested)
        paths.append(_save(bars, folder / f"{group.file_stem}-{main.file_name or main.key}.png"))
    return paths


def loss_curves(group: RunGroup) -> Figure:
    """Plot the validation loss by optimizer step, or bits per byte if the runs were evaluated on different tokens."""
    figure = Figure(figsize=(8, 4.8), layout="constrained", facecolor="white")
    axes = figure.subplots()
    names = short_names(group.runs)
    ends = []
    for number, run in enumerate(group.runs):
        steps = [point.step for point in run.points]
        values = [_value(group, number, place) for place in range(len(steps))]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(steps, values, color=colour, marker=MARKERS[number % len(MARKERS)], markersize=4, linewidth=1.8,
                  linestyle="-" if run.init == "scratch" else "--",
                  label=plot_label(f"{names[run.name]} (from {_last(run.init)})"))
        ends.append((steps[-1], values[-1], plot_label(f"{names[run.name]}: lowest {min(values):.3f}"), colour))
    _scale(axes, [value for number in range(len(group.runs)) for value in _values(group, number)])
    axes.set_xlabel("optimizer steps")
    axes.set_ylabel(f"{group.split} {'bits per byte' if group.bits_per_byte_only else group.loss_name}")
    axes.set_title(plot_label(group.title), loc="left")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="best", title=_line_styles(group))
    figure.draw_without_rendering()  # sets the limits of the axes, on which the positions of labels depend
    _label_ends(axes, ends)
    return figure


def _line_styles(group: RunGroup) -> str | None:
    """Return the meaning of the line styles; None if all lines have the same style."""
    styles = {run.init == "scratch" for run in group.runs}
    return "solid: from scratch, dashed: from trained weights" if len(styles) == 2 else None


def score_bars(task: Task[Any, Any], runs: Sequence[RunSummary]) -> Figure:
    """Plot the main score of `runs`, which were tested on `task`, and of published systems in grey."""
    main = task.columns[0]
    names = short_names(runs)
    results = [(run, run.test) for run in runs if run.test]
    ours = [(plot_label(f"{names[run.name]} (from {_last(run.init)})"), result["scores"][main.key])
            for run, result in results]
    theirs = [(f"published: {other.system}", other.scores[main.key]) for other in task.published
              if main.key in other.scores]
    figure = Figure(figsize=(8, 1.2 + 0.4 * len(ours + theirs)), layout="constrained", facecolor="white")
    axes = figure.subplots()
    colours = [COLOURS[number % len(COLOURS)] for number in range(len(ours))] + [PUBLISHED_COLOUR] * len(theirs)
    bars = axes.barh([label for label, _ in ours + theirs], [score for _, score in ours + theirs], color=colours)
    for bar in bars[len(ours):]:
        bar.set_hatch("//")
        bar.set_edgecolor("white")
    axes.bar_label(bars, fmt=f"%.{main.digits}f", padding=3)
    axes.invert_yaxis()
    axes.set_xlabel(f"{main.axis or main.heading}{'' if main.higher_is_better else ', lower is better'}")
    rows = results[0][1]["test"].get("examples")
    figure.suptitle(f"{task.title}{f', {rows} test rows' if rows else ''}: measured here"
                    f"{', and published elsewhere (hatched grey)' if theirs else ''}", x=0.01, ha="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.1)
    return figure


def _values(group: RunGroup, number: int) -> list[float]:
    return [_value(group, number, place) for place in range(len(group.runs[number].points))]


def _value(group: RunGroup, number: int, place: int) -> float:
    point = group.runs[number].points[place]
    return float(point.bits_per_byte or 0) if group.bits_per_byte_only else point.loss


def _scale(axes: Axes, values: Sequence[float]) -> None:
    """Use a logarithmic y axis with plain numbers if the largest value is over 4 times the smallest."""
    if min(values) > 0 and max(values) / min(values) > 4:
        axes.set_yscale("log")
        axes.set_yticks([tick for tick in (0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3, 5, 10)
                         if min(values) / 1.3 <= tick <= max(values) * 1.3])
        axes.yaxis.set_major_formatter(ScalarFormatter())
        axes.yaxis.set_minor_formatter(NullFormatter())


def _label_ends(axes: Axes, ends: Sequence[tuple[float, float, str, str]]) -> None:
    """Write a label at the end of each curve; shift labels that would overlap.

    Args:
        ends: last step, last value, label and colour of each curve.
    """
    axes.margins(x=0.02)
    gap, lowest = 0.05, -1.0  # in heights of the axes
    for step, value, text, colour in sorted(ends, key=lambda end: end[1]):
        height = axes.transAxes.inverted().transform(axes.transData.transform((step, value)))[1]
        lowest = max(height, lowest + gap)
        axes.annotate(text, (step, value), xytext=(1.01, lowest), textcoords="axes fraction", color=colour, va="center",
                      fontsize=9, arrowprops={"arrowstyle": "-", "color": colour, "alpha": 0.4, "relpos": (0, 0.5)})


def _last(init: str) -> str:
    return init.rstrip("/").rsplit("/", 1)[-1]


def _save(figure: Figure, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    with temporary_file(path) as temporary:
        figure.savefig(temporary, dpi=150, format=path.suffix.removeprefix("."))
        os.replace(temporary, path)
    return path
