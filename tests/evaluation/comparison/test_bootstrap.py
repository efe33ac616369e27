"""Test the paired bootstrap: known answers, properties, and agreement with the one of sacrebleu."""

from __future__ import annotations

import random

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402

from statecode.evaluation.comparison.bootstrap import (  # noqa: E402
    RESAMPLES_AT_ONCE,
    interval_of,
    paired_difference,
    resampled_sums,
)
from statecode.tasks.conala.bleu import bleu_statistics  # noqa: E402
from statecode.tasks.conala.metrics import bleu_of_sums  # noqa: E402
from statecode.tasks.row_scores import percentage  # noqa: E402


def shares(right: list[bool], resamples: int = 10_000) -> tuple[float, np.ndarray]:
    """Return the percentage of right answers, and that of each resample."""
    score = percentage("right")
    table = score.table([{"right": one} for one in right])
    assert table is not None
    return float(score.score(table.sum(0))), score.score(resampled_sums(table, resamples))


def test_identical_predictions_have_no_difference() -> None:
    one = shares([True, False, True, True, False] * 20)
    found = paired_difference(*one, *one)
    assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)


def test_equally_good_predictions_have_an_interval_around_zero() -> None:
    found = paired_difference(*shares([True, False] * 50), *shares([False, True] * 50))
    assert found.difference == 0 and found.low < 0 < found.high and found.p_value == 1
    assert found.low == pytest.approx(-found.high, abs=2)


def test_a_clearly_better_model_is_recognised_in_both_orders() -> None:
    good, bad = shares([True] * 90 + [False] * 10), shares([True] * 30 + [False] * 70)
    found, turned = paired_difference(*good, *bad), paired_difference(*bad, *good)
    assert found.difference == 60 and 45 < found.low < 60 < found.high < 75 and found.p_value == 1 / 10_001
    assert (turned.difference, turned.low, turned.high) == pytest.approx((-60, -found.high, -found.low))
    assert turned.p_value == found.p_value


def test_the_interval_of_a_share_is_that_of_the_binomial_distribution() -> None:
    """A resampled share of 100 rows is binomial: 50 right of 100 have the quantiles 40 and 60."""
    value, samples = shares([True, False] * 50)
    interval = interval_of(samples)
    assert value == 50 and (interval.low, interval.high) == (40, 60)
    assert samples.std() == pytest.approx(5, abs=0.15)  # 100 sqrt(0.5 x 0.5 / 100)


def test_p_values_are_uniform_between_equal_models() -> None:
    """Among pairs of models that are equally good, about one in 20 has a p value below 0.05, and its interval excludes 0."""
    rng, small, outside = random.Random(0), 0, 0
    for _ in range(200):
        one, other = ([rng.random() < 0.5 for _ in range(100)] for _ in range(2))
        found = paired_difference(*shares(one, 400), *shares(other, 400))
        small, outside = small + (found.p_value < 0.05), outside + (not found.low <= 0 <= found.high)
    assert 2 <= small <= 20 and 2 <= outside <= 20  # 10 of 200 are expected; the binomial bounds of 1 in 1,000 are 2 and 20


def test_the_rows_depend_only_on_the_seed() -> None:
    table = np.arange(14, dtype=np.float64).reshape(7, 2)
    sums = resampled_sums(table, resamples=RESAMPLES_AT_ONCE + 3)
    assert sums.shape == (RESAMPLES_AT_ONCE + 3, 2) and (resampled_sums(table, RESAMPLES_AT_ONCE + 3) == sums).all()
    assert (resampled_sums(table, RESAMPLES_AT_ONCE + 3, seed=1) != sums).any()
    assert (sums[:, 1] - sums[:, 0] == 7).all()  # each resample has seven rows
    with pytest.raises(ValueError, match="no rows"):
        resampled_sums(np.zeros((0, 2)))


def test_bleu_is_resampled_as_by_sacrebleu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compare with `PairedTest` of sacrebleu, which draws the same rows: equal scores, means and intervals.

    Its p value is one of the absolute differences, and about half of a two-sided one.
    """
    significance = pytest.importorskip("sacrebleu.significance")
    metrics = pytest.importorskip("sacrebleu.metrics")
    monkeypatch.setenv("SACREBLEU_SEED", "12345")
    rng = random.Random(1)
    references = [" ".join(rng.choices("abcdefg", k=rng.randint(1, 12))) for _ in range(120)]
    systems = [[" ".join(word if rng.random() < kept else "z" for word in text.split()) for text in references]
               for kept in (0.8, 0.83)]
    metric = metrics.BLEU(tokenize="none", smooth_method="none", force=True)
    _, theirs = significance.PairedTest(
        [("first", systems[0]), ("second", systems[1])], {"BLEU": metric}, [references], test_type="bs", n_samples=1000)()
    ours, samples = [], []
    for texts in systems:
        table = np.array([bleu_statistics(left.split(), right.split()) for left, right in zip(references, texts)], float)
        ours.append(float(bleu_of_sums(table.sum(0))))
        samples.append(bleu_of_sums(resampled_sums(table, 1000)))
    for result, score in zip(theirs["BLEU"], ours):
        assert result.score == pytest.approx(score)
    assert theirs["BLEU"][1].mean == pytest.approx(samples[1].mean(), rel=1e-5)
    ordered = np.sort(samples[1])
    assert theirs["BLEU"][1].ci == pytest.approx((ordered[974] - ordered[25]) / 2, rel=1e-4)
    distances = np.abs(samples[1] - samples[0])
    p_value = ((distances - distances.mean() > abs(ours[1] - ours[0])).sum() + 1) / 1001
    assert theirs["BLEU"][1].p_value == pytest.approx(p_value)
    assert p_value / 4 <= paired_difference(ours[1], samples[1], ours[0], samples[0]).p_value <= 4 * p_value
