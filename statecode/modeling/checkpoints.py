"""Checkpoints that are complete or absent: each is written under a temporary name and then renamed.

A checkpoint stores no state of a random generator: the order of the data, the masking and dropout follow from the seed
and the step.
"""

from __future__ import annotations

import pickle
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from statecode.errors import ConfigError
from statecode.files import replace, sync
from statecode.modeling.optimizers.groups import with_named_groups

STATE_FILE = "state.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a run; stored in each checkpoint."""

    step: int = 0                   # optimizer steps done
    tokens: int = 0                 # scored tokens of all steps so far
    elapsed_s: float = 0.0          # training and evaluation time, without the time in which the run was interrupted
    best_step: int | None = None    # step with the lowest validation loss
    best_loss: float | None = None  # the lowest validation loss, nats per token


class CheckpointFolder:
    """The folder `checkpoints/` of a run. It contains a folder per checkpoint, such as step-0000200, and best.pt.

    Args:
        keep: number of newest checkpoints that stay on disk.
        settings: settings of the run, such as the view and its version; stored in each checkpoint.
    """

    def __init__(self, folder: Path, keep: int, settings: dict[str, Any] | None = None) -> None:
        self.folder, self.keep, self._settings = folder, keep, settings or {}

    def steps(self) -> list[int]:
        """Return the steps of the complete checkpoints, ascending."""
        return sorted(
            int(path.parent.name.removeprefix("step-")) for path in self.folder.glob(f"step-*/{STATE_FILE}")
        )

    def path(self, step: int) -> Path:
        """Return the folder of the checkpoint of `step`."""
        return self.folder / f"step-{step:07d}"

    def save(self, progress: Progress, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Write a checkpoint; then remove all checkpoints but the newest `keep`, and the files of interrupted saves."""
        temporary = self.folder / f".writing-{progress.step}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        state = {"progress": asdict(progress), "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                 "settings": self._settings}
        _save_synced(state, temporary / STATE_FILE)
        if self.path(progress.step).is_dir():  # replace the file in the folder, so that a checkpoint always exists
            replace(temporary / STATE_FILE, self.path(progress.step) / STATE_FILE)
        else:
            replace(temporary, self.path(progress.step))
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
        path = self.path(self.steps()[-1]) / STATE_FILE
        state = _load(path)
        try:
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(with_named_groups(state["optimizer"], model, optimizer))
            return Progress(**state["progress"])
        except (RuntimeError, ValueError, KeyError, IndexError, TypeError, AttributeError) as error:
            raise ConfigError(f"{path} does not fit this model; pass --resume restart to delete the run") from error

    def save_best(self, step: int, model: nn.Module) -> None:
        """Write the weights of `step`, which has the lowest validation loss so far, to best.pt."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / ".writing-best.pt"
        _save_synced({"step": step, "model": model.state_dict()}, temporary)
        replace(temporary, self.folder / "best.pt")

    def load_best(self, step: int, model: nn.Module) -> None:
        """Load the weights that `save_best` wrote.

        Raises:
            ConfigError: the file is missing, cannot be read, or holds the weights of another step than `step`.
        """
        path = self.folder / "best.pt"
        state: dict[str, Any] = _load(path) if path.is_file() else {"step": None}
        if state["step"] != step:
            raise ConfigError(f"{path} does not hold step {step} (found: {state['step']}); pass --final-weights last")
        model.load_state_dict(state["model"])

    def _prune(self) -> None:
        for step in self.steps()[: -self.keep]:
            shutil.rmtree(self.path(step))
        for temporary in self.folder.glob(".writing-*"):
            shutil.rmtree(temporary) if temporary.is_dir() else temporary.unlink()


def _load(path: Path) -> dict[str, Any]:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise ConfigError(f"cannot read the checkpoint {path}; remove it to resume from the previous one") from error


def _save_synced(state: dict[str, Any], path: Path) -> None:
    """Write `state` and flush it to disk.

    The caller renames the file afterwards. Without the flush, a power failure could leave an empty file under the
    final name.
    """
    with path.open("wb") as out:
        torch.save(state, out)
    sync(path)
