"""The protocol of an optimizer: a factory that receives named parameter groups."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, TypedDict

from statecode.arguments import check_options
from statecode.modeling.configs import OptimizerConfig

if TYPE_CHECKING:
    import torch
    from torch import nn


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

    name: str     # the value of --optimizer
    summary: str  # shown in the help text of --optimizer
    create: Callable[[list[ParameterGroup], OptimizerConfig], torch.optim.Optimizer]
    options: type | None = None
    """Frozen dataclass of the optimizer's own settings, defined with `arguments.setting`; None: it has none. Each
    becomes a flag, and `create` reads them from `config.options`. Their names begin with that of the optimizer."""


def check_factory(factory: OptimizerFactory) -> None:
    """Check the options of an optimizer.

    Raises:
        ValueError: they are no frozen dataclass of settings, or the name of one does not begin with the optimizer's.
    """
    if factory.options is None:
        return
    check_options(factory.options, f"the optimizer {factory.name}")
    prefix = factory.name.replace("-", "_") + "_"
    for field in fields(factory.options):
        if not field.name.startswith(prefix):
            raise ValueError(f"the option {field.name} of the optimizer {factory.name} must be named {prefix}...,"
                             " so that its flag differs from those of the command")
