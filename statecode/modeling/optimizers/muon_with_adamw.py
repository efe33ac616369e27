"""The optimizer of `--optimizer muon`: torch.optim.Muon for hidden matrices and torch.optim.AdamW for all else."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from statecode.modeling.configs import OptimizerConfig
from statecode.modeling.optimizers.factory import ParameterGroup
from statecode.modeling.optimizers.groups import matrix_layout


class MuonWithAdamW(torch.optim.Optimizer):
    """Muon over the group `matrices`, and AdamW over the other groups, with the interface of one optimizer.

    The learning rate and the momentum are those of Muon; the config holds those of AdamW.

    Muon makes each update orthogonal, so that its unit is one matrix (out, in). GPT-2 stores matrices as (in, out), and
    those of query, key and value in one parameter. Muon therefore receives views of the parameters: one view per
    matrix, transposed where necessary. It changes the views in place, and with them the parameters.

    Source: https://kellerjordan.github.io/posts/muon/ (the scale of an update is sqrt(max(1, out / in))).

    Raises:
        ValueError: a matrix is sharded over processes, or has more than two dimensions; or this torch has no Muon.
    """

    def __init__(
        self, groups: list[ParameterGroup], config: OptimizerConfig, learning_rate: float, momentum: float
    ) -> None:
        if not hasattr(torch.optim, "Muon"):
            raise ValueError(f"torch {torch.__version__} has no Muon; install torch 2.9 or newer")
        hidden: list[dict[str, Any]] = [dict(group) for group in groups if group["name"] == "matrices"]
        others: list[dict[str, Any]] = [dict(group) for group in groups if group["name"] != "matrices"]
        self._whole: list[nn.Parameter] = [parameter for group in hidden for parameter in group["params"]]
        self._views = [matrix_views(parameter) for parameter in self._whole]
        for group in hidden:
            group |= {"params": [view for views in self._views for view in views],
                      "lr": learning_rate, "initial_lr": learning_rate}
        self._muon = torch.optim.Muon(hidden, momentum=momentum) if hidden else None
        self._adamw = torch.optim.AdamW(
            others, betas=(config.beta1, config.beta2), fused=True) if others else None
        super().__init__([group for part in self._parts for group in part.param_groups], {})
        self._share_state()

    @property
    def _parts(self) -> list[torch.optim.Optimizer]:
        return [part for part in (self._muon, self._adamw) if part is not None]

    @torch.no_grad()
    def step(self, closure: Any = None) -> None:  # type: ignore[override]
        """Take a step with the gradients of the parameters. A closure is not supported."""
        for parameter, views in zip(self._whole, self._views):
            for view, part in zip(views, matrix_parts(parameter.detach(), parameter)):
                view.data = part  # a wrapper for several processes may have moved the parameter
            grads = matrix_parts(parameter.grad, parameter) if parameter.grad is not None else [None] * len(views)
            for view, grad in zip(views, grads):
                view.grad = None if grad is None else grad.contiguous()  # so that the momentum is contiguous too
        for optimizer in self._parts:
            optimizer.step()

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Remove the gradients of all parameters."""
        super().zero_grad(set_to_none)
        for parameter in self._whole:
            parameter.grad = None

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Load the state that `state_dict` returned."""
        super().load_state_dict(state_dict)
        self._share_state()

    def _share_state(self) -> None:
        """Make the two optimizers use the groups and the state of this one."""
        begin = 0
        for part in self._parts:
            end = begin + len(part.param_groups)
            part.param_groups, part.state = self.param_groups[begin:end], self.state
            begin = end


def matrix_views(parameter: nn.Parameter) -> list[nn.Parameter]:
    """Return parameters that share memory with `parameter`, one per matrix (out, in) that it contains.

    Raises:
        ValueError: the parameter is sharded, or has more than two dimensions.
    """
    if hasattr(parameter, "device_mesh"):
        raise ValueError("the weights are sharded over processes (FSDP), which this optimizer does not support;"
                         " use --optimizer adamw")
    if parameter.ndim != 2:
        raise ValueError(f"a weight has {parameter.ndim} dimensions, and only matrices are supported;"
                         " use --optimizer adamw")
    return [nn.Parameter(part) for part in matrix_parts(parameter.detach(), parameter)]


def matrix_parts(values: Tensor, parameter: nn.Parameter) -> list[Tensor]:
    """Return views of `values`, which has the shape of `parameter`: one per matrix (out, in) in `parameter`."""
    layout = matrix_layout(parameter)
    rows = values.T if layout.transposed else values
    return list(rows.chunk(layout.parts))
