"""The optimizers that `--optimizer` selects, their flags, and the creation of the optimizer of a run.

Importing this package imports no torch, because the command line needs the flags.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from statecode.arguments import add_settings, check, passed_flags, with_arguments
from statecode.errors import ConfigError
from statecode.modeling.configs import OptimizerConfig
from statecode.modeling.optimizers.adamw import ADAMW
from statecode.modeling.optimizers.factory import OptimizerFactory, check_factory
from statecode.modeling.optimizers.muon import MUON
from statecode.modeling.schedules import SCHEDULES
from statecode.registry import Registry

if TYPE_CHECKING:
    import torch
    from torch import nn

OPTIMIZERS: Registry[OptimizerFactory] = Registry("optimizer", [ADAMW, MUON], check_factory)
"""The optimizers by name. A new optimizer is a module with an OptimizerFactory, and an entry here."""


def make_optimizer(model: nn.Module, config: OptimizerConfig) -> torch.optim.Optimizer:
    """Create the optimizer of a run over the named parameter groups of `model`.

    Raises:
        ConfigError: `config.optimizer` is unknown, refuses the values of its settings with a ValueError, or is not an
            optimizer over groups that the training loop can use.
    """
    import torch

    from statecode.modeling.optimizers.groups import parameter_groups

    factory = OPTIMIZERS.find(config.optimizer)
    with _refused_values(factory):
        optimizer = factory.create(parameter_groups(model, config), config)
    check(isinstance(optimizer, torch.optim.Optimizer),
          f"--optimizer {factory.name}: create must return a torch.optim.Optimizer, not {type(optimizer).__name__}")
    check(all({"name", "initial_lr"} <= group.keys() for group in optimizer.param_groups),
          f"--optimizer {factory.name}: each group of parameters needs name and initial_lr, as create received them")
    return optimizer


def add_arguments(parser: argparse.ArgumentParser, title: str) -> None:
    """Add the flags of an OptimizerConfig, and those of each optimizer's own settings.

    Args:
        title: title of the first argument group in `--help`.
    """
    group = add_settings(parser, OptimizerConfig, title, from_preset=True)
    group.add_argument("--optimizer", metavar="NAME",
                       help="; ".join(f"{name}: {factory.summary}" for name, factory in OPTIMIZERS.items()))
    group.add_argument("--schedule", metavar="NAME",
                       help=f"schedule of the learning rate after the warm-up: {', '.join(SCHEDULES)}")
    for name, factory in OPTIMIZERS.items():
        if factory.options is not None:
            add_settings(parser, factory.options, f"--optimizer {name}: {factory.summary}")


def config_of(default: OptimizerConfig, args: argparse.Namespace) -> OptimizerConfig:
    """Return `default` with the values of the flags that were passed, and the own settings of the chosen optimizer.

    Raises:
        ConfigError: the optimizer or the schedule is unknown, a flag belongs to another optimizer, or a value is not
            valid.
    """
    config = with_arguments(default, args)
    chosen = OPTIMIZERS.find(config.optimizer)
    SCHEDULES.find(config.schedule)
    for name, factory in OPTIMIZERS.items():
        if factory.options is not None and factory is not chosen:
            flags = passed_flags(factory.options, args)
            check(not flags, f"{', '.join(flags)}: only with --optimizer {name}")
    if chosen.options is None:
        return replace(config, options=None)
    with _refused_values(chosen):
        own = config.options if isinstance(config.options, chosen.options) else chosen.options()
        return replace(config, options=with_arguments(own, args))


@contextmanager
def _refused_values(factory: OptimizerFactory) -> Iterator[None]:
    """Raise ConfigError in place of a ValueError, with which an optimizer refuses the values of its settings."""
    try:
        yield
    except ConfigError:
        raise
    except ValueError as error:
        raise ConfigError(f"--optimizer {factory.name}: {' '.join(str(error).split())}") from error
