"""Checkpoints that are whole or absent: written beside their place, then renamed.

Nothing random is stored: the order of the data, masks and dropout follow from the seed and the step.
"""

from __future__ import annotations

import os
import pickle
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from statecode.errors import ConfigError
from statecode.files import sync

STATE_FILE = "state.pt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is."""

    step: int = 0                   # optimizer steps done
    tokens: int = 0                 # scored so far
    elapsed_s: float = 0.0          # of training and evaluation, over all sessions
    best_step: int | None = None    # of the lowest validation loss
    best_loss: float | None = None  # nats per token


class CheckpointFolder:
    """The `checkpoints/` of a run: step-000200/state.pt and so on, and best.pt."""

    def __init__(self, folder: Path, keep: int) -> None:
        self.folder, self.keep = folder, keep

    def steps(self) -> list[int]:
        """The steps of the finished checkpoints, ascending."""
        return sorted(
            int(path.parent.name.removeprefix("step-")) for path in self.folder.glob(f"step-*/{STATE_FILE}")
        )

    def path(self, step: int) -> Path:
        """Where the checkpoint of a step lies."""
        return self.folder / f"step-{step:07d}"

    def save(self, progress: Progress, model: nn.Module, optimizer: torch.optim.Optimizer) -> None:
        """Write a checkpoint, then remove all but the newest `keep` and what an interrupted save left."""
        temporary = self.folder / f".writing-{progress.step}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        state = {"progress": asdict(progress), "model": model.state_dict(), "optimizer": optimizer.state_dict()}
        _save_synced(state, temporary / STATE_FILE)
        if self.path(progress.step).is_dir():  # its file alone, so that no moment is without a checkpoint
            os.replace(temporary / STATE_FILE, self.path(progress.step) / STATE_FILE)
        else:
            os.replace(temporary, self.path(progress.step))
        self._prune()

    def load_newest(self, model: nn.Module, optimizer: torch.optim.Optimizer) -> Progress:
        """Load the newest checkpoint into `model` and `optimizer`; a fresh Progress where there is none.

        Raises:
            ConfigError: it is of another model.
        """
        if not self.steps():
            return Progress()
        path = self.path(self.steps()[-1]) / STATE_FILE
        state = _load(path)
        try:
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
        except (RuntimeError, ValueError, KeyError) as error:
            raise ConfigError(f"{path} does not fit this model; --resume restart throws it away") from error
        return Progress(**state["progress"])

    def save_best(self, step: int, model: nn.Module) -> None:
        """Keep the weights of the lowest validation loss so far."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / ".writing-best.pt"
        _save_synced({"step": step, "model": model.state_dict()}, temporary)
        os.replace(temporary, self.folder / "best.pt")

    def load_best(self, step: int, model: nn.Module) -> None:
        """Load the weights that `save_best` kept.

        Raises:
            ConfigError: they are gone, or of another step than the run remembers.
        """
        path = self.folder / "best.pt"
        state: dict[str, Any] = _load(path) if path.is_file() else {"step": None}
        if state["step"] != step:
            raise ConfigError(f"{path} does not hold step {step} (found: {state['step']}); pass --final-weights last")
        model.load_state_dict(state["model"])

    def _prune(self) -> None:
        for step in self.steps()[: -self.keep]:
            shutil.rmtree(self.path(step))
        for left_over in self.folder.glob(".writing-*"):
            shutil.rmtree(left_over) if left_over.is_dir() else left_over.unlink()


def _load(path: Path) -> dict[str, Any]:
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError) as error:
        raise ConfigError(f"cannot read the checkpoint {path}; remove it to go on from the one before") from error


def _save_synced(state: dict[str, Any], path: Path) -> None:
    """Write to disk before the file is renamed: a power failure cannot leave an empty file under the final name."""
    with path.open("wb") as out:
        torch.save(state, out)
    sync(path)
