"""The files that a run writes after its test: task.json and predictions.jsonl. This module does not import torch."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

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


def remove_results(folder: Path) -> None:
    """Remove the result and the predictions of a run, if there are any."""
    for name in (TASK_FILE, OLDER_TASK_FILE, PREDICTIONS_FILE):
        (folder / name).unlink(missing_ok=True)


def write_predictions(folder: Path, records: Iterable[dict[str, Any]]) -> None:
    """Write predictions.jsonl: one line with a JSON object per test example."""
    write_text(folder / PREDICTIONS_FILE,
               "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records))
