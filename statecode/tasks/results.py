"""The files that a run writes after its test: task.json and predictions.jsonl. This module does not import torch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.files import write_text
from statecode.modeling.run_folder import read_json

TASK_FILE = "task.json"
OLDER_TASK_FILE = "conala.json"  # the name in runs of older versions, which knew one task
PREDICTIONS_FILE = "predictions.jsonl"


def read_result(folder: Path) -> dict[str, Any] | None:
    """Return the content of task.json, or of its older form; None if the run was not tested.

    Raises:
        ConfigError: the file is not valid JSON.
    """
    if (folder / TASK_FILE).is_file():
        return read_json(folder / TASK_FILE)
    if not (folder / OLDER_TASK_FILE).is_file():
        return None
    result = read_json(folder / OLDER_TASK_FILE)
    result["test"].setdefault("examples", result["scores"].get("examples"))
    return result


def has_result(folder: Path) -> bool:
    """Return True if the run was tested."""
    return any((folder / name).is_file() for name in (TASK_FILE, OLDER_TASK_FILE))


def read_predictions(folder: Path) -> list[dict[str, Any]] | None:
    """Return the rows of predictions.jsonl, those of older versions too; None if the run has no such file.

    Raises:
        ConfigError: a line is not a JSON object; the message contains the file and the line number.
    """
    path = folder / PREDICTIONS_FILE
    if not path.is_file():
        return None
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n")[:-1], 1):  # a text may contain \x85
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise ConfigError(f"{path}:{number}: invalid JSON: {error.msg}") from error
        if not isinstance(row, dict):
            raise ConfigError(f"{path}:{number}: expected an object; found {type(row).__name__}")
        if "snippet" in row:  # the name of the target in runs of older versions
            row.setdefault("target", row["snippet"])
        rows.append(row)
    return rows


def remove_results(folder: Path) -> None:
    """Remove the result and the predictions of a run, if there are any."""
    for name in (TASK_FILE, OLDER_TASK_FILE, PREDICTIONS_FILE):
        (folder / name).unlink(missing_ok=True)


def write_predictions(folder: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write predictions.jsonl: one line with a JSON object per test example."""
    write_text(folder / PREDICTIONS_FILE,
               "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
