"""The texts that a model wrote, in a JSON Lines file, so that an interrupted evaluation continues where it ended.

The first line contains the settings. Each other line contains one text: its key, a hash of its prompt and limits, the
text, and the reason for its end.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.input_files import open_file
from statecode.modeling.batched_decoding import Prompt
from statecode.modeling.decoding import Continuation
from statecode.modeling.outputs import reported_write_errors
from statecode.progress import progress_bar

Writer = Callable[[Sequence[Prompt]], Iterator[tuple[int, Continuation]]]
"""A function that continues prompts as `write_greedily` does: it yields the index and the continuation of each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One text that a model has to write."""

    key: str        # unique in an evaluation
    before: str     # the text of the prompt
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Written:
    """The text that a model wrote after a prompt."""

    text: str
    stop: str  # a value of `StopReason`


class WrittenTexts:
    """The file of texts.

    Args:
        path: the file; created if it does not exist. None: the texts are not kept.
        settings: everything apart from the prompts that decides a text, such as the model; JSON values.

    Raises:
        ConfigError: the file contains texts of other settings, is no such file, or cannot be written.
    """

    def __init__(self, path: Path | None, settings: Mapping[str, Any]) -> None:
        self._path = path
        self._texts: dict[str, tuple[str, Written]] = {}  # key → hash of the prompt, text
        head = json.dumps({"settings": settings}) + "\n"
        if path is None:
            return
        data = _read(path)
        if b"\n" in data:
            self._load(path, data, settings)
        elif head.encode().startswith(data):  # a new file, or the process ended while it wrote the settings
            with reported_write_errors(path, "--out"):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(head, encoding="utf-8")
        else:
            raise _other_file(path)

    def write(self, tasks: Sequence[Task], writer: Writer, description: str) -> dict[str, Written]:
        """Return the text of each task by its key; let `writer` write those that the file does not contain.

        Args:
            description: shown with the progress, such as "writing traces".
        """
        missing = [task for task in tasks if self._kept(task) is None]
        with progress_bar(None, description, "texts", total=len(tasks), initial=len(tasks) - len(missing)) as bar:
            for number, continuation in writer([task.prompt for task in missing]):
                self._add(missing[number], Written(continuation.text, continuation.stop.value))
                bar.update(1)
        return {task.key: self._texts[task.key][1] for task in tasks}

    def _kept(self, task: Task) -> Written | None:
        digest, written = self._texts.get(task.key, (None, None))
        return written if digest == _digest(task.prompt) else None

    def _add(self, task: Task, written: Written) -> None:
        digest = _digest(task.prompt)
        self._texts[task.key] = digest, written
        if self._path is not None:
            row = {"key": task.key, "prompt": digest, "text": written.text, "stop": written.stop}
            with reported_write_errors(self._path, "--out", "when there is space, the same command goes on"):
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(row) + "\n")

    def _load(self, path: Path, data: bytes, settings: Mapping[str, Any]) -> None:
        whole = data.rfind(b"\n") + 1
        lines = data[:whole].decode("utf-8", "replace").split("\n")
        try:
            before = json.loads(lines[0])["settings"]
            rows = [json.loads(line) for line in lines[1:-1]]
            self._texts = {row["key"]: (row["prompt"], Written(row["text"], row["stop"])) for row in rows}
        except (ValueError, KeyError, TypeError):
            raise _other_file(path) from None
        if before != (now := json.loads(json.dumps(settings))):
            name = next(name for name in (*now, *before) if now.get(name) != before.get(name))
            raise ConfigError(f"--out: {path} contains texts with {name} {before.get(name)!r}, now {now.get(name)!r};"
                              " delete it or choose another --out")
        if whole < len(data):  # the process ended while it wrote the last line
            with reported_write_errors(path, "--out"):
                os.truncate(path, whole)


def _read(path: Path) -> bytes:
    """Return the content of a file; nothing if it does not exist."""
    try:
        with open_file(path) as file:
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ConfigError(f"--out {path}: cannot be read: {error.strerror}") from None


def _other_file(path: Path) -> ConfigError:
    return ConfigError(f"--out: {path} is no file of texts that this command wrote; choose another --out")


def _digest(prompt: Prompt) -> str:
    facts = json.dumps([list(prompt.ids), prompt.max_new_tokens, prompt.max_new_lines])
    return hashlib.blake2b(facts.encode(), digest_size=12).hexdigest()
