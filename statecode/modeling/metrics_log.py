"""The metrics of a run as JSON lines: one record per step and per evaluation, without duplicates or gaps."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.files import write_text
from statecode.modeling.configs import Objective
from statecode.modeling.outputs import written_in_run
from statecode.modeling.scores import Score

METRICS_FILE = "metrics.jsonl"


class MetricsLog:
    """The file RUN/metrics.jsonl, to which records are appended.

    Each record has a `kind` (train, evaluation, ...) and a `step`. NaN and infinity, which JSON does not have, are
    written as null.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / METRICS_FILE

    def discard_after(self, step: int, fresh: bool = False) -> None:
        """Remove the records of all steps after `step`, because the run resumes from the checkpoint of `step`.

        Args:
            fresh: True if the run starts from the beginning: remove all records.
        """
        kept = [] if fresh else [record for record in read_metrics(self.path.parent) if record["step"] <= step]
        with written_in_run(self.path.parent):
            write_text(self.path, "".join(_json_line(record) for record in kept))

    def write(self, record: dict[str, Any]) -> None:
        """Append one record.

        Raises:
            ConfigError: it cannot be written, as on a full disk.
        """
        with written_in_run(self.path.parent), self.path.open("a", encoding="utf-8") as out:
            out.write(_json_line(record))


def read_metrics(folder: Path) -> list[dict[str, Any]]:
    """Return the metrics records of a run in order; an empty list if the file is missing.

    An incomplete last line, which a killed process leaves, is ignored.

    Raises:
        ConfigError: a line is not valid JSON; the message contains the file and the line number.
    """
    path = Path(folder) / METRICS_FILE
    if not path.is_file():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    records = []
    for number, line in enumerate(lines[:-1], 1):  # the text after the last newline is empty or incomplete
        try:
            records.append(json.loads(line))
        except json.JSONDecodeError as error:
            raise ConfigError(f"{path}:{number}: invalid JSON: {error.msg}") from error
    return records


def evaluation_record(score: Score, split: str, objective: Objective, step: int) -> dict[str, Any]:
    """Return the record of an evaluation in metrics.jsonl, without its `kind`."""
    return {
        "step": step, "split": split, "objective": objective.value, "loss": score.loss, "perplexity": score.perplexity,
        "bits_per_byte": score.bits_per_byte, "nll_nats": score.nll_nats, "tokens": score.tokens,
        "text_bytes": score.text_bytes or None,
    }


def _json_line(record: dict[str, Any]) -> str:
    plain = {key: None if isinstance(value, float) and not math.isfinite(value) else value
             for key, value in record.items()}
    return json.dumps(plain) + "\n"
