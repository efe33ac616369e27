"""Schedules of the learning rate: factors that multiply the peak learning rate of each parameter group."""

from __future__ import annotations

import math
from collections.abc import Callable

from statecode.arguments import look_up
from statecode.modeling.configs import OptimizerConfig

Schedule = Callable[[int], float]
"""Returns the factor of an optimizer step, 0 to 1. Steps are counted from 0."""


def make_schedule(config: OptimizerConfig, total_steps: int) -> Schedule:
    """Return the schedule of a run of `total_steps` steps.

    Raises:
        ConfigError: `config.schedule` is unknown.
    """
    return look_up(config.schedule, SCHEDULES, "schedule")(config, total_steps)


def cosine(config: OptimizerConfig, total_steps: int) -> Schedule:
    """Return a linear warm-up to 1, then a cosine to the final share."""
    warmup, floor = math.ceil(config.warmup_share * total_steps), config.final_learning_rate_share

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        progress = (step - warmup) / max(1, total_steps - warmup)
        return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))

    return factor


SCHEDULES: dict[str, Callable[[OptimizerConfig, int], Schedule]] = {"cosine": cosine}
"""The functions that return the schedule of a run, by the name that `--schedule` selects."""
