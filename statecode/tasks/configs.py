"""The settings of fine-tuning, and the flags that make them. This module imports neither torch nor transformers."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import Any

from statecode.arguments import add_settings, check, from_arguments, look_up, setting, with_arguments
from statecode.modeling import optimizers
from statecode.modeling.configs import (
    ALLOW_PICKLE_WEIGHTS_HELP,
    DecodingConfig,
    LoopConfig,
    OptimizerConfig,
    RunConfig,
    as_json,
    without_changeable,
)
from statecode.modeling.presets import PRESETS, Preset
from statecode.tasks.base import Task

DEFAULT_PRESET = "mini"
CONTEXT_TOKENS = 512  # default for --context-tokens
DEFAULT_OPTIMIZER = OptimizerConfig(learning_rate=5e-4)  # the learning rate of the small presets


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The model that is fine-tuned and its tokenizer."""

    init: str = setting(
        "scratch", "initial weights: scratch (random, in the shape of a preset), or a run, checkpoint folder or Hub id")
    gguf_file: str | None = setting(None, "the GGUF file in --init that holds the weights")
    allow_pickle_weights: bool = setting(False, ALLOW_PICKLE_WEIGHTS_HELP)
    preset: str | None = setting(
        None, f"shape of a model from scratch (default: {DEFAULT_PRESET}): {', '.join(PRESETS)}")
    tokenizer: str | None = setting(
        None, "run or folder with a tokenizer, so that a model from scratch reads the same tokens as a pre-trained "
              "one; default: trained on the task's train split for scratch, else the checkpoint's own")
    context_tokens: int | None = setting(
        None, "maximum tokens of an example, such as a prompt with its target; default: the model's context, at most "
              f"{CONTEXT_TOKENS}")

    def __post_init__(self) -> None:
        check(self.gguf_file is None or self.init != "scratch", "--gguf-file needs --init FOLDER")
        check(self.preset is None or self.init == "scratch",
              f"--preset needs --init scratch; {self.init} has its own shape")
        self.preset_of_scratch()
        check(self.context_tokens is None or self.context_tokens >= 16,
              f"--context-tokens must be at least 16; got {self.context_tokens}")

    def preset_of_scratch(self) -> Preset:
        """Return the preset that defines the shape of a model from scratch.

        Raises:
            ConfigError: there is no such preset.
        """
        return look_up(self.preset or DEFAULT_PRESET, PRESETS, "preset")


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """All settings of a fine-tuning run."""

    task: str     # name of the task
    options: Any  # an instance of the task's Options
    model: ModelConfig
    optimizer: OptimizerConfig
    loop: LoopConfig
    decoding: DecodingConfig
    run: RunConfig

    def settings(self) -> dict[str, Any]:
        """Return the settings that affect the results. A run is resumed only if they equal those in its run.json.

        They include neither the task nor its options: hashes of the examples identify the data.
        """
        settings = without_changeable(as_json(self))
        return {name: value for name, value in settings.items() if name not in ("task", "options")}


def add_arguments(parser: argparse.ArgumentParser, task: Task[Any, Any]) -> None:
    """Add the flags of a FinetuneConfig for `task`.

    Raises:
        ConfigError: an option of the task has a flag that the command has already.
    """
    command = type(parser)(parents=[parser], add_help=False)  # has all flags before those of the task are added
    add_settings(command, ModelConfig, "model")
    _add_training_flags(command, task)
    add_settings(command, task.Options, f"task {task.name!r}")
    add_settings(parser, ModelConfig, "model")
    add_settings(parser, task.Options, f"data of {task.title}")
    _add_training_flags(parser, task)


def _add_training_flags(parser: argparse.ArgumentParser, task: Task[Any, Any]) -> None:
    add_settings(parser, RunConfig, "run")
    add_settings(parser, DecodingConfig, "generation of the test predictions")
    optimizers.add_arguments(parser, f"optimizer; default learning rate {DEFAULT_OPTIMIZER.learning_rate}; use "
                             "1e-5 to 5e-5 for checkpoints of 100M parameters and more")
    add_settings(parser, LoopConfig, f"loop; default: {task.loop.total_steps} steps of {task.loop.batch_rows} "
                 f"examples, evaluated and saved every {task.loop.evaluate_every} steps", from_preset=True)


def config_of(args: argparse.Namespace, task: Task[Any, Any]) -> FinetuneConfig:
    """Return the config of a run: the defaults, replaced by the values of the flags that the user passed.

    Raises:
        ConfigError: the values are not valid together.
    """
    return FinetuneConfig(
        task=task.name, options=from_arguments(task.Options, args), model=from_arguments(ModelConfig, args),
        optimizer=optimizers.config_of(DEFAULT_OPTIMIZER, args), loop=with_arguments(task.loop, args),
        decoding=from_arguments(DecodingConfig, args), run=from_arguments(RunConfig, args),
    )
