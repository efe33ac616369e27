"""Test the arms of a comparison: runs that differ only by their seed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from statecode.errors import ConfigError
from statecode.evaluation.comparison.arms import common_name, make_arms
from statecode.evaluation.comparison.run_summaries import read_summary
from tests.support.run_folders import conala_result, make_run


def arms_of(*runs: Path, separate: bool = False) -> list[tuple[str, list[str]]]:
    return [(arm.name, [Path(run.name).name for run in arm.runs])
            for arm in make_arms([read_summary(run) for run in runs], separate)]


def test_runs_that_differ_by_their_seed_are_one_arm(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name, seed=seed, **more) for name, seed, more in (
        ("tiny-seed1", 1, {}), ("mini", 1, {"preset": "mini"}), ("tiny-seed2", 2, {}), ("pretrained", 3, {"init": "some/gpt2"}))]
    assert arms_of(*runs) == [("tiny", ["tiny-seed1", "tiny-seed2"]), ("mini", ["mini"]), ("pretrained", ["pretrained"])]
    assert len(arms_of(*runs, separate=True)) == 4


def test_the_same_seed_twice_is_refused(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / name, seed=1) for name in ("a", "b")]
    with pytest.raises(ConfigError, match="a and .*b have the same settings and the same seed: .* pass --separate"):
        arms_of(*runs)
    assert arms_of(*runs, separate=True) == [("a", ["a"]), ("b", ["b"])]


def test_seeds_of_the_runs_that_weights_come_from_count(tmp_path: Path) -> None:
    """Fine-tune the models of two pre-training seeds: one arm, even if the seed of the fine-tuning is the same."""
    first = [make_run(tmp_path / f"first-{seed}", seed=seed) for seed in (1, 2)]
    other = make_run(tmp_path / "first-mini", preset="mini")
    tuned = [make_run(tmp_path / f"tuned-{run.name}", init=str(run), seed=7, result=conala_result(1.0)) for run in (*first, other)]
    assert arms_of(*tuned) == [
        ("tuned-first", ["tuned-first-1", "tuned-first-2"]), ("tuned-first-mini", ["tuned-first-mini"])]
    assert read_summary(tuned[1]).seeds == (7, 2)


def test_a_run_whose_weights_come_from_itself_ends(tmp_path: Path) -> None:
    run = make_run(tmp_path / "a", init=str(tmp_path / "a"))
    assert len(read_summary(run).seeds) == 2


@pytest.mark.parametrize("change", [{"precision": "bf16"}, {"task": "conala"}])
def test_facts_outside_of_the_settings_separate_arms(tmp_path: Path, change: dict[str, Any]) -> None:
    runs = [make_run(tmp_path / name, seed=seed) for name, seed in (("a-1", 1), ("a-2", 2))]
    path = runs[1] / "run.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert len(arms_of(*runs)) == 2


def test_names_of_arms() -> None:
    assert common_name(["a-seed1"]) == "a-seed1"
    assert common_name(["tiny-s1", "tiny-s2"]) == common_name(["tiny_seed=1", "tiny_seed=2"]) == "tiny"
    assert common_name(["runs1", "runs2"]) == "runs"
    assert common_name(["conala-traces-1", "conala-traces-2"]) == "conala-traces"
    assert common_name(["tiny-seed10", "tiny-seed11"]) == "tiny" and common_name(["x-10", "x-12"]) == "x"
    assert common_name(["x", "y"]) == "x" and common_name(["1", "2"]) == "1"


def test_equal_names_of_arms_are_replaced_by_those_of_their_runs(tmp_path: Path) -> None:
    runs = [make_run(tmp_path / f"tiny-{number}", seed=number % 2, preset="tiny" if number < 2 else "mini") for number in range(4)]
    assert [name for name, _ in arms_of(*runs)] == ["tiny-0, tiny-1", "tiny-2, tiny-3"]


def test_points_are_those_of_steps_that_all_seeds_have(tmp_path: Path) -> None:
    runs = [read_summary(make_run(tmp_path / f"a-{seed}", seed=seed, curve=curve))
            for seed, curve in enumerate([((0, 6.0), (10, 1.0), (15, 9.0)), ((0, 5.0), (10, 3.0), (20, 1.0))])]
    (arm,) = make_arms(runs)
    assert [[point.loss for point in points] for points in arm.points()] == [[6.0, 5.0], [1.0, 3.0]]
    assert arm.lowest_loss.mean == 1.0 and arm.lowest_loss.margin == 0
