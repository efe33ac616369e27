"""Schedules of the learning rate: factors that multiply the peak learning rate of each parameter group."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from statecode.modeling.configs import OptimizerConfig
from statecode.registry import Registry

Schedule = Callable[[int], float]
"""Returns the factor of an optimizer step, 0 to 1. Steps are counted from 0."""


@dataclass(frozen=True)
class ScheduleFactory:
    """A schedule that `--schedule` can select, with the function that creates it for a number of steps."""

    name: str
    create: Callable[[OptimizerConfig, int], Schedule]


def make_schedule(config: OptimizerConfig, total_steps: int) -> Schedule:
    """Return the schedule of a run of `total_steps` steps.

    Raises:
        ConfigError: `config.schedule` is unknown.
    """
    return SCHEDULES.find(config.schedule).create(config, total_steps)


def cosine(config: OptimizerConfig, total_steps: int) -> Schedule:
    """Return a linear warm-up to 1, then a cosine to the final share."""
    warmup, floor = math.ceil(config.warmup_share * total_steps), config.final_learning_rate_share

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        progress = (step - warmup) / max(1, total_steps - warmup)
        return floor + (1 - floor) * 0.5 * (1 + math.cos(math.pi * progress))

    return factor


def warmup_stable_decay(config: OptimizerConfig, total_steps: int) -> Schedule:
    """Return a linear warm-up to 1, then 1, then a fall to the final share in the last `decay_share` of the steps.

    The fall is 1 - sqrt(progress).

    Source: Hägele et al. 2024, Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations, section 3.
    """
    warmup, floor = math.ceil(config.warmup_share * total_steps), config.final_learning_rate_share
    decay = max(1, math.floor(config.decay_share * total_steps))

    def factor(step: int) -> float:
        if step < warmup:
            return (step + 1) / warmup
        progress = max(0, step - (total_steps - decay)) / decay
        return floor + (1 - floor) * (1 - math.sqrt(progress))

    return factor


SCHEDULES: Registry[ScheduleFactory] = Registry(
    "schedule", [ScheduleFactory("cosine", cosine), ScheduleFactory("wsd", warmup_stable_decay)])
"""The schedules by the name that `--schedule` selects."""
