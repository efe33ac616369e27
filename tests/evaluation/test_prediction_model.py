"""Test the choice of the model and the view of a prediction."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from statecode.errors import ConfigError
from statecode.evaluation import prediction_model
from statecode.evaluation.prediction_model import choose_model
from statecode.modeling.run_folder import RunFolder
from statecode.views import VIEWS


def run(folder: Path, view: str, version: int | None = None) -> str:
    """Write a run that was trained on a view, and return its folder."""
    RunFolder(folder).open({"config": view, "view_version": VIEWS[view].version if version is None else version}, {})
    (folder / "config.json").write_text("{}")
    return str(folder)


def test_the_view_is_that_of_the_run_or_compact(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    assert choose_model(run(tmp_path / "frames", "frames"), None)[1] == "frames"
    assert choose_model(str(tmp_path / "model"), None) == (str(tmp_path / "model"), "compact")
    assert choose_model(str(tmp_path / "model"), "full-state")[1] == "full-state"


def test_another_view_or_version_is_a_warning(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="trained on the view frames and is evaluated on compact"):
        assert choose_model(run(tmp_path / "frames", "frames"), "compact")[1] == "compact"
    with pytest.warns(UserWarning, match="trained on version 0 of the view compact"):
        assert choose_model(run(tmp_path / "old", "compact", 0), None)[1] == "compact"


def test_errors_have_one_line(tmp_path: Path) -> None:
    for model, view, message in (
        ("no/where", None, "no such folder: no/where"),
        (run(tmp_path / "snoop", "snoop"), None, "the view snoop is not lossless"),
        (run(tmp_path / "compact", "compact"), "io", "the view io is not lossless"),
    ):
        with pytest.raises(ConfigError, match=message) as caught, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            choose_model(model, view)
        assert "\n" not in str(caught.value)


def test_the_model_of_the_package_is_the_default_if_there_is_one(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(prediction_model, "SHIPPED_MODEL", tmp_path / "missing")
    with pytest.raises(ConfigError, match="this version of statecode contains no model; pass --model"):
        choose_model(None, None)
    monkeypatch.setattr(prediction_model, "SHIPPED_MODEL", Path(run(tmp_path / "shipped", "full-state")))
    assert choose_model(None, None) == (str(tmp_path / "shipped"), "full-state")
