"""Confidence intervals of a mean over few values, such as the results of several seeds."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A mean with its 95 % interval by Student's t distribution."""

    mean: float
    margin: float | None  # the interval is mean ± margin; None: one value has no interval
    count: int

    @property
    def excludes_zero(self) -> bool:
        """True if the interval does not contain 0; False if there is no interval."""
        return self.margin is not None and abs(self.mean) > self.margin

    def text(self, decimals: int = 3) -> str:
        """Return the mean and the margin, such as 2.134 ± 0.020."""
        mean = f"{round(self.mean, decimals) + 0.0:.{decimals}f}"  # + 0.0 makes 0 of -0
        return mean if self.margin is None else f"{mean} ± {self.margin:.{decimals}f}"


def mean_interval(values: Sequence[float]) -> Interval:
    """Return the mean of independent values with its interval.

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("the mean of no values")
    mean = statistics.fmean(values)
    if len(values) == 1:
        return Interval(mean=mean, margin=None, count=1)
    margin = t_quantile(len(values) - 1) * statistics.stdev(values) / math.sqrt(len(values))
    return Interval(mean=mean, margin=margin, count=len(values))


def t_quantile(degrees: int, confidence: float = CONFIDENCE) -> float:
    """Return t such that a variable with Student's distribution lies in [-t, t] with this probability.

    Args:
        degrees: of freedom, from 1.
    """
    low, high = 0.0, 1.0
    while _t_probability(high, degrees) < confidence:
        high *= 2
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_probability(middle, degrees) < confidence else (low, middle)
    return high


def _t_probability(t: float, degrees: int) -> float:
    """Return the probability of [-t, t]; Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3, 26.7.4."""
    angle = math.atan(t / math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    if degrees % 2:
        term, total = cosine, 0.0
        for number in range(1, degrees - 1, 2):
            total += term
            term *= (number + 1) / (number + 2) * cosine**2
        return 2 / math.pi * (angle + sine * total)
    term, total = 1.0, 0.0
    for number in range(0, degrees - 1, 2):
        total += term
        term *= (number + 1) / (number + 2) * cosine**2
    return sine * total
