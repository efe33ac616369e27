"""Plot the results of an experiment as an SVG file, the same bytes for the same results."""

from __future__ import annotations

from pathlib import Path

from matplotlib.figure import Figure

from statecode.evaluation.figures import COLOURS, save_figure
from statecode.evaluation.intervals import mean_interval
from statecode.experiments.findings import Findings
from statecode.text import plot_label

COLUMN_INCHES, ROW_INCHES = 3.6, 0.42


def plot(findings: Findings, path: Path) -> None:
    """Save one panel per measure: each arm has a line with a point per seed, and the mean with its interval."""
    experiment = findings.experiment
    arms = [arm for arm in experiment.arms if findings.values(arm, experiment.measures[0])]
    figure = Figure(figsize=(COLUMN_INCHES * len(experiment.measures) + 1, ROW_INCHES * len(arms) + 1.2),
                    layout="constrained", facecolor="white")
    panels = figure.subplots(1, len(experiment.measures), sharey=True, squeeze=False)[0]
    for axes, measure in zip(panels, experiment.measures):
        for place, arm in enumerate(arms):
            values = list(findings.values(arm, measure).values())
            interval, colour = mean_interval(values), COLOURS[place % len(COLOURS)]
            axes.plot(values, [place] * len(values), "o", markersize=4, alpha=0.5, color=colour)
            axes.errorbar(interval.mean, place, xerr=interval.margin, fmt="D", markersize=6, capsize=4, color=colour)
        axes.set_xlabel(plot_label(f"{measure.name}, {measure.better} is better"))
        axes.set_yticks(range(len(arms)), [plot_label(arm) for arm in arms])
        axes.margins(y=0.15)
        axes.grid(axis="x", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    panels[0].invert_yaxis()
    save_figure(figure, path)
