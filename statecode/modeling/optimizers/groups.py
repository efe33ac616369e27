"""Divide the parameters of a model into named groups, describe the matrices in them, and read states without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from transformers.pytorch_utils import Conv1D

from statecode.modeling.configs import OptimizerConfig
from statecode.modeling.optimizers.factory import ParameterGroup


@dataclass(frozen=True, slots=True)
class MatrixLayout:
    """The order in which a parameter stores its matrices (out, in)."""

    transposed: bool = False  # True: as (in, out)
    parts: int = 1            # number of matrices, one after the other along their outputs


def matrix_layout(parameter: nn.Parameter) -> MatrixLayout:
    """Return the layout of a parameter that `parameter_groups` returned."""
    return getattr(parameter, "matrix_layout", MatrixLayout())


def parameter_groups(model: nn.Module, config: OptimizerConfig) -> list[ParameterGroup]:
    """Return the trainable parameters of `model` in named groups; a group without parameters is left out.

    - matrices: weights with two or more dimensions that are not in the next two groups.
    - head: the weights of the output layer, if they are not also the embeddings.
    - embeddings: the weights of nn.Embedding.
    - vectors: biases, and the weights of norms.

    Only matrices and the head have weight decay. Parameters with another layout than the default one (the Conv1D of
    GPT-2, which stores (in, out), and query, key and value in one parameter) receive the attribute `matrix_layout`.
    """
    names = _group_names(model)
    for name, module in model.named_modules():
        if isinstance(module, Conv1D):
            fused = name.endswith("attn.c_attn") and module.nf == 3 * module.nx
            module.weight.matrix_layout = MatrixLayout(transposed=True, parts=3 if fused else 1)  # type: ignore
    groups = []
    for name, decay in (("matrices", config.weight_decay), ("head", config.weight_decay), ("embeddings", 0.0),
                        ("vectors", 0.0)):
        parameters = [parameter for parameter, group in names.items() if group == name]
        if parameters:
            groups.append(ParameterGroup(name=name, params=parameters, lr=config.learning_rate,
                                         initial_lr=config.learning_rate, weight_decay=decay))
    return groups


def with_named_groups(state: dict[str, Any], model: nn.Module, optimizer: torch.optim.Optimizer) -> dict[str, Any]:
    """Return the state of an optimizer in the order of named groups.

    Checkpoints of older versions have two groups without names: the parameters with weight decay, then all others.
    Other states are returned unchanged.
    """
    if any("name" in group for group in state["param_groups"]) or len(state["param_groups"]) != 2:
        return state
    names = _group_names(model)
    older = [parameter for parameter, name in names.items() if name in ("matrices", "head")]
    older += [parameter for parameter, name in names.items() if name not in ("matrices", "head")]
    index_of = {id(parameter): index for index, parameter in enumerate(
        parameter for group in optimizer.param_groups for parameter in group["params"])}
    return {
        "state": {index_of[id(older[index])]: values for index, values in state["state"].items()},
        "param_groups": optimizer.state_dict()["param_groups"],
    }


def _group_names(model: nn.Module) -> dict[nn.Parameter, str]:
    """Return the name of the group of each trainable parameter, in the order of the model."""
    embeddings = {id(module.weight) for module in model.modules() if isinstance(module, nn.Embedding)}
    output = getattr(model, "get_output_embeddings", lambda: None)()  # a method of the models of transformers
    head = id(getattr(output, "weight", None))

    def name_of(parameter: nn.Parameter) -> str:
        if id(parameter) in embeddings:
            return "embeddings"
        if parameter.ndim < 2:
            return "vectors"
        return "head" if id(parameter) == head else "matrices"

    return {parameter: name_of(parameter) for parameter in model.parameters() if parameter.requires_grad}
