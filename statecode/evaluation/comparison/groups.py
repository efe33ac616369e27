"""Group runs for a comparison: by task and objective, and refuse those whose numbers cannot be compared.

Causal and masked losses are never in one table, because they measure different things. If runs were evaluated on
different tokens, the comparison is an error, or it shows bits per byte instead of losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from statecode.errors import ConfigError
from statecode.evaluation.comparison.arms import Arm, make_arms
from statecode.evaluation.comparison.run_summaries import RunSummary
from statecode.evaluation.comparison.training_budgets import describe_budgets
from statecode.tasks.base import Task

LOSS_NAMES = {"causal": "loss (nats per token)", "masked": "masked-token loss (nats)"}
PERPLEXITY_NAMES = {"causal": "perplexity", "masked": "masked perplexity"}
PRETRAINING = "pre-training"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroup:
    """Runs of one task and one objective, whose numbers are comparable in one table."""

    task: Task[Any, Any] | None  # None: pre-training
    objective: str
    arms: tuple[Arm, ...]
    bits_per_byte_only: bool     # True if the runs were evaluated on different tokens

    @property
    def runs(self) -> tuple[RunSummary, ...]:
        """The runs of all arms."""
        return tuple(run for arm in self.arms for run in arm.runs)

    @property
    def task_title(self) -> str:
        """Title of the task, or PRETRAINING."""
        return self.task.title if self.task else PRETRAINING

    @property
    def title(self) -> str:
        """Heading of the group's tables and plots."""
        return f"{self.task_title}: {self.objective} {'fine-tuning' if self.task else 'language modelling'}"

    @property
    def file_stem(self) -> str:
        """First part of the names of the group's files."""
        return f"{self.task.name if self.task else PRETRAINING}-{self.objective}"

    @property
    def split(self) -> str:
        """The split on which the runs were evaluated in training."""
        return "dev" if self.task else "validation"

    @property
    def loss_name(self) -> str:
        """Name of the loss, with its unit."""
        return LOSS_NAMES.get(self.objective, "loss (nats per example)")

    @property
    def perplexity_name(self) -> str | None:
        """Name of the perplexity; None for a loss per example, which has no perplexity."""
        return PERPLEXITY_NAMES.get(self.objective)

    @property
    def budgets(self) -> str:
        """Sentences that state which quantities of the training were held equal."""
        trained_before = any(run.init != "scratch" for run in self.runs)
        return describe_budgets([run.budget for run in self.runs]) + (
            " The training of the initial weights is not counted." if trained_before else "")


def group_runs(runs: Sequence[RunSummary], bits_per_byte: bool = False, separate: bool = False) -> list[RunGroup]:
    """Group runs by task and objective, and those that differ only by their seed into arms.

    Args:
        bits_per_byte: compare runs that were evaluated on different tokens by bits per byte, instead of raising
            ConfigError.
        separate: make each run an arm of its own.

    Raises:
        ConfigError: runs of a group were tested on different examples; or were evaluated on different tokens, and
            `bits_per_byte` is False or one of them has no bits per byte; or two runs of an arm have the same seed.
    """
    def key(run: RunSummary) -> tuple[str, str]:
        return run.task.name if run.task else "", run.objective

    groups = []
    for _, members in groupby(sorted(runs, key=key), key):
        chosen = tuple(members)
        _check_test_examples(chosen)
        mismatch = _describe_mismatch(chosen)
        if mismatch and not bits_per_byte:
            raise ConfigError(f"{mismatch}: their losses are not comparable. "
                              "Pass --bits-per-byte, or compare each run alone.")
        if mismatch:
            _check_bits_per_byte(chosen, mismatch)
        groups.append(RunGroup(task=chosen[0].task, objective=chosen[0].objective, arms=make_arms(chosen, separate),
                               bits_per_byte_only=mismatch is not None))
    return groups


def _check_test_examples(runs: Sequence[RunSummary]) -> None:
    """Raise ConfigError if two runs are known to have been tested on different examples."""
    known = [run for run in runs if run.test and run.test_sha256]
    for run in known[1:]:
        if run.test_sha256 != known[0].test_sha256:
            raise ConfigError(f"{known[0].name} and {run.name} were tested on different examples: their scores are not "
                              "comparable. Compare each run alone.")


def _describe_mismatch(runs: Sequence[RunSummary]) -> str | None:
    """Return a message about the first run that was evaluated on other tokens than run 0; None if all are the same."""
    for run in runs[1:]:
        difference = runs[0].evaluation_set.difference_to(run.evaluation_set)
        if difference:
            unit = runs[0].evaluation_set.unit
            return f"{runs[0].name} and {run.name} were evaluated on different {unit} ({difference})"
    return None


def _check_bits_per_byte(runs: Sequence[RunSummary], mismatch: str) -> None:
    lacking = [run.name for run in runs if run.best.bits_per_byte is None]
    if lacking:
        raise ConfigError(f"{mismatch}, and {lacking[0]} has no bits per byte, as masked models, which score only some "
                          "of the tokens. Compare each run alone.")
