"""Test the comparison of arms on the same test examples."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.evaluation.comparison.groups import RunGroup, group_runs  # noqa: E402
from statecode.evaluation.comparison.rows import compare_rows  # noqa: E402
from statecode.evaluation.comparison.run_summaries import read_summary  # noqa: E402
from tests.support.run_folders import conala_result, conala_rows, make_run, result_of  # noqa: E402

TARGETS = [f"f{number}(a, b, [c, {number}])" for number in range(30)]
HALF = [*TARGETS[:15], *["g()"] * 15]


def group_of(folder: Path, *arms: tuple[str, list[str]], seeds: int = 1) -> RunGroup:
    """Return the group of runs with these answers, each arm with other initial weights."""
    runs = []
    for name, answers in arms:
        rows = conala_rows(TARGETS, answers)
        runs += [make_run(folder / f"{name}-{seed}", init=name, seed=seed, result=result_of(rows), predictions=rows)
                 for seed in range(seeds)]
    (group,) = group_runs([read_summary(run) for run in runs])
    return group


def test_identical_predictions_have_no_difference(tmp_path: Path) -> None:
    comparison = compare_rows(group_of(tmp_path, ("a", HALF), ("b", HALF)), resamples=200)
    assert comparison is not None and comparison.rows == 30 and comparison.arms == ("a-0", "b-0")
    keys = [one.column.key for one in comparison.columns]
    assert keys == ["loss", "bits_per_byte", "bleu_conala", "exact_match", "parses"]
    for one in comparison.columns:
        found = one.pairs[0].difference
        assert (found.difference, found.low, found.high, found.p_value) == (0, 0, 0, 1)
    exact = comparison.columns[3].scores[0]
    assert exact.value == 50 and exact.interval.low < 50 < exact.interval.high


def test_the_scores_of_an_arm_are_means_over_its_runs(tmp_path: Path) -> None:
    rows = [conala_rows(TARGETS, answers) for answers in (TARGETS, HALF)]
    runs = [make_run(tmp_path / f"a-{seed}", seed=seed, result=result_of(of_run), predictions=of_run)
            for seed, of_run in enumerate(rows)]
    (group,) = group_runs([read_summary(run) for run in runs])
    comparison = compare_rows(group, resamples=200)
    assert comparison is not None and comparison.arms == ("a",)
    exact = comparison.columns[3]
    assert exact.scores[0].value == 75 and exact.pairs == ()
    samples_R = exact.scores[0].samples_R  # each resample has 100 % of the one run and about half of the other
    assert 50 <= samples_R.min() < samples_R.max() < 100 and samples_R.mean() == pytest.approx(75, abs=1)
    assert json.loads(json.dumps(comparison.as_dict()))["scores"][3]["value"] == 75


def test_three_arms_have_three_pairs_of_each_score(tmp_path: Path) -> None:
    comparison = compare_rows(group_of(tmp_path, ("a", HALF), ("b", TARGETS), ("c", HALF), seeds=2), resamples=100)
    assert comparison is not None and {len(one.pairs) for one in comparison.columns} == {3}
    first, _, last = comparison.columns[2].pairs
    assert (first.first, first.second) == ("a", "b") and first.difference.difference < 0 < last.difference.difference
    assert first.difference.high < 0 and first.difference.p_value == 1 / 101


@pytest.mark.parametrize(("change", "message"), [
    (lambda rows: rows.pop(), "30 against 29 examples"),
    (lambda rows: rows[4].update(target="other"), "example 5"),
    (lambda rows: rows[2].update(prompt="# other\n"), "example 3"),
])
def test_other_test_examples_are_refused(tmp_path: Path, change: Any, message: str) -> None:
    rows, others = conala_rows(TARGETS, HALF), conala_rows(TARGETS, HALF)
    change(others)
    runs = [make_run(tmp_path / name, init=name, result=result_of(of_run), predictions=of_run)
            for name, of_run in (("a", rows), ("b", others))]
    with pytest.raises(ConfigError, match=f"a and .*b were tested on different examples .{message}"):
        compare_rows(group_runs([read_summary(run) for run in runs])[0])


def test_predictions_of_another_test_are_refused(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a", result=result_of(conala_rows(TARGETS, TARGETS)), predictions=conala_rows(TARGETS, HALF))
    with pytest.raises(ConfigError, match=r"a: BLEU.* by predictions.jsonl, 100 by task.json: .* --resume restart"):
        compare_rows(group_runs([read_summary(run)])[0])


def test_rows_of_older_versions_have_scores_but_no_losses(tmp_path: Path) -> None:
    rows = conala_rows(TARGETS, HALF)
    result = result_of(rows)
    older = [{"snippet": row["target"], "prediction": row["prediction"], "exact": row["exact"], "parses": row["parses"]} for row in rows]
    runs = [make_run(tmp_path / "new", init="x", result=result, predictions=rows),
            make_run(tmp_path / "old", result=result, predictions=older, result_file="conala.json")]
    comparison = compare_rows(group_runs([read_summary(run) for run in runs])[0], resamples=100)
    assert comparison is not None
    assert [one.column.key for one in comparison.columns] == ["bleu_conala", "exact_match", "parses"]


def test_arms_without_predictions_are_named(tmp_path: Path) -> None:
    rows = conala_rows(TARGETS, HALF)
    runs = [make_run(tmp_path / "with", init="x", result=result_of(rows), predictions=rows),
            make_run(tmp_path / "without", result=conala_result(1.0))]
    comparison = compare_rows(group_runs([read_summary(run) for run in runs])[0], resamples=100)
    assert comparison is not None and comparison.arms == ("with",) and comparison.missing == ("without",)
    (alone,) = group_runs([read_summary(runs[1])])
    assert compare_rows(alone) is None


def test_pre_training_runs_have_no_test_examples(tmp_path: Path) -> None:
    assert compare_rows(group_runs([read_summary(make_run(tmp_path / "a"))])[0]) is None
