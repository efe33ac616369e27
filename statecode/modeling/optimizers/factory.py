"""The protocol of an optimizer: a factory that receives named parameter groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

import torch
from torch import nn

from statecode.modeling.configs import OptimizerConfig


class ParameterGroup(TypedDict):
    """Parameters that have the same settings; a parameter group of torch.optim with a name.

    In each step the training loop sets `lr` to `initial_lr * schedule(step)`.
    """

    name: str  # matrices, head, embeddings or vectors; see `parameter_groups`
    params: list[nn.Parameter]
    lr: float
    initial_lr: float  # peak learning rate of the group; a factory may change it
    weight_decay: float


@dataclass(frozen=True, kw_only=True)
class OptimizerFactory:
    """The description of an optimizer that `--optimizer` can select, with the function that creates it."""

    summary: str  # shown in the help text of --optimizer
    create: Callable[[list[ParameterGroup], OptimizerConfig], torch.optim.Optimizer]
    options: type | None = None
    """Frozen dataclass of the optimizer's own settings, defined with `arguments.setting`; None: it has none. Each
    becomes a flag, and `create` reads them from `config.options`. Flags are unique among all optimizers."""
