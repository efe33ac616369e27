"""A run folder: settings, metrics and checkpoints of a training run, and the finished model.

    RUN/run.json          settings, provenance (command, versions, commit, machine), size of the data; written first
    RUN/metrics.jsonl     see metrics_log
    RUN/checkpoints/      see checkpoints
    RUN/tokens/           the tokenised splits, see token_files
    RUN/result.json       written last: a run is finished if this file exists
    RUN/config.json, model.safetensors, tokenizer.json, ...   the model and tokenizer for from_pretrained(RUN)
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.files import refuse_links, write_text
from statecode.modeling.metrics_log import METRICS_FILE
from statecode.modeling.outputs import check_folder, reported_write_errors, written_in_run
from statecode.provenance import provenance

RUN_FILE = "run.json"
RESULT_FILE = "result.json"
TOKENS_FOLDER = "tokens"
TOKENIZER_FILE = "tokenizer_config.json"  # written after all other files of the tokenizer
ADDED_SETTINGS = {"view_version": 1}  # settings that older versions did not write → their value in these versions
RENAMED_SETTINGS = {"positions": "max_seq_len"}  # names in the run.json of older versions → present names


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run."""

    path: Path

    @property
    def finished(self) -> bool:
        """True if the run has taken all its steps and saved its result."""
        return (self.path / RESULT_FILE).is_file()

    @property
    def resumable(self) -> bool:
        """True if the folder has a run with a checkpoint from which it can be resumed; `open` replaces others."""
        return (self.path / RUN_FILE).is_file() and any((self.path / "checkpoints").glob("step-*"))

    def check_usable(self) -> None:
        """Check, before any work, that the folder can hold a run; create nothing.

        Raises:
            ConfigError: the path is a file, the folder is not writable, or it contains files but no run, or a link.
        """
        check_folder(self.path, "--output-dir")
        if not (self.path / RUN_FILE).is_file() and self.path.is_dir() and any(self.path.iterdir()):
            raise ConfigError(f"{self.path} is not empty and contains no run; choose another --output-dir")
        with reported_write_errors(self.path, "--output-dir"):
            refuse_links(self.path)

    def check_settings(self, settings: dict[str, Any], defaults: dict[str, Any]) -> None:
        """Check that a run with these settings, and with others that are not known yet, can be resumed in this folder.

        Args:
            settings: those known before the corpus is read.
            defaults: see `open`.

        Raises:
            ConfigError: the folder contains a run with another value of one of them.
        """
        if self.resumable:
            self._check_same(flatten(json.loads(json.dumps(settings))), defaults, complete=False)

    def open(
        self, settings: dict[str, Any], facts: dict[str, Any], restart: bool = False,
        defaults: dict[str, Any] | None = None,
    ) -> None:
        """Start a run in this folder, or resume the run that it contains.

        Args:
            settings: all settings that determine the results. A run is resumed only if they equal those in run.json.
            facts: further entries of a new run.json.
            restart: True: delete the run that the folder contains, and start again.
            defaults: flat settings that count as those of a run.json without them, which an older version wrote.

        Raises:
            ConfigError: the folder contains a run with other settings, or is not usable: see `check_usable`.
        """
        self.check_usable()
        settings = json.loads(json.dumps(settings))  # as read_run returns them: tuples become lists
        has_run = (self.path / RUN_FILE).is_file()
        if not restart and self.resumable:
            self._check_same(flatten(settings), defaults or {}, complete=True)
            return
        if has_run:
            self._clear()
        with reported_write_errors(self.path, "--output-dir"):
            self.path.mkdir(parents=True, exist_ok=True)
            origin = provenance(flatten(settings).get("seed")).as_dict()
            write_json(self.path / RUN_FILE, {"settings": settings} | facts | {"provenance": origin})

    def add_facts(self, **facts: Any) -> None:
        """Add `facts` to run.json: entries that are not known when the run starts, such as the size of the data."""
        with written_in_run(self.path):
            write_json(self.path / RUN_FILE, read_run(self.path) | facts)

    def finish(self, result: dict[str, Any]) -> None:
        """Write `result` to result.json, which marks the run as finished."""
        with written_in_run(self.path):
            write_json(self.path / RESULT_FILE, result)

    def _check_same(self, settings: dict[str, Any], defaults: dict[str, Any], complete: bool) -> None:
        """Raise ConfigError if a setting differs from the stored one; with `complete` also if `settings` lacks one."""
        defaults = json.loads(json.dumps(ADDED_SETTINGS | defaults))
        stored = flatten(read_run(self.path)["settings"])
        before = {name: defaults[name] for name in settings if name in defaults} | stored
        compared = settings | before if complete else settings
        differing = [name for name in compared if settings.get(name) != before.get(name)]
        if differing:
            name = differing[0]
            further = f"--init {self.path} and another --output-dir train the finished model further"
            other = "choose another --output-dir"
            raise ConfigError(
                f"{self.path} contains a run with other settings: {name} was {before.get(name)}, is"
                f" {settings.get(name)}{f' ({len(differing) - 1} more)' if differing[1:] else ''};"
                f" {further if self.finished and 'total_steps' in differing else other}, or pass --resume restart to"
                " delete that run"
            )

    def _clear(self) -> None:
        """Remove the files that a new run would continue. The new run overwrites all other files."""
        for name in (RESULT_FILE, METRICS_FILE):
            (self.path / name).unlink(missing_ok=True)
        for name in ("checkpoints", TOKENS_FOLDER):
            shutil.rmtree(self.path / name, ignore_errors=True)
        (self.path / TOKENIZER_FILE).unlink(missing_ok=True)


