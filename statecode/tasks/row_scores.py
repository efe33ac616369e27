"""Scores that follow from sums over the test examples, so that any sample of the examples can be scored again.

The statistics of an example are a few numbers, such as 1 or 0 for an answer that is right or not, and 1 for the
example. They are added over the examples, and the score is computed from the sums: for a share the quotient of the two.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:  # the tasks are listed by commands that do not need numpy
    import numpy as np
    from numpy.typing import NDArray

    Sums: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class SummedScore:
    """A score that is computed from the sums of statistics over examples.

    Shapes: N examples, K statistics per example.
    """

    statistics: Callable[[Mapping[str, Any]], Sequence[float]]  # K numbers of a row of predictions.jsonl; see `table`
    score: Callable[[Sums], Sums]                               # (..., K) sums → (...) scores

    def table(self, rows: Sequence[Mapping[str, Any]]) -> Sums | None:
        """Return the statistics of rows of predictions.jsonl, (N, K).

        Returns:
            None if a row lacks a number, as in runs of older versions, or one is NaN.
        """
        import numpy as np

        try:
            table = np.array([self.statistics(row) for row in rows], dtype=np.float64)
        except (KeyError, TypeError):
            return None
        return None if np.isnan(table).any() else table


def percentage(key: str) -> SummedScore:
    """Return the score that is the percentage of examples with a true value under `key`."""
    return ratio(lambda row: (float(row[key]), 1.0), lambda quotient: 100 * quotient)


def ratio(
    statistics: Callable[[Mapping[str, Any]], tuple[float, float]],
    scale: Callable[[Sums], Sums] = lambda quotient: quotient,
) -> SummedScore:
    """Return the score that is a function of the quotient of two sums; NaN if the divisor is 0.

    Args:
        statistics: returns dividend and divisor of an example.
        scale: the function of the quotient.
    """
    def score(sums: Sums) -> Sums:
        import numpy as np

        with np.errstate(divide="ignore", invalid="ignore"):
            return scale(np.asarray(sums[..., 0] / sums[..., 1]))

    return SummedScore(statistics, score)


LOSS = ratio(lambda row: (row["nll_nats"], row["tokens"]))
"""Nats per token of the targets, end tokens included; exp of it is the perplexity per token."""
BITS_PER_BYTE = ratio(lambda row: (row["nll_nats"], row["target_bytes"]), lambda nats: nats / math.log(2))
"""Bits per UTF-8 byte of the targets; 2 to this power is the perplexity per byte."""
