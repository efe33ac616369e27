"""Plot the loss curves and the scores of runs, as PNG and SVG files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from statecode.evaluation.comparison.arms import Arm
from statecode.evaluation.comparison.groups import RunGroup
from statecode.evaluation.figures import COLOURS, save_figure
from statecode.evaluation.intervals import mean_interval
from statecode.evaluation.report import Plot
from statecode.tasks.base import Task
from statecode.text import plot_label

MARKERS = "osD^vPX"
PUBLISHED_COLOUR = "#999999"


def plot_group(group: RunGroup, folder: Path) -> list[Plot]:
    """Save the loss curves of a group in `folder`, and bars of its task's main score, each as PNG and SVG."""
    several = any(len(arm.runs) > 1 for arm in group.arms)
    band = " A line is the mean over the seeds, a band reaches from the lowest to the highest seed." if several else ""
    value = "bits per byte" if group.bits_per_byte_only else group.loss_name
    plots = [_save_both(loss_curves(group), folder, f"{group.file_stem}-curves",
                        f"{group.split.capitalize()} {value} by optimizer step.{band} {group.budgets}")]
    tested = [arm for arm in group.arms if arm.tested]
    if group.task and tested:
        main = group.task.columns[0]
        whiskers = " Whiskers are 95 % intervals of the mean over seeds." if several else " One run per bar."
        stem = f"{group.file_stem}-{main.file_name or main.key}"
        plots.append(_save_both(score_bars(group.task, tested), folder, stem,
                                f"{main.heading} on the test rows.{whiskers} {group.budgets}"))
    return plots


def loss_curves(group: RunGroup) -> Figure:
    """Plot the validation loss by optimizer step, or bits per byte if the runs were evaluated on different tokens.

    An arm of several runs is the line of their mean, with a band from the lowest to the highest of them.
    """
    figure = Figure(figsize=(8, 4.8), layout="constrained", facecolor="white")
    axes = figure.subplots()
    details = _details(group)
    ends, drawn = [], []
    for number, arm in enumerate(group.arms):
        steps, values_PS = _curve(group, arm)
        means = [sum(values) / len(values) for values in values_PS]
        colour = COLOURS[number % len(COLOURS)]
        axes.plot(steps, means, color=colour, marker=MARKERS[number % len(MARKERS)], markersize=4, linewidth=1.8,
                  linestyle="-" if arm.first.init == "scratch" else "--", label=plot_label(details[arm.name]))
        if len(arm.runs) > 1:
            axes.fill_between(steps, [min(values) for values in values_PS], [max(values) for values in values_PS],
                              color=colour, alpha=0.2, linewidth=0)
        ends.append((steps[-1], means[-1], plot_label(f"{arm.name}: lowest {_lowest(group, arm):.3f}"), colour))
        drawn += [value for values in values_PS for value in values]
    _scale(axes, drawn)
    axes.set_xlabel("optimizer steps")
    axes.set_ylabel(f"{group.split} {'bits per byte' if group.bits_per_byte_only else group.loss_name}")
    axes.set_title(plot_label(group.title), loc="left")
    axes.grid(alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="best", title=_line_styles(group))
    figure.draw_without_rendering()  # sets the limits of the axes, on which the positions of labels depend
    _label_ends(axes, ends)
    return figure


def _curve(group: RunGroup, arm: Arm) -> tuple[list[int], list[list[float]]]:
    """Return the steps of an arm's curve, and the values of its runs at each of them."""
    points = arm.points() or [(point,) for point in arm.first.points]
    return [of_step[0].step for of_step in points], [
        [float(point.bits_per_byte or 0) if group.bits_per_byte_only else point.loss for point in of_step]
        for of_step in points]


def _details(group: RunGroup) -> dict[str, str]:
    """Return the label of each arm: its name, its initial weights, and its model and training data if they differ."""
    facts = {arm.name: (arm.first.preset or "", arm.first.corpus) for arm in group.arms}
    differing = [place for place in range(2) if len({fact[place] for fact in facts.values()}) > 1]
    labels = {}
    for arm in group.arms:
        parts = [facts[arm.name][place] for place in differing if facts[arm.name][place]]
        seeds = f", {len(arm.runs)} seeds" if len(arm.runs) > 1 else ""
        labels[arm.name] = f"{arm.name} ({', '.join([*parts, f'from {_last(arm.first.init)}'])}{seeds})"
    return labels


def _line_styles(group: RunGroup) -> str | None:
    """Return the meaning of the line styles; None if all lines have the same style."""
    styles = {arm.first.init == "scratch" for arm in group.arms}
    return "solid: from scratch, dashed: from trained weights" if len(styles) == 2 else None


def score_bars(task: Task[Any, Any], arms: Sequence[Arm]) -> Figure:
    """Plot the main score of `arms`, which were tested on `task`, and of published systems in grey.

    The bar of several runs is their mean, with the interval over the seeds.
    """
    main = task.columns[0]
    results = [[run.test for run in arm.tested if run.test] for arm in arms]
    ours = [mean_interval([result["scores"][main.key] for result in of_arm]) for of_arm in results]
    theirs = [(f"published: {other.system}", other.scores[main.key]) for other in task.published
              if main.key in other.scores]
    labels = [plot_label(f"{arm.name} (from {_last(arm.first.init)})") for arm in arms] + [name for name, _ in theirs]
    values = [score.mean for score in ours] + [score for _, score in theirs]
    figure = Figure(figsize=(8, 1.2 + 0.4 * len(labels)), layout="constrained", facecolor="white")
    axes = figure.subplots()
    colours = [COLOURS[number % len(COLOURS)] for number in range(len(ours))] + [PUBLISHED_COLOUR] * len(theirs)
    margins = [score.margin or 0.0 for score in ours] + [0.0] * len(theirs)
    bars = axes.barh(labels, values, color=colours, xerr=margins if any(margins) else None, capsize=3)
    for bar in bars[len(ours):]:
        bar.set_hatch("//")
        bar.set_edgecolor("white")
    axes.bar_label(bars, fmt=f"%.{main.digits}f", padding=3)
    axes.invert_yaxis()
    axes.set_xlabel(f"{main.axis or main.heading}{'' if main.higher_is_better else ', lower is better'}")
    rows = results[0][0]["test"].get("examples")
    figure.suptitle(f"{task.title}{f', {rows} test rows' if rows else ''}: measured here"
                    f"{', and published elsewhere (hatched grey)' if theirs else ''}", x=0.01, ha="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.1)
    return figure


def _lowest(group: RunGroup, arm: Arm) -> float:
    """Return the number that the table shows for the arm: the mean of the lowest values of its runs."""
    bits = arm.lowest_bits_per_byte
    return bits.mean if group.bits_per_byte_only and bits else arm.lowest_loss.mean


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


def _save_both(figure: Figure, folder: Path, stem: str, caption: str) -> Plot:
    """Save a figure as PNG and SVG, and return it as a part of a report."""
    return Plot(save_figure(figure, folder / f"{stem}.png"), save_figure(figure, folder / f"{stem}.svg"), caption)
