"""The figures of a training step: the share of the peak arithmetic (MFU), memory, and those of the progress line.

The arithmetic of a step counts the products that the model needs, forward and backward, and no recomputation:

    6 x (weights of the blocks) x (tokens that are not padding)
  + 6 x (weights of the output layer) x (tokens with a label)
  + 12 x layers x width x (sum of squared chunk lengths), half of it in causal models
"""

from __future__ import annotations

import re
import resource
import sys
import time
from dataclasses import dataclass

import torch
from torch import nn
from transformers import PreTrainedModel

from statecode.modeling.batches import Batch
from statecode.modeling.configs import Objective
from statecode.modeling.loop import StepMetrics
from statecode.modeling.scores import Score

FORMULA = "6 x block weights x tokens + 6 x head weights x labels + 12 x layers x width x sum of squared chunk lengths"
"""The arithmetic of a step, floating-point operations. The last term is halved for causal models."""
GPU_PEAKS = {
    "B200": 2250e12, "H200": 989e12, "H200 NVL": 835e12, "H100": 989e12, "H100 PCIe": 756e12, "H100 NVL": 835e12,
    "A100": 312e12, "L40S": 362e12, "L40": 181e12, "L4": 121e12, "A10G": 70e12, "RTX 4090": 165e12, "RTX 3090": 71e12,
}
"""Dense bf16 operations per second, by words of the name of the device, according to NVIDIA's data sheets."""
OTHER_MODEL = r"(?! (?:NVL|PCIe|Laptop|D|Ti)\b|.* MIG\b)"
"""The words after a name of GPU_PEAKS in the names of other models, and of a part of a GPU, whose peaks are lower."""
PRODUCT_S = 1.0
"""Time for which the peak of a device is measured; in 0.2 s it varied by 40 % on a machine in use."""


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest arithmetic rate of one process's device."""

    flops_per_s: float
    source: str  # a data sheet, or the measured matrix product


@dataclass(frozen=True, slots=True)
class ModelArithmetic:
    """The facts about a model from which the arithmetic of a batch follows."""

    block_weights: int  # weights of the matrices of the blocks
    head_weights: int   # weights of the matrices after the blocks, which only read positions with a label
    layers: int
    width: int
    causal: bool

    @classmethod
    def of_model(cls, model: PreTrainedModel, objective: Objective) -> ModelArithmetic:
        """Return the facts about a model of transformers."""
        embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
        blocks = sum(weight.numel() for weight in model.base_model.parameters()
                     if weight.ndim == 2 and id(weight) not in embeddings)
        tied = model.get_output_embeddings().weight
        head = tied.numel() + sum(  # BERT has one more matrix before the output layer
            weight.numel() for name, weight in model.named_parameters()
            if weight.ndim == 2 and weight is not tied and not name.startswith(f"{model.base_model_prefix}."))
        return cls(blocks, head, model.config.num_hidden_layers, model.config.hidden_size,
                   objective is Objective.CAUSAL)

    def flops(self, batch: Batch) -> float:
        """Return the floating-point operations of a training step on a global batch, see FORMULA."""
        # the sum of 2 p + 1 over the positions p of a chunk is its squared length
        squares = int((2 * batch.position_ids_BT + 1)[batch.chunk_ids_BT != 0].sum())
        attention = (6 if self.causal else 12) * self.layers * self.width * squares
        return float(6 * self.block_weights * batch.unpadded_tokens + 6 * self.head_weights * batch.scored_tokens
                     + attention)


def peak_of(device: torch.device, bf16: bool) -> Peak:
    """Return the peak of a known GPU in bf16; of other devices the rate of a matrix product, which takes 1 s."""
    if device.type == "cuda" and bf16:
        name = torch.cuda.get_device_name(device)
        for part, flops_per_s in GPU_PEAKS.items():
            if re.search(rf"\b{part}\b{OTHER_MODEL}", name):
                return Peak(flops_per_s, f"{part}, bf16, data sheet")
    dtype = torch.bfloat16 if bf16 else torch.float32
    size = 1024 if device.type == "cpu" else 8192
    threads = f", {torch.get_num_threads()} threads" if device.type == "cpu" else ""
    return Peak(measured_matrix_product(device, dtype, size, PRODUCT_S),
                f"measured product of two {size} x {size} matrices, {'bf16' if bf16 else 'fp32'}{threads}")


def measured_matrix_product(device: torch.device, dtype: torch.dtype, size: int, budget_s: float) -> float:
    """Return the operations per second of the fastest of many products of two square matrices of random numbers."""
    one, other = (torch.randn(size, size, device=device).to(dtype) for _ in range(2))
    fastest_s, end = float("inf"), time.perf_counter() + budget_s
    while time.perf_counter() < end or fastest_s == float("inf"):
        _wait_for(device)
        started = time.perf_counter()
        one @ other
        _wait_for(device)
        fastest_s = min(fastest_s, time.perf_counter() - started)
    return 2 * size**3 / fastest_s


def peak_memory_bytes(device: torch.device) -> int:
    """Return the highest memory so far: of the allocator of a GPU, or resident memory of the process on CPUs."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated(device)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else 1024 * peak


def postfix(metrics: StepMetrics, memory_bytes: int, validation: Score | None = None) -> dict[str, str]:
    """Return the figures that the progress line shows after the number of steps and the time left.

    Args:
        validation: the score of the last evaluation.
    """
    shown = {"loss": f"{metrics.loss:.3f}"}
    if validation is not None:
        shown["validation_loss"] = f"{validation.loss:.3f}"
        if validation.bits_per_byte is not None:
            shown["bits_per_byte"] = f"{validation.bits_per_byte:.3f}"
    shown["tokens_per_s"] = f"{metrics.tokens_per_s:,.0f}"
    if metrics.mfu is not None:
        shown["mfu"] = f"{metrics.mfu:.0%}"
    return shown | {"norm": f"{metrics.gradient_norm:.2f}", "waited": f"{metrics.waited_share:.0%}",
                    "memory": f"{memory_bytes / 2**30:.1f}GiB"}


def _wait_for(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
