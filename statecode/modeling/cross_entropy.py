"""The cross entropy of an output layer, computed in blocks of positions without keeping the logits."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

BLOCK_LOGITS = {"cpu": 2**21, "cuda": 2**27}
"""Number of logits that are computed at a time, per type of device: 8 MiB on CPUs, which fits their caches."""


def output_nll_sum(hidden_MD: Tensor, output: nn.Linear, labels_M: Tensor) -> Tensor:
    """Return the negative log-likelihood of labels in nats, summed in fp32; a scalar tensor.

    It equals the cross entropy of `output(hidden_MD)`. The gradients are computed together with the loss, block by
    block, so that the memory does not depend on the number of positions times the size of the vocabulary.

    Args:
        hidden_MD: the inputs of the output layer at the positions with a label.
        labels_M: int64.

    Source: the idea of Liger Kernel's fused linear cross entropy, Hsu et al. 2024, section 3.2.
    """
    device = hidden_MD.device.type
    dtype = torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else hidden_MD.dtype
    gradients = torch.is_grad_enabled()  # within `forward` gradients are always disabled
    return _OutputNll.apply(  # type: ignore[no-any-return]
        hidden_MD, output.weight, output.bias, labels_M, dtype, gradients)


@torch.no_grad()
def output_nll(hidden_MD: Tensor, output: nn.Linear, labels_M: Tensor) -> Tensor:
    """Return the negative log-likelihood of each label in nats, fp32 (M,), without gradients.

    The arguments are those of `output_nll_sum`. The logits are computed in blocks and not kept.
    """
    block = max(64, BLOCK_LOGITS.get(hidden_MD.device.type, 2**24) // len(output.weight))
    return torch.cat([
        nn.functional.cross_entropy(output(hidden).float(), labels, reduction="none")
        for hidden, labels in zip(hidden_MD.split(block), labels_M.split(block))])


class _OutputNll(torch.autograd.Function):
    """The sum with its gradients. Products are computed in `dtype`, the softmax and all sums over blocks in fp32."""

    @staticmethod
    def forward(  # type: ignore[override]
        ctx: Any, hidden_MD: Tensor, weight_VD: Tensor, bias_V: Tensor | None, labels_M: Tensor, dtype: torch.dtype,
        gradients: bool,
    ) -> Tensor:
        """Return the sum, and keep the gradients if `gradients` is True and one is needed."""
        with torch.autocast(hidden_MD.device.type, enabled=False):
            return _forward(ctx, hidden_MD, weight_VD, bias_V, labels_M, dtype, gradients)

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor | None, ...]:  # type: ignore[override]
        """Return the gradients, multiplied by that of the sum."""
        return *(None if each is None else each * gradient for each in ctx.gradients), None, None, None


def _forward(
    ctx: Any, hidden_MD: Tensor, weight_VD: Tensor, bias_V: Tensor | None, labels_M: Tensor, dtype: torch.dtype,
    gradients: bool,
) -> Tensor:
    needed = gradients and any(ctx.needs_input_grad)
    weight = weight_VD.to(dtype)
    total = hidden_MD.new_zeros((), dtype=torch.float32)
    of_hidden = torch.empty_like(hidden_MD) if needed else None
    of_weight = torch.zeros_like(weight_VD) if needed else None
    of_bias = torch.zeros_like(bias_V) if needed and bias_V is not None else None
    block = max(64, BLOCK_LOGITS.get(hidden_MD.device.type, 2**24) // len(weight))
    for begin in range(0, len(labels_M), block):
        hidden = hidden_MD[begin:begin + block].to(dtype)
        labels = labels_M[begin:begin + block, None]
        logits = (hidden @ weight.T).float()
        log_probabilities = torch.log_softmax(logits if bias_V is None else logits + bias_V, dim=-1)
        total -= log_probabilities.gather(1, labels).sum()
        if of_hidden is None or of_weight is None:
            continue
        of_logits = log_probabilities.exp_()
        of_logits.scatter_add_(1, labels, of_logits.new_full((len(labels), 1), -1.0))
        if of_bias is not None:
            of_bias += of_logits.sum(0)
        of_logits = of_logits.to(dtype)
        of_hidden[begin:begin + block] = of_logits @ weight
        of_weight += of_logits.T @ hidden
    ctx.gradients = of_hidden, of_weight, of_bias
    return total
