"""A model with its optimizer, whole in each process or sharded over the processes (FSDP2).

With FSDP2 a process holds a part of each weight, of its gradient and of its optimizer state. The weights of a block are
collected for its forward and its backward pass only; those outside of the blocks (embeddings, output layer) from the
start of a step to its end. accelerate shards on GPUs only. This module therefore calls PyTorch's `fully_shard` itself,
so that runs on CPUs and on GPUs are sharded by the same code.
"""

from __future__ import annotations

import copy
import os
import warnings
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.device_mesh import init_device_mesh
from torch.distributed.fsdp import fully_shard
from torch.distributed.tensor import DTensor, distribute_tensor
from transformers import PreTrainedModel

from statecode.arguments import check
from statecode.modeling.configs import LoopConfig, OptimizerConfig
from statecode.modeling.forward import ScoringModel
from statecode.modeling.models import count_parameters
from statecode.modeling.optimizers import make_optimizer

FSDP_FLAG = "ACCELERATE_USE_FSDP"
"""The environment variable with which `accelerate launch` asks for sharded weights."""


def is_requested() -> bool:
    """Return True if the launcher asks for sharded weights."""
    return os.environ.get(FSDP_FLAG, "false") == "true"


def check_request(loop: LoopConfig, optimizer: OptimizerConfig | None) -> None:
    """Check that a run can be sharded, if the launcher asks for it.

    Args:
        optimizer: None for a run that needs whole weights.

    Raises:
        ConfigError: the launcher asks for another version of FSDP or for offloading, or the run needs whole weights.
    """
    if not is_requested():
        return
    whole = "start the run with train/configs/8-gpus.yaml"
    check(optimizer is not None, f"fine-tuning does not shard the weights (FSDP); {whole}")
    check(os.environ.get("FSDP_VERSION") == "2",
          "FSDP of version 1 is not supported; set fsdp_version: 2, as in train/configs/8-gpus-fsdp.yaml")
    check(os.environ.get("FSDP_OFFLOAD_PARAMS", "false") != "true",
          "FSDP cannot offload the weights to the host here; set fsdp_offload_params: false")
    check(optimizer is None or optimizer.optimizer != "muon",
          f"--optimizer muon needs whole matrices, which FSDP shards; pass --optimizer adamw, or {whole}")
    check(loop.compile != "on", f"--compile on is not supported with FSDP; pass --compile off, or {whole}")


class WholeTraining:
    """A model and its optimizer that each process holds whole.

    Attributes:
        scoring: the model with its loss, or the wrapper of it that exchanges gradients.
        optimizer: the optimizer that takes the steps.
    """

    def __init__(self, scoring: ScoringModel, optimizer: torch.optim.Optimizer, accelerator: Accelerator) -> None:
        self._model = scoring.model
        with warnings.catch_warnings():  # accelerate passes a flag that PyTorch 2.13 names in another way
            warnings.filterwarnings("ignore", "`broadcast_buffers` is deprecated")
            self.scoring: nn.Module = accelerator.prepare(scoring)
        self.optimizer = optimizer

    def whole_model(self) -> PreTrainedModel:
        """Return the model with whole weights. All processes call it together."""
        return self._model

    def whole_optimizer(self) -> torch.optim.Optimizer:
        """Return the optimizer with its whole state. All processes call it together."""
        return self.optimizer


class ShardedTraining:
    """A model and its optimizer of which each process holds a part. Its attributes are those of WholeTraining.

    The first process has a copy of both on the CPU, in which `whole_model` and `whole_optimizer` collect the parts.

    Args:
        scoring: the model with its loss, on the device of this process. Its weights are equal in all processes.
        optimizer: an optimizer over the whole model, whose state is sharded; it is of no use afterwards.
    """

    def __init__(
        self, scoring: ScoringModel, optimizer: torch.optim.Optimizer, accelerator: Accelerator, config: OptimizerConfig
    ) -> None:
        self._model, state = scoring.model, optimizer.state_dict()
        self._has_whole = accelerator.is_main_process
        if self._has_whole:
            self._copy = copy.deepcopy(self._model.cpu())
            self._copy_optimizer = make_optimizer(self._copy, config)
            self._model.to(accelerator.device)
        mesh = init_device_mesh(accelerator.device.type, (accelerator.num_processes,))
        for block in blocks_of(self._model):
            fully_shard(block, mesh=mesh)
        fully_shard(scoring, mesh=mesh)  # the weights outside of the blocks
        self.scoring: nn.Module = scoring
        self.optimizer = make_optimizer(self._model, config)
        self.optimizer.load_state_dict(sharded_state(state, self.optimizer))

    @torch.no_grad()
    def whole_model(self) -> PreTrainedModel:
        """Return the copy with the weights of all processes; in the other processes the sharded model."""
        for name, parameter in self._model.named_parameters():
            whole = whole_tensor(parameter)
            if self._has_whole:
                self._copy.get_parameter(name).copy_(whole)
        return self._copy if self._has_whole else self._model

    def whole_optimizer(self) -> torch.optim.Optimizer:
        """Return that of the copy with the state of all processes; in the other processes the sharded optimizer."""
        sharded = self.optimizer.state_dict()
        state: dict[int, dict[str, Any]] = {index: {} for index in sharded["state"]}
        for index, entries in sharded["state"].items():
            for name, value in entries.items():
                whole = whole_tensor(value)
                if self._has_whole:
                    state[index][name] = whole.cpu() if isinstance(whole, Tensor) else whole
        if not self._has_whole:
            return self.optimizer
        self._copy_optimizer.load_state_dict(sharded | {"state": state})
        return self._copy_optimizer


def make_training(
    scoring: ScoringModel, optimizer: torch.optim.Optimizer, accelerator: Accelerator, config: OptimizerConfig
) -> WholeTraining | ShardedTraining:
    """Return a model and its optimizer, sharded if the launcher asks for it; see ShardedTraining."""
    if is_requested():
        return ShardedTraining(scoring, optimizer, accelerator, config)
    return WholeTraining(scoring, optimizer, accelerator)


def blocks_of(model: PreTrainedModel) -> nn.ModuleList:
    """Return the blocks of a model: its list of modules with the most parameters; an empty list if it has none."""
    lists = [module for module in model.modules() if isinstance(module, nn.ModuleList)]
    return max(lists, key=count_parameters, default=nn.ModuleList())


def sharded_state(state: dict[str, Any], optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return the state of an optimizer over whole parameters as one over the sharded parameters of `optimizer`.

    Tensors that have the shape of their parameter are sharded as it is.
    """
    parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]

    def sharded(value: Any, parameter: nn.Parameter) -> Any:
        if not isinstance(value, Tensor) or value.shape != parameter.shape or not isinstance(parameter, DTensor):
            return value
        return distribute_tensor(value.to(parameter.device), parameter.device_mesh, parameter.placements)

    return {"param_groups": state["param_groups"], "state": {
        index: {name: sharded(value, parameters[index]) for name, value in entries.items()}
        for index, entries in state["state"].items()}}


def whole_tensor(tensor: Any) -> Any:
    """Return the whole of a sharded tensor, on its device; other values unchanged. All processes call it together."""
    return tensor.full_tensor() if isinstance(tensor, DTensor) else tensor
