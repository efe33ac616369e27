"""Test the sums of scores and the values computed from them."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.scores import Score  # noqa: E402


def test_scores_add() -> None:
    total = Score(nll_nats=1.0, tokens=1, text_bytes=2) + Score(nll_nats=5.0, tokens=3, text_bytes=4)
    assert (total.loss, total.tokens, total.text_bytes) == (1.5, 4, 6)
    assert Score().loss != Score().loss and Score().bits_per_byte is None
    assert Score(nll_nats=1e6, tokens=1).perplexity == float("inf")
