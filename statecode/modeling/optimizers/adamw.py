"""AdamW, the reference optimizer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from statecode.modeling.configs import OptimizerConfig
from statecode.modeling.optimizers.factory import OptimizerFactory, ParameterGroup

if TYPE_CHECKING:
    import torch


def create(groups: list[ParameterGroup], config: OptimizerConfig) -> torch.optim.Optimizer:
    """Return PyTorch's AdamW with the betas of the config; the fused one, which updates all parameters at once."""
    import torch

    return torch.optim.AdamW([dict(group) for group in groups], betas=(config.beta1, config.beta2), fused=True)


ADAMW = OptimizerFactory(name="adamw", summary="AdamW for all parameters", create=create)
