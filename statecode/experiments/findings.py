"""The results of an experiment, by arm and seed, and the differences to the reference arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.evaluation.intervals import Interval, mean_interval
from statecode.experiments.config import Experiment, Measure
from statecode.experiments.plan import plan
from statecode.experiments.results import read_result


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The results of an experiment."""

    experiment: Experiment
    path: str                                      # of the experiment's file, as the page names it
    results: Mapping[tuple[str, int], dict[str, Any]]  # (arm, seed) → result, of the cells that were measured

    def values(self, arm: str, measure: Measure) -> dict[int, float]:
        """Return seed → value of an arm."""
        return {seed: float(result["measures"][measure.name])
                for (name, seed), result in self.results.items() if name == arm}

    def difference(self, arm: str, measure: Measure) -> Interval | None:
        """Return the mean difference to the reference over the seeds that both have, or None if there are none."""
        if self.experiment.reference in (None, arm):
            return None
        own, other = self.values(arm, measure), self.values(str(self.experiment.reference), measure)
        differences = [own[seed] - other[seed] for seed in own if seed in other]
        return mean_interval(differences) if differences else None


def read_findings(experiment: Experiment, path: str, folder: Path) -> Findings:
    """Read the results of an experiment from the folder `folder`; those of other commands are left out.

    Raises:
        ConfigError: a result is damaged, or the commands of the experiment cannot be made.
    """
    results = {(cell.arm, cell.seed): read_result(folder, cell, same_files=False) for cell in plan(experiment)}
    return Findings(experiment=experiment, path=path,
                    results={key: result for key, result in results.items() if result is not None})