def read_run(folder: Path | str) -> dict[str, Any]:
    """Return the content of run.json, with the settings of older versions under their present names.

    Raises:
        ConfigError: there is no run, or run.json is not valid JSON; the message contains file and line.
    """
    run = read_json(Path(folder) / RUN_FILE,
                    f"no run in {folder}: {RUN_FILE} is missing; pass the --output-dir of a run")
    for name in ("settings", "config"):
        if name in run:
            run[name] = _with_present_names(run[name])
    return run


def view_of_run(folder: Path | str) -> tuple[str, int] | None:
    """Return the view on whose texts a model was pre-trained, and the view's version.

    Returns:
        None if the folder contains no run, or the run was trained on other texts or on a task.
    """
    if not (Path(folder) / RUN_FILE).is_file():
        return None
    settings = flatten(read_run(folder).get("settings", {}))
    view = settings.get("view", settings.get("config"))  # a run on the tokens of another run ignores --config
    version = settings.get("view_version")
    return None if view is None or version is None else (view, version)


def context_tokens_of_run(folder: Path | str) -> int | None:
    """Return the setting `context_tokens` of a run; None if the folder contains no run, or the run had no setting."""
    if not (Path(folder) / RUN_FILE).is_file():
        return None
    return flatten(read_run(folder).get("settings", {})).get("context_tokens")


def read_json(path: Path, missing: str | None = None) -> dict[str, Any]:
    """Return the content of a JSON file.

    Args:
        missing: error message for a file that cannot be read; None: the message of the operating system.

    Raises:
        ConfigError: the file cannot be read, or is not valid JSON; the message then contains file and line.
    """
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}: invalid JSON: {error.msg}") from error
    except OSError as error:
        raise ConfigError(missing or f"{path}: {error.strerror}") from error


def write_json(path: Path, value: Any) -> None:
    """Write `value` to the file `path` as indented JSON, atomically; create the parent folder if it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_text(path, json.dumps(value, indent=2) + "\n")


def flatten(nested: dict[str, Any]) -> dict[str, Any]:
    """Return nested settings as one flat dictionary. Each setting is a flag, so no name occurs at two levels."""
    settings: dict[str, Any] = {}
    for name, value in nested.items():
        settings.update(flatten(value) if isinstance(value, dict) else {name: value})
    return settings


def _with_present_names(settings: dict[str, Any]) -> dict[str, Any]:
    return {RENAMED_SETTINGS.get(name, name): _with_present_names(value) if isinstance(value, dict) else value
            for name, value in settings.items()}
