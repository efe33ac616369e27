"""Test the quantities that a comparison held equal."""

from __future__ import annotations

from statecode.evaluation.comparison.training_budgets import TrainingBudget, describe_budgets, trained_tokens


def test_equal_and_different_quantities_are_stated() -> None:
    budgets = [TrainingBudget(steps=100, parameters=1000, tokens=5000), TrainingBudget(steps=100, parameters=1005, tokens=7000)]
    assert budgets[0].flops == 6 * 1000 * 5000
    assert describe_budgets(budgets) == (
        "Held equal, within 1 %: optimizer steps (100), parameters (1,005). Not equal: training tokens (5,000 to 7,000), "
        "training FLOPs (3e+07 to 4.22e+07). FLOPs are 6 x parameters x training tokens.")


def test_unknown_quantities_are_stated() -> None:
    budgets = [TrainingBudget(steps=1, parameters=None, tokens=None), TrainingBudget(steps=2, parameters=1, tokens=1)]
    assert "Not recorded: parameters, training tokens, training FLOPs." in describe_budgets(budgets)
    assert "Not equal: optimizer steps (1 to 2)." in describe_budgets(budgets)


def test_tokens_are_those_of_all_steps_of_a_record() -> None:
    records = [{"tokens_per_s": 2000.0, "step_s": 0.5}, {"tokens_per_s": 1000.0, "step_s": 0.1, "steps": 10}]
    assert trained_tokens(records) == 1000 + 1000
    assert trained_tokens([*records, {"step": 3}]) is None and trained_tokens([]) is None
