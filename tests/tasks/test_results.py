"""Test the files of a tested run, older ones included."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statecode.errors import ConfigError
from statecode.tasks.results import has_result, read_predictions, read_result, remove_results, write_predictions


def test_a_run_without_a_test_has_no_result(tmp_path: Path) -> None:
    assert read_result(tmp_path) is None and not has_result(tmp_path)


def test_the_older_file_is_read(tmp_path: Path) -> None:
    older = {"task": "conala", "test": {"loss": 2.0}, "scores": {"examples": 500, "bleu_conala": 3.0}}
    (tmp_path / "conala.json").write_text(json.dumps(older))
    result = read_result(tmp_path)
    assert has_result(tmp_path) and result is not None
    assert result["test"] == {"loss": 2.0, "examples": 500} and result["scores"] == older["scores"]
    (tmp_path / "task.json").write_text(json.dumps({"task": "conala", "test": {"loss": 1.0}}))
    assert read_result(tmp_path) == {"task": "conala", "test": {"loss": 1.0}}


def test_a_damaged_result_is_an_error_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "task.json").write_text("{\n]")
    with pytest.raises(ConfigError, match="task.json:2: invalid JSON"):
        read_result(tmp_path)


def test_all_results_are_removed(tmp_path: Path) -> None:
    write_predictions(tmp_path, [{"prompt": "é", "prediction": "1\n"}, {"prompt": "b"}])
    assert (tmp_path / "predictions.jsonl").read_text(encoding="utf-8") == (
        '{"prompt": "é", "prediction": "1\\n"}\n{"prompt": "b"}\n')
    (tmp_path / "task.json").write_text("{}")
    (tmp_path / "run.json").write_text("{}")
    remove_results(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


def test_predictions_are_read_as_they_were_written(tmp_path: Path) -> None:
    assert read_predictions(tmp_path) is None
    rows = [{"prompt": "a\x85\u2028b", "target": "1\n", "prediction": ""}, {"snippet": "2", "prediction": "3"}]
    write_predictions(tmp_path, rows)
    assert read_predictions(tmp_path) == [rows[0], rows[1] | {"target": "2"}]  # an older version wrote `snippet`


@pytest.mark.parametrize(("line", "message"), [("{oops", "predictions.jsonl:2: invalid JSON"), ("[1]", "jsonl:2: expected an object")])
def test_damaged_predictions_are_an_error_with_their_line(tmp_path: Path, line: str, message: str) -> None:
    (tmp_path / "predictions.jsonl").write_text("{}\n" + line + "\n")
    with pytest.raises(ConfigError, match=message):
        read_predictions(tmp_path)
