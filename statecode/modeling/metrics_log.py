"""The metrics of a run as JSON lines: one record per step and per evaluation, none twice, none missing."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.files import write_text

METRICS_FILE = "metrics.jsonl"


class MetricsLog:
    """Appends records to RUN/metrics.jsonl.

    Each record has `kind` (train, evaluation, ...) and `step`. A number that JSON cannot say is written as null.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / METRICS_FILE

    def start_after(self, step: int, fresh: bool = False) -> None:
        """Forget what was logged after `step`: the run goes on from that step's checkpoint, or is `fresh`."""
        kept = [] if fresh else [record for record in read_metrics(self.path.parent) if record["step"] <= step]
        write_text(self.path, "".join(_line(record) for record in kept))

    def write(self, record: dict[str, Any]) -> None:
        """Append one record."""
        with self.path.open("a", encoding="utf-8") as out:
            out.write(_line(record))


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the records of a run in order, without a last line that a kill cut short; empty where there is no file.

    Raises:
        ConfigError: a line is no JSON; the message has the file and the line.
    """
    path = Path(folder) / METRICS_FILE
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    records = []
    for number, line in enumerate(lines[:-1], 1):  # the text after the last newline was never finished
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ConfigError(f"{path}:{number}: invalid JSON: {error.msg}") from error
    return records


def _line(record: dict[str, Any]) -> str:
    plain = {key: None if isinstance(value, float) and not math.isfinite(value) else value
             for key, value in record.items()}
    return json.dumps(plain) + "\n"
