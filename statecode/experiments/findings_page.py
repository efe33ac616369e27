"""Write the page with the results of all experiments: tables with intervals, plots, and the differences to an arm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from statecode.evaluation.intervals import CONFIDENCE, Interval, mean_interval
from statecode.evaluation.report import markdown_table
from statecode.experiments.config import Measure
from statecode.experiments.findings import Findings
from statecode.files import write_text

HEAD = f"""# Findings

`statecode findings` makes this page from the results in `experiments/results/`. "±" is the {CONFIDENCE:.0%} interval of
a mean over seeds (Student's t). Differences are taken seed by seed. If the interval of a difference contains 0, the
difference is too small to conclude anything. One seed shows nothing.
"""


def write_findings(all_findings: Sequence[Findings], page: Path, images: Path) -> None:
    """Write the page, and one plot for each experiment with results into the folder `images`."""
    from statecode.experiments.findings_plot import plot  # late: matplotlib takes a second to import

    parts = [HEAD]
    for findings in all_findings:
        if findings.results:
            images.mkdir(parents=True, exist_ok=True)
            plot(findings, images / f"{findings.experiment.name}.svg")
        parts.append(section(findings, images.name))
    write_text(page, "\n".join(parts))


def section(findings: Findings, images: str) -> str:
    """Return the section of an experiment as Markdown. `images` is the path from the page to the folder of plots."""
    experiment = findings.experiment
    lines = [f"## {experiment.question}", "", f"Equal in all arms: {experiment.equal}.", "", _origin(findings), ""]
    if findings.results:
        lines += [_table(findings), "", *_differences(findings)]
        lines += [f"![{experiment.question}]({images}/{experiment.name}.svg)", ""]
    if experiment.note:
        lines += [experiment.note, ""]
    return "\n".join(lines)


def _origin(findings: Findings) -> str:
    experiment, results = findings.experiment, list(findings.results.values())
    text = f"`statecode experiment {findings.path}`"
    cells = len(experiment.arms) * len(experiment.seeds)
    if not results:
        return f"{text}: not run yet."
    steps = {(step["name"], step["command"], step["seconds"]): step for result in results for step in result["steps"]}
    seconds = sum(step["seconds"] for step in steps.values())
    duration = f"{seconds / 3600:.1f} hours" if seconds >= 3600 else f"{seconds / 60:.0f} minutes"
    commits = sorted({str(step["commit"]) for step in steps.values()})
    machines = sorted({str(result["machine"]) for result in results})
    measured = "" if len(results) == cells else f" {len(results)} of {cells} arms and seeds are measured so far."
    return f"{text}: {duration} of steps; {'; '.join(machines)}; commit {', '.join(commits)}.{measured}"


def _table(findings: Findings) -> str:
    experiment, rows = findings.experiment, []
    header = ["arm", "seeds", *(f"{measure.name} ({measure.better} is better)" for measure in experiment.measures)]
    for arm in experiment.arms:
        values = [list(findings.values(arm, measure).values()) for measure in experiment.measures]
        seeds = len(values[0])
        rows.append([arm, str(seeds), *(mean_interval(one).text() if one else "not run" for one in values)])
    return markdown_table(header, rows)


def _differences(findings: Findings) -> list[str]:
    experiment, rows = findings.experiment, []
    header = ["arm", "measure", f"difference to {experiment.reference}", "conclusion"]
    for arm in experiment.arms:
        for measure in experiment.measures:
            if (difference := findings.difference(arm, measure)) is not None:
                rows.append([arm, measure.name, difference.text(), conclusion(difference, measure)])
    return [markdown_table(header, rows), ""] if rows else []


def conclusion(difference: Interval, measure: Measure) -> str:
    """Return what a difference to the reference shows."""
    if difference.margin is None:
        return "one seed: nothing"
    if not difference.excludes_zero:
        return "too small to conclude"
    return "better" if (difference.mean < 0) == (measure.better == "lower") else "worse"
