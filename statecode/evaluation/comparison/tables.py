"""The tables of a comparison: losses in training, test scores next to published ones, and paired differences."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from statecode.evaluation.comparison.arms import Arm, common_name
from statecode.evaluation.comparison.groups import RunGroup
from statecode.evaluation.comparison.rows import ColumnComparison, RowComparison
from statecode.evaluation.comparison.run_summaries import RunSummary
from statecode.evaluation.intervals import Interval, mean_interval
from statecode.evaluation.report import Block, Heading, Plot, Table

Comparisons = Mapping[str, RowComparison | None]
"""The comparison of test rows of each group, by its `file_stem`."""


def report_blocks(
    groups: Sequence[RunGroup], comparisons: Comparisons, plots: Mapping[str, Sequence[Plot]]
) -> list[Block]:
    """Return the parts of the report: for each group its tables, each with its heading, and its plots.

    Args:
        plots: the plots of each group, by its `file_stem`.
    """
    blocks: list[Block] = []
    for group in groups:
        blocks += [Heading(group.title), _training_table(group)]
        if any(arm.tested for arm in group.arms):
            blocks += [Heading(f"Test rows of {group.task_title}", 3), _test_table(group)]
        comparison = comparisons.get(group.file_stem)
        if comparison:
            blocks += _row_blocks(comparison)
        blocks += plots.get(group.file_stem, ())
    return blocks


def as_record(groups: Sequence[RunGroup], comparisons: Comparisons) -> list[dict[str, Any]]:
    """Return the numbers of all groups as JSON-serializable values, curves included."""
    return [
        {
            "task": group.task_title, "objective": group.objective, "bits_per_byte_only": group.bits_per_byte_only,
            "budgets": group.budgets, "arms": [_arm_record(group, arm) for arm in group.arms],
            "runs": [_run_record(run) for run in group.runs],
            "bootstrap": comparison.as_dict() if (comparison := comparisons.get(group.file_stem)) else None,
        }
        for group in groups
    ]


def _training_table(group: RunGroup) -> Table:
    losses = [] if group.bits_per_byte_only else _loss_headings(group)
    bytewise = ["bits per byte"] if group.objective == "causal" else []
    header = ["arm", "seeds", "weights from", "trained on", "parameters", "steps", "training tokens", "training FLOPs",
              "best at step", *losses, *bytewise]
    rows = []
    for arm in group.arms:
        budgets = [run.budget for run in arm.runs]
        numbers = _loss_cells(arm.lowest_loss, losses)
        bits = arm.lowest_bits_per_byte
        numbers += [bits.text(4) if bits else "–"] if bytewise else []
        rows.append([
            arm.name, str(len(arm.runs)), _init(arm), arm.first.corpus,
            *(_range([getattr(budget, name) for budget in budgets]) for name in ("parameters", "steps", "tokens")),
            _flops([budget.flops for budget in budgets]), _range([run.best.step for run in arm.runs]), *numbers])
    seeds = _seeds_note([len(arm.runs) for arm in group.arms])
    return Table(header, rows, f"{_evaluated_on(group)} {seeds} {group.budgets}")


def _loss_headings(group: RunGroup) -> list[str]:
    """Return the names of the loss and of the perplexity; a loss per example has no perplexity."""
    return [group.loss_name, *([group.perplexity_name] if group.perplexity_name else [])]


def _loss_cells(loss: Interval, headings: Sequence[str]) -> list[str]:
    """Return the cells of a loss under `headings`: none, the loss, or the loss and the perplexity."""
    perplexity = _perplexity(loss.mean)
    if loss.margin is not None:
        perplexity += f" [{_perplexity(loss.mean - loss.margin)}, {_perplexity(loss.mean + loss.margin)}]"
    return [loss.text(4), perplexity][:len(headings)]


def _evaluated_on(group: RunGroup) -> str:
    evaluated = group.arms[0].first.evaluation_set
    if group.bits_per_byte_only:
        return (f"Lowest value on the {group.split} split. The runs were evaluated on different tokens or texts, so "
                "losses and perplexities are not comparable and not shown. Bits per byte of different texts also "
                "depend on how predictable each text is.")
    return f"Lowest value on the {group.split} split, {evaluated.tokens:,} {evaluated.unit}, the same for all runs."


def _seeds_note(seeds: Sequence[int]) -> str:
    """Return the definition of the intervals over seeds, from the number of seeds of each arm."""
    if max(seeds) == 1:
        return "One run per arm: there is no interval over seeds."
    single = " An arm with one run has no interval." if min(seeds) == 1 else ""
    return ("Means over the seeds with the 95 % interval of the mean (±) by Student's t distribution with seeds - 1 "
            f"degrees of freedom; a perplexity is that of the mean loss.{single}")


def _test_table(group: RunGroup) -> Table:
    """Return the table of test results: losses and the task's own columns, then the published rows."""
    if group.task is None:
        raise ValueError("pre-training runs have no test results")
    losses = [] if group.bits_per_byte_only else _loss_headings(group)
    bytewise = ["bits per byte"] if group.objective == "causal" else []
    columns = group.task.columns
    rows = []
    arms = [arm for arm in group.arms if arm.tested]
    for arm in arms:
        results = [run.test for run in arm.tested if run.test]
        loss = mean_interval([result["test"]["loss"] for result in results])
        bits = [_mean_of([result["test"]["bits_per_byte"] for result in results], 4)] if bytewise else []
        rows.append([f"{arm.name} (from {_init(arm)})", str(len(results)), *_loss_cells(loss, losses), *bits,
                     *(_mean_of([result["scores"][column.key] for result in results], column.digits)
                       for column in columns)])
    blank = [""] * len(["seeds", *losses, *bytewise])
    for other in group.task.published:
        cells = [_number(other.scores[column.key], column.digits) if column.key in other.scores else ""
                 for column in columns]
        rows.append([f"*published: {other.system}* ({other.source})", *blank, *cells])
    header = ["system", "seeds", *losses, *bytewise, *(column.heading for column in columns)]
    published = " Italic rows were published elsewhere and not measured here." if group.task.published else ""
    return Table(header, rows, f"{_seeds_note([len(arm.tested) for arm in arms])}{published}")


