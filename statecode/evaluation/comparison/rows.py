"""Compare the arms of a task on the same test examples, by a paired bootstrap over the rows of predictions.jsonl.

The score of an arm on a resample is the mean of the scores of its runs on it. The runs are held fixed: the interval is
that of other test examples, not of other seeds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

from statecode.errors import ConfigError
from statecode.evaluation.comparison.arms import Arm
from statecode.evaluation.comparison.bootstrap import (
    RESAMPLES,
    SEED,
    BootstrapInterval,
    Floats,
    PairedDifference,
    interval_of,
    paired_difference,
    resampled_sums,
)
from statecode.evaluation.comparison.groups import RunGroup
from statecode.evaluation.comparison.run_summaries import RunSummary
from statecode.tasks.base import Column
from statecode.tasks.results import read_predictions
from statecode.tasks.row_scores import BITS_PER_BYTE, LOSS

LOSS_COLUMNS = (
    Column(key="loss", heading="loss (nats per token)", digits=4, higher_is_better=False, summed=LOSS),
    Column(key="bits_per_byte", heading="bits per byte", digits=4, higher_is_better=False, summed=BITS_PER_BYTE),
)
"""The losses of tasks whose answer is a text. Runs of older versions did not write them for each example."""
TOLERANCE = 1e-6  # relative difference of a score in task.json and one that is computed again from predictions.jsonl

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ArmScore:
    """A score of an arm with its interval over test examples."""

    arm: str
    value: float
    interval: BootstrapInterval
    samples_R: Floats  # the score on each resample


@dataclass(frozen=True, slots=True)
class Pair:
    """Two arms and the difference of their scores."""

    first: str
    second: str
    difference: PairedDifference


@dataclass(frozen=True, slots=True)
class ColumnComparison:
    """The arms and their pairs by one score."""

    column: Column
    scores: tuple[ArmScore, ...]
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowComparison:
    """The paired comparison of the arms of a task."""

    rows: int       # test examples
    resamples: int
    seed: int
    arms: tuple[str, ...]     # the arms that are compared
    missing: tuple[str, ...]  # arms without predictions.jsonl
    columns: tuple[ColumnComparison, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values, without the single resamples."""
        return {
            "rows": self.rows, "resamples": self.resamples, "seed": self.seed, "missing": list(self.missing),
            "scores": [
                {"score": one.column.key, "arm": score.arm, "value": score.value, **asdict(score.interval)}
                for one in self.columns for score in one.scores],
            "pairs": [
                {"score": one.column.key, "first": pair.first, "second": pair.second, **pair.difference.as_dict()}
                for one in self.columns for pair in one.pairs],
        }


def compare_rows(group: RunGroup, resamples: int = RESAMPLES, seed: int = SEED) -> RowComparison | None:
    """Compare the tested arms of a group on the same test examples.

    Returns:
        None if the group is one of pre-training runs, or no run has predictions from which a score can be computed.

    Raises:
        ConfigError: the runs were tested on different examples, or the predictions of a run are not those of its
            task.json.
    """
    tested = [arm for arm in group.arms if arm.tested]
    rows_of = {run.name: rows for arm in tested for run in arm.tested if (rows := read_predictions(Path(run.name)))}
    arms = [arm for arm in tested if all(run.name in rows_of for run in arm.tested)]
    runs = [run for arm in arms for run in arm.tested]
    if group.task is None or not arms:
        return None
    _check_same_rows(runs, rows_of)
    losses = [column for column in LOSS_COLUMNS
              if group.perplexity_name and not (group.bits_per_byte_only and column.key == "loss")]
    chosen = [column for column in (*losses, *group.task.columns)
              if column.summed and all(column.summed.table(rows_of[run.name]) is not None for run in runs)]
    if not chosen:
        return None
    samples = _score_runs(runs, rows_of, chosen, resamples, seed)
    return RowComparison(
        rows=len(rows_of[runs[0].name]), resamples=resamples, seed=seed, arms=tuple(arm.name for arm in arms),
        missing=tuple(arm.name for arm in tested if arm not in arms),
        columns=tuple(_compare_column(column, arms, samples) for column in chosen))


Samples = dict[tuple[str, str], tuple[float, Floats]]  # run and score → the score on the rows, and on each resample


def _score_runs(
    runs: Sequence[RunSummary], rows_of: Mapping[str, Rows], columns: Sequence[Column], resamples: int, seed: int
) -> Samples:
    """Return the scores of each run. All runs share the resamples, which are drawn once."""
    pairs = [(run, column) for run in runs for column in columns]
    tables = [column.summed.table(rows_of[run.name]) for run, column in pairs if column.summed]
    found = [table for table in tables if table is not None]
    bounds = np.cumsum([table.shape[1] for table in found])[:-1]
    sums = np.split(resampled_sums(np.concatenate(found, axis=1), resamples, seed), bounds, axis=1)
    samples: Samples = {}
    for (run, column), table, sums_RK in zip(pairs, found, sums, strict=True):
        assert column.summed is not None
        value = float(column.summed.score(table.sum(0)))
        _check_score(run, column, value)
        samples[run.name, column.key] = value, column.summed.score(sums_RK)
    return samples


def _compare_column(column: Column, arms: Sequence[Arm], samples: Samples) -> ColumnComparison:
    scores = []
    for arm in arms:
        values, samples_SR = zip(*(samples[run.name, column.key] for run in arm.tested))
        mean_R = np.mean(samples_SR, axis=0)
        scores.append(ArmScore(arm.name, float(np.mean(values)), interval_of(mean_R), mean_R))
    pairs = tuple(Pair(one.arm, other.arm, paired_difference(one.value, one.samples_R, other.value, other.samples_R))
                  for one, other in combinations(scores, 2))
    return ColumnComparison(column, tuple(scores), pairs)


def _check_same_rows(runs: Sequence[RunSummary], rows_of: Mapping[str, Rows]) -> None:
    """Raise ConfigError if a run has other test examples than the first one."""
    first = rows_of[runs[0].name]
    for run in runs[1:]:
        rows = rows_of[run.name]
        problem = f"{len(first):,} against {len(rows):,} examples" if len(first) != len(rows) else next(
            (f"example {number}" for number, pair in enumerate(zip(first, rows), 1) if _differ(*pair)), None)
        if problem:
            raise ConfigError(f"{runs[0].name} and {run.name} were tested on different examples ({problem}): their "
                              "scores are not comparable. Compare each run alone.")


def _differ(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return True if two rows have another prompt or target; runs of older versions have no prompt."""
    return any(name in one and name in other and one[name] != other[name] for name in ("prompt", "target"))


def _check_score(run: RunSummary, column: Column, value: float) -> None:
    """Raise ConfigError if a score in task.json differs from `value`, which was computed from predictions.jsonl."""
    assert run.test is not None
    stored = run.test["scores"].get(column.key, run.test["test"].get(column.key))
    if stored is not None and abs(stored - value) > TOLERANCE * max(1, abs(value)):
        raise ConfigError(f"{run.name}: {column.heading} is {value:.6g} by predictions.jsonl, {stored:.6g} by "
                          "task.json: the files are from different tests. Train the run again with --resume restart")
