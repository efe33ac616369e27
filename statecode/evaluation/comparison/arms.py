"""Arms of a comparison: runs that differ only by their seed are one arm, whose results have a mean and an interval."""

from __future__ import annotations

import os
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from statecode.errors import ConfigError
from statecode.evaluation.comparison.run_summaries import EvaluationPoint, RunSummary
from statecode.evaluation.intervals import Interval, mean_interval

_END_OF_COMMON_NAME = re.compile(r"[-_. =]+(?:seed|s)?[-_. =]*\d*\Z")


@dataclass(frozen=True, slots=True)
class Arm:
    """Runs with the same settings and different seeds."""

    name: str                    # unique among the arms of a comparison
    runs: tuple[RunSummary, ...]

    @property
    def first(self) -> RunSummary:
        """The first run, whose settings are those of all runs."""
        return self.runs[0]

    @property
    def lowest_loss(self) -> Interval:
        """Lowest loss of each run in training, over the seeds."""
        return mean_interval([run.best.loss for run in self.runs])

    @property
    def lowest_bits_per_byte(self) -> Interval | None:
        """Bits per byte at the lowest loss, over the seeds; None if a run has none."""
        values = [run.best.bits_per_byte for run in self.runs if run.best.bits_per_byte is not None]
        return mean_interval(values) if len(values) == len(self.runs) else None

    @property
    def tested(self) -> tuple[RunSummary, ...]:
        """The runs that were tested on their task."""
        return tuple(run for run in self.runs if run.test)

    def points(self) -> list[tuple[EvaluationPoint, ...]]:
        """Return the evaluations at each step at which all runs were evaluated, one per run, in the order of steps."""
        by_step = [{point.step: point for point in run.points} for run in self.runs]
        shared = set(by_step[0]).intersection(*by_step[1:])
        return [tuple(points[step] for points in by_step) for step in sorted(shared)]


def make_arms(runs: Sequence[RunSummary], separate: bool = False) -> tuple[Arm, ...]:
    """Collect the runs that differ only by their seed; keep the order of the first runs.

    Args:
        separate: True: each run is an arm of its own.

    Raises:
        ConfigError: two runs have the same settings and the same seed.
    """
    members: dict[Hashable, list[RunSummary]] = defaultdict(list)
    for number, run in enumerate(runs):
        members[number if separate else (run.settings_key, run.evaluation_set)].append(run)
    for arm in members.values():
        _check_seeds(arm)
    names = short_names(runs)
    common = [common_name([names[run.name] for run in arm]) for arm in members.values()]
    counts = Counter(common)
    return tuple(
        Arm(name if counts[name] == 1 else ", ".join(names[run.name] for run in arm), tuple(arm))
        for name, arm in zip(common, members.values()))


def short_names(runs: Sequence[RunSummary]) -> dict[str, str]:
    """Return a short name for each run's name: the last part of its folder, or the whole path if that is not unique."""
    last = [PurePath(run.name).name for run in runs]
    return {run.name: name if last.count(name) == 1 and name else run.name for run, name in zip(runs, last)}


def common_name(names: Sequence[str]) -> str:
    """Return the name of runs with different seeds: their common beginning without `-seed`, or else the first name.

    `tiny-seed1` and `tiny-seed2` are `tiny`.
    """
    if len(names) == 1:
        return names[0]
    beginning = _END_OF_COMMON_NAME.sub("", os.path.commonprefix(list(names)))
    return beginning or names[0]


def _check_seeds(runs: Sequence[RunSummary]) -> None:
    """Raise ConfigError if two runs with the same settings have the same seeds."""
    seen: dict[tuple[int | None, ...], str] = {}
    for run in runs:
        if run.seeds in seen:
            raise ConfigError(f"{seen[run.seeds]} and {run.name} have the same settings and the same seed: they have "
                              "no interval over seeds. Leave one out, or pass --separate")
        seen[run.seeds] = run.name
