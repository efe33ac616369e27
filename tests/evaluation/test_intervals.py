"""Test the intervals of means."""

from __future__ import annotations

import random

import pytest

from statecode.evaluation.intervals import Interval, mean_interval, t_quantile


@pytest.mark.parametrize("degrees, quantile", [
    (1, 12.706), (2, 4.303), (3, 3.182), (4, 2.776), (5, 2.571), (9, 2.262), (10, 2.228), (29, 2.045), (120, 1.980),
])
def test_quantiles_are_those_of_printed_tables(degrees: int, quantile: float) -> None:
    assert t_quantile(degrees) == pytest.approx(quantile, abs=6e-4)


def test_other_confidences() -> None:
    assert t_quantile(5, 0.99) == pytest.approx(4.032, abs=6e-4)
    assert t_quantile(2, 0.9) == pytest.approx(2.920, abs=6e-4)


def test_an_interval_by_hand() -> None:
    """The standard deviation of 1, 2, 3 is 1: the margin is 4.303 / sqrt(3)."""
    interval = mean_interval([1.0, 2.0, 3.0])
    assert interval.mean == 2 and interval.count == 3
    assert interval.margin == pytest.approx(2.484, abs=1e-3)
    assert interval.text(2) == "2.00 ± 2.48"
    assert not interval.excludes_zero


def test_one_value_has_no_interval() -> None:
    interval = mean_interval([5.0])
    assert interval == Interval(mean=5.0, margin=None, count=1)
    assert interval.text() == "5.000" and not interval.excludes_zero


def test_no_value() -> None:
    with pytest.raises(ValueError, match="no values"):
        mean_interval([])


def test_19_of_20_intervals_contain_the_mean() -> None:
    chance = random.Random(0)
    hits = 0
    for _ in range(2000):
        interval = mean_interval([chance.gauss(3, 2) for _ in range(3)])
        assert interval.margin is not None
        hits += abs(interval.mean - 3) <= interval.margin
    assert 0.935 < hits / 2000 < 0.965
