"""Training budgets: the steps, tokens, parameters and arithmetic of runs, and which of them a comparison held equal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FLOPS_FORMULA = "6 x parameters x training tokens"
"""Kaplan et al., Scaling Laws for Neural Language Models, 2020: without attention, all parameters included."""
EQUAL_SHARE = 0.01  # quantities that differ by at most this share are called equal


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingBudget:
    """The amount of training of one run. The training of the weights that it started from is not included."""

    steps: int              # optimizer steps at the last evaluation
    parameters: int | None  # trainable; None if the run stopped before they were recorded
    tokens: int | None      # positions without padding that the model read in training; None if not recorded

    @property
    def flops(self) -> float | None:
        """Floating-point operations by FLOPS_FORMULA; None if a factor is unknown."""
        return None if self.parameters is None or self.tokens is None else 6.0 * self.parameters * self.tokens


def trained_tokens(records: Iterable[Mapping[str, Any]]) -> int | None:
    """Return the tokens that a model read in training, from the records of steps in metrics.jsonl.

    Returns:
        The sum over all records of tokens per second, multiplied by the seconds; None if a record lacks one of them.
    """
    total = 0
    for record in records:
        if record.get("tokens_per_s") is None or record.get("step_s") is None:
            return None
        total += round(record["tokens_per_s"] * record["step_s"] * record.get("steps", 1))
    return total or None


QUANTITIES: tuple[tuple[str, Callable[[TrainingBudget], float | None], str], ...] = (
    ("optimizer steps", lambda budget: budget.steps, ",.0f"),
    ("parameters", lambda budget: budget.parameters, ",.0f"),
    ("training tokens", lambda budget: budget.tokens, ",.0f"),
    ("training FLOPs", lambda budget: budget.flops, ".3g"),
)
"""The name, the value and the format of each quantity of a budget."""


def describe_budgets(budgets: Sequence[TrainingBudget]) -> str:
    """Return sentences that name the quantities of the budgets that are equal within 1 %, and the others' ranges."""
    equal, different, unknown = [], [], []
    for name, value_of, form in QUANTITIES:
        values = [value for value in map(value_of, budgets) if value is not None]
        if len(values) < len(budgets):
            unknown.append(name)
        elif max(values) - min(values) <= EQUAL_SHARE * max(values):
            equal.append(f"{name} ({max(values):{form}})")
        else:
            different.append(f"{name} ({min(values):{form}} to {max(values):{form}})")
    parts = [("Held equal, within 1 %", equal), ("Not equal", different), ("Not recorded", unknown)]
    sentences = " ".join(f"{title}: {', '.join(names)}." for title, names in parts if names)
    return f"{sentences} FLOPs are {FLOPS_FORMULA}."
