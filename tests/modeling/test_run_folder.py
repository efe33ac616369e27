"""Test the run folder: its settings, and folders that are refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.run_folder import RunFolder, context_tokens_of_run, read_run, view_of_run  # noqa: E402


def test_a_run_is_resumed_under_the_same_settings_only(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.open({"loop": {"seed": 1, "steps": (1, 2)}}, {"task": "x"})
    (run.path / "checkpoints" / "step-0000001").mkdir(parents=True)
    run.open({"loop": {"seed": 1, "steps": (1, 2)}}, {})
    with pytest.raises(ConfigError, match="other settings: seed was 1, is 2; choose another --output-dir") as caught:
        run.open({"loop": {"seed": 2, "steps": (1, 2)}}, {})
    assert "\n" not in str(caught.value)
    run.open({"loop": {"seed": 2}}, {}, restart=True)
    assert read_run(run.path)["settings"] == {"loop": {"seed": 2}}
    assert not (run.path / "checkpoints").exists() and not run.finished


def test_the_settings_that_are_known_early_are_checked_without_the_others(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.check_settings({"seed": 2}, {})  # there is no run
    run.open({"loop": {"seed": 1, "steps": (1, 2)}, "train_sha256": "x"}, {})
    run.check_settings({"seed": 2}, {})  # a run without a checkpoint is replaced
    (run.path / "checkpoints" / "step-0000001").mkdir(parents=True)
    run.check_settings({"loop": {"seed": 1, "steps": (1, 2)}, "optimizer": "adamw"}, {"optimizer": "adamw"})
    with pytest.raises(ConfigError, match="other settings: seed was 1, is 2; choose another --output-dir"):
        run.check_settings({"loop": {"seed": 2}}, {})


def test_more_steps_than_a_finished_run_name_the_way_to_train_further(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "run")
    run.open({"total_steps": 4}, {})
    (run.path / "checkpoints" / "step-0000001").mkdir(parents=True)
    message = "total_steps was 4, is 8; choose another --output-dir, or pass --resume restart to delete that run$"
    with pytest.raises(ConfigError, match=message):
        run.open({"total_steps": 8}, {})
    run.finish({})
    further = f"total_steps was 4, is 8; --init {run.path} and another --output-dir train the finished model further, or"
    with pytest.raises(ConfigError, match=further):
        run.open({"total_steps": 8}, {})


@pytest.mark.parametrize(("settings", "view"), [
    ({"source": {"config": "compact"}, "view_version": 2}, ("compact", 2)),
    ({"source": {"config": "snoop"}, "view": "compact", "view_version": 2}, ("compact", 2)),  # the tokens of a run
    ({"source": {"config": "snoop"}}, None),                                                # JSON Lines files
    ({"source": {"config": "snoop"}, "view": None, "view_version": None}, None),
    ({"model": {"init": "scratch"}}, None),                                                 # a task
])
def test_the_view_of_a_run(settings: dict[str, Any], view: tuple[str, int] | None, tmp_path: Path) -> None:
    RunFolder(tmp_path).open(settings, {})
    assert view_of_run(tmp_path) == view and view_of_run(tmp_path / "nowhere") is None


def test_the_context_of_a_run(tmp_path: Path) -> None:
    RunFolder(tmp_path / "run").open({"data": {"context_tokens": 96}}, {})
    RunFolder(tmp_path / "other").open({"seed": 1}, {})
    assert [context_tokens_of_run(tmp_path / name) for name in ("run", "other", "nowhere")] == [96, None, None]


def test_settings_of_older_versions_have_their_present_names(tmp_path: Path) -> None:
    (tmp_path / "checkpoints" / "step-0000001").mkdir(parents=True)
    older = {"settings": {"shape": {"layers": 2, "positions": 64}}, "config": {"shape": {"positions": 64}},
             "data": {"train": {"positions": 7}}}
    (tmp_path / "run.json").write_text(json.dumps(older))
    run = read_run(tmp_path)
    assert run["settings"] == {"shape": {"layers": 2, "max_seq_len": 64}}
    assert run["config"] == {"shape": {"max_seq_len": 64}} and run["data"] == older["data"]
    RunFolder(tmp_path).open({"shape": {"layers": 2, "max_seq_len": 64}}, {})  # resumed, not refused
    with pytest.raises(ConfigError, match="other settings: max_seq_len was 64, is 32"):
        RunFolder(tmp_path).open({"shape": {"layers": 2, "max_seq_len": 32}}, {})


def test_a_setting_that_an_older_run_lacks_counts_as_its_default(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.open({"loop": {"seed": 1}}, {})
    (tmp_path / "checkpoints" / "step-0000001").mkdir(parents=True)
    defaults = {"optimizer": "adamw", "seed": 0, "absent": 3}
    run.open({"loop": {"seed": 1, "optimizer": "adamw"}}, {}, defaults=defaults)
    with pytest.raises(ConfigError, match="other settings: optimizer was adamw, is muon; choose"):
        run.open({"loop": {"seed": 1, "optimizer": "muon"}}, {}, defaults=defaults)
    with pytest.raises(ConfigError, match="other settings: seed was 1, is 0; choose"):
        run.open({"loop": {"seed": 0}}, {}, defaults=defaults)


def test_a_run_resumes_with_the_same_version_of_the_view_only(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.open({"config": "snoop"}, {})  # an older run, which has version 1
    (tmp_path / "checkpoints" / "step-0000001").mkdir(parents=True)
    run.open({"config": "snoop", "view_version": 1}, {})
    with pytest.raises(ConfigError, match="other settings: view_version was 1, is 2; choose another --output-dir"):
        run.open({"config": "snoop", "view_version": 2}, {})


def test_a_run_that_failed_before_its_first_checkpoint_is_replaced(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    run.open({"seed": 1}, {})
    run.open({"seed": 2}, {})
    run.add_facts(parameters=7)
    assert read_run(tmp_path)["settings"] == {"seed": 2} and read_run(tmp_path)["parameters"] == 7
    assert set(read_run(tmp_path)["provenance"]) >= {"command", "commit", "seed", "versions", "machine"}


def test_a_folder_with_other_files_is_refused_and_unchanged(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    for restart in (False, True):
        with pytest.raises(ConfigError, match="is not empty and contains no run"):
            RunFolder(tmp_path).open({}, {}, restart)
    with pytest.raises(ConfigError, match="no run in"):
        read_run(tmp_path)
    with pytest.raises(ConfigError, match="thesis.txt is a file, not a folder; choose another --output-dir"):
        RunFolder(tmp_path / "thesis.txt").open({}, {})
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_run_folder_with_a_link_is_refused(tmp_path: Path) -> None:
    """Checkpoints would be removed, and metrics appended, in the target of the link."""
    run = RunFolder(tmp_path / "run")
    run.open({}, {})
    os.symlink(tmp_path, run.path / "checkpoints")
    with pytest.raises(ConfigError, match="checkpoints is a link, through which nothing is written or removed"):
        run.open({}, {}, restart=True)
