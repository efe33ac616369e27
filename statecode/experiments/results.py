"""The measures of an arm and a seed: read from the files of their steps, and kept in one JSON file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError, StatecodeError
from statecode.experiments.config import Experiment, Measure
from statecode.experiments.plan import Cell
from statecode.files import write_text
from statecode.input_files import read_file
from statecode.provenance import machine, versions


def result_path(folder: Path, cell: Cell) -> Path:
    """Return the path of the result of a cell."""
    return folder / f"{cell.arm}-{cell.seed}.json"


def read_result(folder: Path, cell: Cell, same_files: bool = True) -> dict[str, Any] | None:
    """Return the result of a cell, or None if there is none, or one of other commands.

    Args:
        same_files: True: or one of other data files. False: the files may be missing here.

    Raises:
        ConfigError: the file is damaged.
    """
    path = result_path(folder, cell)
    try:
        result = json.loads(read_file(path, folder))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        raise ConfigError(f"{path}: not a readable result; delete it and run the experiment again") from None
    key, expected = ("id", cell.id) if same_files else ("command_id", cell.command_id)
    return result if isinstance(result, dict) and result.get(key) == expected else None


def write_result(
    folder: Path, experiment: Experiment, cell: Cell, step_folders: Path, records: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Read the measures of a cell and write its result; return it.

    Args:
        step_folders: contains the folders of the steps.
        records: what is known of each step, by its id.

    Raises:
        StatecodeError: a file of a step lacks a measure.
    """
    result = {
        "id": cell.id, "command_id": cell.command_id, "experiment": experiment.name, "arm": cell.arm, "seed": cell.seed,
        "measures": {
            measure.name: measure.factor * read_value(step_folders / step.folder_name, measure)
            for measure, step in cell.measured
        },
        "steps": [
            {"name": step.name, "command": step.command, "seconds": records[step.id]["seconds"],
             "commit": records[step.id]["commit"]}
            for step in cell.steps()
        ],
        "machine": machine(), "versions": versions(),
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_text(result_path(folder, cell), json.dumps(result, indent=1, ensure_ascii=False) + "\n")
    return result


def read_value(folder: Path, measure: Measure) -> float:
    """Return the number that a measure reads from the folder of its step.

    Raises:
        StatecodeError: the file cannot be read, or has no number there; the message has the file and the key.
    """
    path = folder / measure.file
    place = f"{path}: {measure.key}"
    try:
        value: Any = json.loads(read_file(path))
    except (OSError, ValueError, RecursionError) as error:
        raise StatecodeError(f"{place}: cannot be read: {error}") from None
    for part in measure.key.split("."):
        entries = _entries(value)
        if part not in entries:
            known = f"; there are {', '.join(entries)}" if entries else ""
            raise StatecodeError(f"{place}: the file has no {part} there{known}")
        value = entries[part]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise StatecodeError(f"{place}: expected a number, found {str(value)[:60]}")
    return float(value)


def _entries(value: Any) -> dict[str, Any]:
    """Return the entries of a JSON value by the names that a key can use.

    The entries of a list have their positions as names, and those of a list of kinds the kinds too.
    """
    if isinstance(value, dict):
        return value
    if not isinstance(value, list):
        return {}
    kinds = {entry["kind"]: entry for entry in value if isinstance(entry, dict) and isinstance(entry.get("kind"), str)}
    return kinds | {str(position): entry for position, entry in enumerate(value)}
