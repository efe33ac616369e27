"""Checkpoints that are complete or absent: each is written under a temporary name and then renamed.

    checkpoints/step-0000200/weights.safetensors     the weights of the model
    checkpoints/step-0000200/optimizer.safetensors   the tensors of the state of the optimizer
    checkpoints/step-0000200/state.json              progress, settings of the run, all other state of the optimizer
    checkpoints/best.safetensors                     the weights with the lowest validation loss

A checkpoint stores no state of a random generator: the order of the data, the masking and dropout follow from the seed
and the step. Checkpoints of older versions are one file, state.pt, and can be read.
"""

from __future__ import annotations

import json
import pickle
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, load_model, save_file, save_model
from torch import nn

from statecode.errors import ConfigError
from statecode.files import replace, sync
from statecode.modeling.optimizers.groups import with_named_groups
from statecode.modeling.run_folder import read_json, write_json

WEIGHTS_FILE = "weights.safetensors"
OPTIMIZER_FILE = "optimizer.safetensors"
STATE_FILE = "state.json"
BEST_FILE = "best.safetensors"
REPLACED = ".replaced"  # suffix of the folder of a checkpoint while another one of its step is put in its place
OLDER_STATE_FILE, OLDER_BEST_FILE = "state.pt", "best.pt"
MISFITS = (RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError)
"""The exceptions that torch raises when a state does not fit a model or an optimizer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a run; stored in each checkpoint."""

    step: int = 0                   # optimizer steps done
    tokens: int = 0                 # scored tokens of all steps so far
    elapsed_s: float = 0.0          # training and evaluation time, without the time in which the run was interrupted
    best_step: int | None = None    # step with the lowest validation loss
    best_loss: float | None = None  # the lowest validation loss, nats per token


