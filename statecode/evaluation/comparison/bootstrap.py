"""Bootstrap over test rows: intervals of scores, and paired comparisons of two models on the same rows.

A resample draws as many rows as there are, with replacement. A score of a whole corpus, such as BLEU, is computed again
from the sums of the statistics of the drawn rows; it is no mean over rows.

Sources: Koehn, Statistical Significance Tests for Machine Translation Evaluation, EMNLP 2004, for the paired bootstrap;
Riezler & Maxwell, On Some Pitfalls in Automatic Evaluation and Significance Testing for MT, 2005, for the p value.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from statecode.evaluation.intervals import CONFIDENCE

Floats = NDArray[np.float64]
RESAMPLES = 10_000
SEED = 12345             # the default of sacrebleu's own bootstrap, so that both can draw the same rows
RESAMPLES_AT_ONCE = 500  # limits memory: about 24 bytes per resample and row


@dataclass(frozen=True, slots=True, kw_only=True)
class BootstrapInterval:
    """A percentile interval of a score over the resamples."""

    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PairedDifference:
    """The difference between the scores of two models on the same test rows, first minus second."""

    difference: float  # on the test rows themselves
    low: float         # percentile interval over the resamples
    high: float
    p_value: float     # two-sided, of the hypothesis that the expected scores are equal; at least 1 / (resamples + 1)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-serializable values."""
        return asdict(self)


def resampled_sums(statistics_NK: Floats, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Return the sums of the statistics over the rows of each resample.

    Args:
        statistics_NK: K statistics of each of N rows.
        seed: the rows that are drawn depend only on it and on N, so that models with the same rows are paired.

    Returns:
        (resamples, K).

    Raises:
        ValueError: there are no rows.
    """
    if not len(statistics_NK):
        raise ValueError("no rows; expected at least one")
    return np.concatenate([counts_RN @ statistics_NK for counts_RN in _row_counts(len(statistics_NK), resamples, seed)])


def interval_of(samples_R: Floats, confidence: float = CONFIDENCE) -> BootstrapInterval:
    """Return the percentile interval of the scores of the resamples."""
    low, high = np.quantile(samples_R, [(1 - confidence) / 2, (1 + confidence) / 2])
    return BootstrapInterval(low=float(low), high=float(high))


def paired_difference(
    first: float, first_samples_R: Floats, second: float, second_samples_R: Floats
) -> PairedDifference:
    """Compare the scores of two models.

    The p value is the share of resamples in which the difference departs from `first - second` by at least the amount
    of `first - second`: the distribution over the resamples, shifted to a mean of about 0, replaces the one under equal
    expected scores. The observed difference counts as one more resample.

    Args:
        first, second: the scores on the test rows.
        first_samples_R, second_samples_R: the scores of the same resamples.
    """
    difference = first - second
    differences_R = first_samples_R - second_samples_R
    interval = interval_of(differences_R)
    departures_R = np.abs(differences_R - difference)
    extreme = int((departures_R >= (1 - 1e-9) * abs(difference)).sum())  # ties count, despite rounding
    return PairedDifference(difference=difference, low=interval.low, high=interval.high,
                            p_value=(extreme + 1) / (len(differences_R) + 1))


def _row_counts(rows: int, resamples: int, seed: int) -> Iterator[Floats]:
    """Yield how often each resample draws each row, (resamples of this part, rows)."""
    random = np.random.default_rng(seed)
    for begin in range(0, resamples, RESAMPLES_AT_ONCE):
        part = min(RESAMPLES_AT_ONCE, resamples - begin)
        drawn = random.integers(0, rows, size=(part, rows)) + rows * np.arange(part)[:, None]
        yield np.bincount(drawn.ravel(), minlength=part * rows).reshape(part, rows).astype(np.float64)