def _row_blocks(comparison: RowComparison) -> list[Block]:
    """Return the tables of a paired bootstrap: intervals of each arm, and the differences of all pairs."""
    drawn = (f"{comparison.resamples:,} resamples of the {comparison.rows:,} test examples, drawn with seed "
             f"{comparison.seed}, the same for all arms.")
    missing = f" Without predictions.jsonl: {', '.join(comparison.missing)}." if comparison.missing else ""
    header = ["arm", *(one.column.heading for one in comparison.columns)]
    rows = [[name, *(_score_cell(one, place) for one in comparison.columns)]
            for place, name in enumerate(comparison.arms)]
    blocks: list[Block] = [
        Heading("Intervals over test examples", 3),
        Table(header, rows, f"In brackets the 95 % percentile interval of the bootstrap: {drawn} The seeds are held "
              f"fixed.{missing}"),
    ]
    pairs = [[f"{pair.first} - {pair.second}", one.column.heading, *_difference_cells(one, pair.difference)]
             for one in comparison.columns for pair in one.pairs]
    if pairs:
        blocks += [
            Heading("Paired differences on the same test examples", 3),
            Table(["arms", "score", "difference", "p"], pairs, f"Paired bootstrap (Koehn 2004): {drawn} In brackets "
                  "the 95 % percentile interval of the difference; p is two-sided and not corrected for the number of "
                  f"comparisons. {_direction(comparison.columns)}"),
        ]
    return blocks


def _score_cell(one: ColumnComparison, place: int) -> str:
    score, digits = one.scores[place], one.column.digits
    return f"{score.value:.{digits}f} [{score.interval.low:.{digits}f}, {score.interval.high:.{digits}f}]"


def _difference_cells(one: ColumnComparison, found: Any) -> list[str]:
    digits = one.column.digits
    return [f"{found.difference:.{digits}f} [{found.low:.{digits}f}, {found.high:.{digits}f}]",
            "< 0.001" if found.p_value < 0.001 else f"{found.p_value:.3f}"]


def _direction(columns: Sequence[ColumnComparison]) -> str:
    lower = [one.column.heading for one in columns if not one.column.higher_is_better]
    return f"Lower is better for {' and '.join(lower)}, higher for all others." if lower else "Higher is better."


def _arm_record(group: RunGroup, arm: Arm) -> dict[str, Any]:
    results = [run.test for run in arm.tested if run.test]
    keys = [column.key for column in group.task.columns] if group.task else []
    bits = arm.lowest_bits_per_byte
    return {
        "name": arm.name, "runs": [run.name for run in arm.runs], "seeds": [run.seed for run in arm.runs],
        "lowest_loss": asdict(arm.lowest_loss), "lowest_bits_per_byte": asdict(bits) if bits else None,
        "scores": {key: asdict(mean_interval([result["scores"][key] for result in results]))
                   for key in keys if results},
    }


def _run_record(run: RunSummary) -> dict[str, Any]:
    return {
        "name": run.name, "init": run.init, "preset": run.preset, "seed": run.seed, "corpus": run.corpus,
        "parameters": run.budget.parameters, "training_tokens": run.budget.tokens, "training_flops": run.budget.flops,
        "tokens_evaluated": run.evaluation_set.tokens,
        "tokenizer_sha256": run.evaluation_set.tokenizer_sha256, "texts_sha256": run.evaluation_set.texts_sha256,
        "best": {"step": run.best.step, "loss": run.best.loss, "bits_per_byte": run.best.bits_per_byte},
        "curve": [[point.step, point.loss, point.bits_per_byte] for point in run.points],
        "result": run.test and {"test": run.test["test"], "scores": run.test["scores"]},
    }


def _init(arm: Arm) -> str:
    return common_name([run.init for run in arm.runs])


def _perplexity(loss: float) -> str:
    return f"{math.exp(loss):,.3f}" if loss < 20 else f"e^{loss:.1f}"


def _mean_of(values: Sequence[float | None], digits: int) -> str:
    known = [value for value in values if value is not None]
    return mean_interval(known).text(digits) if known and len(known) == len(values) else "–"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _range(values: Sequence[int | None]) -> str:
    """Return a whole number, or the smallest and the largest one; a dash if one is unknown."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return "–"
    return f"{known[0]:,}" if min(known) == max(known) else f"{min(known):,} to {max(known):,}"


def _flops(values: Sequence[float | None]) -> str:
    known = [value for value in values if value is not None]
    return "–" if len(known) < len(values) else f"{sum(known) / len(known):.3g}"
