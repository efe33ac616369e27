"""Compile the blocks of a model with torch.compile, where this takes less time than it saves."""

from __future__ import annotations

import time

import torch
from accelerate import Accelerator
from torch import nn
from transformers import PreTrainedModel

from statecode.modeling.batches import Batch
from statecode.modeling.configs import LoopConfig
from statecode.modeling.loop import accumulate_gradients

SHORTEST_RUN_S = {"cpu": 900.0, "cuda": 60.0}
"""Runs that would take less time at the peak arithmetic of the device are not compiled.

Compiling takes 12 to 90 s on CPUs, where compiled steps took 7 to 15 % less time with `mini`, `llama-1m`, `llama-5m`.
Runs reach about half of the peak.
"""


def compile_pays(peak_time_s: float, device: torch.device) -> bool:
    """Return True if a run is so long that compiling makes it faster.

    Args:
        peak_time_s: time that all steps would take at the peak arithmetic of the device.
    """
    return peak_time_s >= SHORTEST_RUN_S.get(device.type, float("inf"))


def compile_blocks(model: PreTrainedModel) -> None:
    """Compile the blocks of a model in place; its output layer and the loss stay as they are."""
    model.base_model.compile()


def remove_compilation(model: PreTrainedModel) -> None:
    """Reverse `compile_blocks`; models that are not compiled are unchanged."""
    model.base_model._compiled_call_impl = None


def first_step_s(scoring: nn.Module, batch: Batch, accelerator: Accelerator, loop: LoopConfig) -> float:
    """Compute the gradients of a batch, which compiles the model, discard them, and return the seconds it took."""
    started = time.perf_counter()
    scoring.train()
    float(accumulate_gradients(scoring, batch, accelerator, loop.micro_batch_rows))
    scoring.zero_grad()
    return time.perf_counter() - started
