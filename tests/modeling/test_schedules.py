"""Test the schedules of the learning rate."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import OptimizerConfig  # noqa: E402
from statecode.modeling.schedules import make_schedule  # noqa: E402


def test_cosine_rises_linearly_and_falls_to_the_final_share() -> None:
    config = OptimizerConfig(warmup_share=0.1, final_learning_rate_share=0.2)
    factors = list(map(make_schedule(config, 100), range(100)))
    assert factors[:10] == pytest.approx([0.1 * (k + 1) for k in range(10)])
    assert factors[10] == 1.0 and factors[55] == pytest.approx(0.6) and factors[99] == pytest.approx(0.2, abs=1e-3)
    assert make_schedule(OptimizerConfig(warmup_share=0.0), 1)(0) == 1.0


def test_wsd_rises_linearly_stays_and_falls_to_the_final_share() -> None:
    config = OptimizerConfig(schedule="wsd", warmup_share=0.1, decay_share=0.25, final_learning_rate_share=0.2)
    factors = list(map(make_schedule(config, 100), range(101)))
    assert factors[:10] == pytest.approx([0.1 * (k + 1) for k in range(10)]) and set(factors[10:76]) == {1.0}
    assert factors[75 + 4] == pytest.approx(0.2 + 0.8 * (1 - 0.4)) and factors[100] == pytest.approx(0.2)
    assert all(later < earlier for earlier, later in zip(factors[75:], factors[76:]))
    with pytest.raises(ConfigError, match=r"--decay-share must lie in \(0, 1 - warmup_share=0.5\]; got 0.6"):
        OptimizerConfig(schedule="wsd", warmup_share=0.5, decay_share=0.6)
    OptimizerConfig(schedule="wsd", warmup_share=0.8, decay_share=0.2)  # their sum is over 1 by rounding


def test_an_unknown_schedule_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="^unknown schedule 'linear'; known: cosine"):
        make_schedule(OptimizerConfig(schedule="linear"), 10)
