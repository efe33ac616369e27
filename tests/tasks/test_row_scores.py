"""Test scores from sums over test examples."""

from __future__ import annotations

import math

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import numpy as np  # noqa: E402

from statecode.tasks.row_scores import BITS_PER_BYTE, LOSS, percentage, ratio  # noqa: E402

ROWS = [{"nll_nats": 2.0, "tokens": 2, "target_bytes": 4, "exact": True}, {"nll_nats": 4.0, "tokens": 1, "target_bytes": 2, "exact": False}]


def test_scores_are_computed_from_sums() -> None:
    """Check that a loss weights tokens equally: 6 nats in 3 tokens and 6 bytes, not the mean of 1 and 4."""
    expected = {LOSS: 2.0, BITS_PER_BYTE: 1 / math.log(2), percentage("exact"): 50.0}
    for score, value in expected.items():
        table = score.table(ROWS)
        assert table is not None and float(score.score(table.sum(0))) == pytest.approx(value)
        assert score.score(np.stack([table.sum(0)] * 3)).shape == (3,)


def test_rows_of_older_versions_have_no_losses() -> None:
    assert LOSS.table([{"exact": True}]) is None and LOSS.table([{"nll_nats": None, "tokens": 1}]) is None
    assert percentage("exact").table([{"exact": True}]) is not None


def test_nothing_divided_by_nothing_is_not_a_number() -> None:
    assert math.isnan(float(ratio(lambda row: (0, 0)).score(np.zeros(2))))
