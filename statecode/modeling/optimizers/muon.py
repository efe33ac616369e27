"""Muon for the hidden matrices, AdamW for all other parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from statecode.arguments import check, setting
from statecode.modeling.configs import OptimizerConfig
from statecode.modeling.optimizers.factory import OptimizerFactory, ParameterGroup

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True, kw_only=True)
class MuonOptions:
    """The settings of Muon. Those of AdamW apply to the parameters that are not hidden matrices."""

    muon_learning_rate: float = setting(0.02, "peak learning rate of the hidden matrices")
    muon_momentum: float = setting(0.95, "share of the running mean of the gradient that is kept in a step")

    def __post_init__(self) -> None:
        check(self.muon_learning_rate > 0, f"--muon-learning-rate must be positive; got {self.muon_learning_rate}")
        check(0 <= self.muon_momentum < 1, f"--muon-momentum must lie in [0, 1); got {self.muon_momentum}")


def create(groups: list[ParameterGroup], config: OptimizerConfig) -> torch.optim.Optimizer:
    """Return Muon over the hidden matrices and AdamW over all other parameters, as one optimizer.

    Raises:
        ValueError: a hidden matrix is sharded, or has more than two dimensions.
    """
    from statecode.modeling.optimizers.muon_with_adamw import MuonWithAdamW

    options = config.options or MuonOptions()
    return MuonWithAdamW(groups, config, options.muon_learning_rate, options.muon_momentum)


MUON = OptimizerFactory(
    name="muon", summary="Muon for hidden matrices, AdamW for embeddings, head, norms and biases", create=create,
    options=MuonOptions)
