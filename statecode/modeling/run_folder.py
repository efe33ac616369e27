"""A run's folder: what decided it, what it measured, its checkpoints, and the finished model.

    RUN/run.json          settings, provenance (command, versions, commit, machine), counts of data; written first
    RUN/metrics.jsonl     see metrics_log
    RUN/checkpoints/      see checkpoints
    RUN/tokens/           the tokenised splits
    RUN/result.json       written last: a run that has it is finished
    RUN/config.json, model.safetensors, tokenizer.json, ...   what from_pretrained(RUN) loads
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.files import write_text
from statecode.modeling.metrics_log import METRICS_FILE
from statecode.modeling.outputs import check_folder, told
from statecode.provenance import provenance

RUN_FILE = "run.json"
RESULT_FILE = "result.json"
TOKENIZER_FILE = "tokenizer_config.json"  # written last among the tokenizer's files


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def finished(self) -> bool:
        """Whether the run came to its end."""
        return (self.path / RESULT_FILE).is_file()

    @property
    def _begun(self) -> bool:
        """Whether there is anything to go on from; a run that failed before its first checkpoint is replaced."""
        return any((self.path / "checkpoints").glob("step-*"))

    def check_usable(self) -> None:
        """Refuse, before any work, a place where no run can be.

        Raises:
            ConfigError: it is a file, cannot be written to, or holds something else.
        """
        check_folder(self.path, "--output-dir")
        if not (self.path / RUN_FILE).is_file() and self.path.is_dir() and any(self.path.iterdir()):
            raise ConfigError(f"{self.path} is not empty and holds no run; choose another --output-dir")

    def open(self, settings: dict[str, Any], facts: dict[str, Any], restart: bool = False) -> None:
        """Begin a run here, or go on with the run that is here.

        Args:
            settings: all that decides the numbers; a run can only go on under the same settings.
            facts: what else belongs into run.json.

        Raises:
            ConfigError: another run lives here, or the folder holds something else.
        """
        self.check_usable()
        settings = json.loads(json.dumps(settings))  # as it will be read back: tuples become lists
        holds_run = (self.path / RUN_FILE).is_file()
        if holds_run and not restart and self._begun:
            self._check_same(settings)
            return
        if holds_run:
            self._clear()
        with told(self.path, "--output-dir"):
            self.path.mkdir(parents=True, exist_ok=True)
        origin = provenance(flat(settings).get("seed")).as_dict()
        write_json(self.path / RUN_FILE, {"settings": settings} | facts | {"provenance": origin})

    def note(self, **facts: Any) -> None:
        """Add what is known only after the start, such as counts of data, to run.json."""
        write_json(self.path / RUN_FILE, read_run(self.path) | facts)

    def finish(self, result: dict[str, Any]) -> None:
        """Mark the run as finished."""
        write_json(self.path / RESULT_FILE, result)

    def _check_same(self, settings: dict[str, Any]) -> None:
        before = read_run(self.path)["settings"]
        differing = [name for name in flat(settings) | flat(before)
                     if flat(settings).get(name) != flat(before).get(name)]
        if differing:
            name = differing[0]
            raise ConfigError(
                f"{self.path} holds a run with other settings: {name} was {flat(before).get(name)}, is"
                f" {flat(settings).get(name)}{f' ({len(differing) - 1} more)' if differing[1:] else ''};"
                " choose another --output-dir, or --resume restart to throw that run away"
            )

    def _clear(self) -> None:
        """Remove what would be taken for progress; the rest is overwritten."""
        for name in (RESULT_FILE, METRICS_FILE):
            (self.path / name).unlink(missing_ok=True)
        for name in ("checkpoints", "tokens"):
            shutil.rmtree(self.path / name, ignore_errors=True)
        (self.path / TOKENIZER_FILE).unlink(missing_ok=True)


def read_run(folder: Path | str) -> dict[str, Any]:
    """Return the run.json of a run.

    Raises:
        ConfigError: there is no run, or its run.json is no JSON (file and line).
    """
    return read_json(Path(folder) / RUN_FILE,
                     f"no run in {folder}: {RUN_FILE} is missing; give the --output-dir of a run")


def read_json(path: Path, missing: str | None = None) -> dict[str, Any]:
    """Read a JSON file.

    Raises:
        ConfigError: it cannot be read, with the message `missing` if there is one, or is no JSON (file and line).
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}: invalid JSON: {error.msg}") from error
    except OSError as error:
        raise ConfigError(missing or f"{path}: {error.strerror}") from error


def write_json(path: Path, value: Any) -> None:
    """Write indented JSON atomically."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(value, indent=2) + "\n")


def flat(nested: dict[str, Any]) -> dict[str, Any]:
    """Nested settings as leaf name → value; names of leaves are unique because they are flags as well."""
    leaves: dict[str, Any] = {}
    for name, value in nested.items():
        leaves.update(flat(value) if isinstance(value, dict) else {name: value})
    return leaves
