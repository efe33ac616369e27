"""Test the view with which a model is evaluated."""

from __future__ import annotations

from pathlib import Path

import pytest

from statecode.evaluation.trained_view import choose_view
from statecode.modeling.run_folder import RunFolder
from statecode.views import VIEWS


@pytest.fixture
def run(tmp_path: Path) -> str:
    """Return the folder of a run that was trained on compact."""
    RunFolder(tmp_path / "run").open({"config": "compact", "view_version": VIEWS["compact"].version}, {})
    return str(tmp_path / "run")


def test_the_view_of_the_run_is_the_default(run: str) -> None:
    assert choose_view(run, None) == choose_view(run, "compact") == ("compact", None)


def test_another_view_is_announced_in_a_line(run: str) -> None:
    assert choose_view(run, "snoop") == (
        "snoop", f"note: {run} was trained on the view compact and is evaluated on snoop")


def test_another_version_of_the_view_is_announced_in_a_line(tmp_path: Path) -> None:
    RunFolder(tmp_path).open({"config": "compact", "view_version": 0}, {})
    assert choose_view(str(tmp_path), None) == (
        "compact", f"note: {tmp_path} was trained on version 0 of the view compact and is evaluated on version"
        f" {VIEWS['compact'].version}")


def test_a_model_without_a_view_is_evaluated_on_snoop(tmp_path: Path) -> None:
    for model in (str(tmp_path), "openai-community/gpt2"):
        assert choose_view(model, None) == ("snoop", None) and choose_view(model, "compact") == ("compact", None)