class CheckpointFolder:
    """The folder `checkpoints/` of a run. It contains a folder per checkpoint, such as step-0000200.

    Args:
        keep: number of newest checkpoints that stay on disk.
        settings: settings of the run, such as the view and its version; stored in each checkpoint.
    """

    def __init__(self, folder: Path, keep: int, settings: dict[str, Any] | None = None) -> None:
        self.folder, self.keep, self._settings = folder, keep, settings or {}

    def steps(self) -> list[int]:
        """Return the steps of the complete checkpoints, ascending."""
        return sorted({int(path.parent.name.removeprefix("step-").removesuffix(REPLACED))
                       for name in (STATE_FILE, OLDER_STATE_FILE) for path in self.folder.glob(f"step-*/{name}")})

    def path(self, step: int) -> Path:
        """Return the folder of the checkpoint of `step`."""
        final = self.folder / f"step-{step:07d}"
        replaced = final.with_name(final.name + REPLACED)
        return replaced if replaced.is_dir() and not final.is_dir() else final

    def save(self, progress: Progress, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Write a checkpoint; then remove all checkpoints but the newest `keep`, and the files of interrupted saves.

        Raises:
            ConfigError: the checkpoint cannot be written, as on a full disk; all earlier ones are unchanged.
        """
        temporary = self.folder / f".writing-{progress.step}"
        with self._reported(f"the checkpoint of step {progress.step:,}"):
            self._remove_unfinished()
            temporary.mkdir(parents=True)
            tensors, rest = split_state(optimizer.state_dict())
            save_model(model, str(temporary / WEIGHTS_FILE))
            save_file(tensors, temporary / OPTIMIZER_FILE)
            write_json(temporary / STATE_FILE, {
                "progress": asdict(progress), "settings": self._settings, "optimizer": rest})
            for path in temporary.iterdir():  # without it, a power failure could leave empty files
                sync(path)
            self._put_in_place(temporary, self.folder / f"step-{progress.step:07d}")
        self._prune()

    def load_newest(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
        """Load the newest checkpoint into `model` and `optimizer`.

        Returns:
            The progress that the checkpoint stores; an initial Progress if there is no checkpoint.

        Raises:
            ConfigError: the checkpoint cannot be read, or does not fit the model.
        """
        if not self.steps():
            return Progress()
        folder = self.path(self.steps()[-1])
        if not (folder / STATE_FILE).is_file():
            return _load_older(folder / OLDER_STATE_FILE, model, optimizer)
        with _unreadable(folder):
            tensors = load_file(folder / OPTIMIZER_FILE)
        state = read_json(folder / STATE_FILE)
        with _misfit(folder):
            load_model(model, folder / WEIGHTS_FILE)
            optimizer.load_state_dict(joined_state(tensors, state["optimizer"]))
            return Progress(**state["progress"])

    def save_best(self, step: int, model: nn.Module) -> None:
        """Write the weights of `step`, which has the lowest validation loss so far, to best.safetensors.

        Raises:
            ConfigError: they cannot be written, as on a full disk.
        """
        temporary = self.folder / f".writing-{BEST_FILE}"
        with self._reported(f"the weights of step {step:,}"):
            self.folder.mkdir(parents=True, exist_ok=True)
            save_model(model, str(temporary), metadata={"step": str(step)})
            sync(temporary)
            replace(temporary, self.folder / BEST_FILE)

    def load_best(self, step: int, model: nn.Module) -> None:
        """Load the weights that `save_best` wrote.

        Raises:
            ConfigError: the file is missing, cannot be read, or holds the weights of another step than `step`.
        """
        path, older = self.folder / BEST_FILE, self.folder / OLDER_BEST_FILE
        found = None
        if path.is_file():
            with _unreadable(path), safe_open(path, "pt") as file:
                found = int((file.metadata() or {}).get("step", -1))
        elif older.is_file():
            state = _load_pickle(older)
            found = state["step"]
        if found != step:
            raise ConfigError(f"{path} does not hold step {step} (found: {found}); pass --final-weights last")
        with _misfit(path):
            load_model(model, path) if path.is_file() else model.load_state_dict(state["model"])

    def _put_in_place(self, temporary: Path, final: Path) -> None:
        """Rename the folder of a checkpoint. At any time its step has the older checkpoint or the new one, complete."""
        replaced = final.with_name(final.name + REPLACED)
        if final.is_dir():
            self._remove(replaced)
            replace(final, replaced)
        replace(temporary, final)
        self._remove(replaced)

    @contextmanager
    def _reported(self, kind: str) -> Iterator[None]:
        """Raise ConfigError in place of an error in the block, which writes `kind`, and remove its temporary files."""
        try:
            yield
        except (OSError, SafetensorError) as error:
            self._remove_unfinished()
            reason = getattr(error, "strerror", None) or str(error).splitlines()[0]
            newest = f"the same command resumes from step {self.steps()[-1]:,}" if self.steps() else "run it again"
            message = f"cannot write {kind} in {self.folder}: {reason}; when there is space, {newest}"
            raise ConfigError(message) from error

    def _prune(self) -> None:
        for step in self.steps()[: -self.keep]:
            self._remove(self.path(step))
        self._remove_unfinished()

    def _remove(self, checkpoint: Path) -> None:
        """Remove a checkpoint if it exists. An interrupted removal leaves a folder that counts as unfinished."""
        if checkpoint.is_dir():
            removed = self.folder / f".writing-removed-{checkpoint.name}"
            replace(checkpoint, removed)
            shutil.rmtree(removed)

    def _remove_unfinished(self) -> None:
        for replaced in self.folder.glob(f"step-*{REPLACED}"):
            if replaced.with_name(replaced.name.removesuffix(REPLACED)).is_dir():
                self._remove(replaced)
        for temporary in self.folder.glob(".writing-*"):
            shutil.rmtree(temporary, ignore_errors=True) if temporary.is_dir() else temporary.unlink()


def split_state(state: dict[str, Any]) -> tuple[dict[str, torch.Tensor], dict[str, Any]]:
    """Return the tensors of an optimizer's state by names such as `3.exp_avg`, and all other state for a JSON file.

    Raises:
        ConfigError: the optimizer has state that is neither tensors nor JSON.
    """
    tensors: dict[str, torch.Tensor] = {}
    values: dict[str, Any] = {}
    for index, entries in state["state"].items():
        for name, value in entries.items():
            (tensors if isinstance(value, torch.Tensor) else values)[f"{index}.{name}"] = value
    rest = {"values": values, "param_groups": state["param_groups"]}
    try:
        json.dumps(rest)
    except TypeError as error:
        message = f"the state of this optimizer cannot be saved: {error}; choose another --optimizer"
        raise ConfigError(message) from error
    return {name: tensor.detach().contiguous() for name, tensor in tensors.items()}, rest


def joined_state(tensors: dict[str, torch.Tensor], rest: dict[str, Any]) -> dict[str, Any]:
    """Return the state of an optimizer from the two parts that `split_state` returned."""
    state: dict[int, dict[str, Any]] = {}
    for key, value in [*tensors.items(), *rest["values"].items()]:
        index, name = key.split(".", 1)
        state.setdefault(int(index), {})[name] = value
    groups = [{name: tuple(value) if isinstance(value, list) and name != "params" else value
               for name, value in group.items()} for group in rest["param_groups"]]
    return {"state": state, "param_groups": groups}


def _load_older(path: Path, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
    """Load a checkpoint that an older version wrote as one file."""
    state = _load_pickle(path)
    with _misfit(path):
        model.load_state_dict(state["model"])
        optimizer.load_state_dict(with_named_groups(state["optimizer"], model, optimizer))
        return Progress(**state["progress"])


def _load_pickle(path: Path) -> dict[str, Any]:
    with _unreadable(path):
        return torch.load(path, map_location="cpu", weights_only=True)


@contextmanager
def _unreadable(path: Path) -> Iterator[None]:
    """Raise ConfigError in place of the errors of libraries that read a damaged file."""
    try:
        yield
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError, SafetensorError) as error:
        raise ConfigError(f"cannot read the checkpoint {path}; remove it to resume from the previous one") from error


@contextmanager
def _misfit(path: Path) -> Iterator[None]:
    """Raise ConfigError in place of the errors of states that do not fit a model or an optimizer."""
    try:
        yield
    except SafetensorError as error:
        raise ConfigError(f"cannot read the checkpoint {path}; remove it to resume from the previous one") from error
    except MISFITS as error:
        raise ConfigError(f"{path} does not fit this model; pass --resume restart to delete the run") from error
