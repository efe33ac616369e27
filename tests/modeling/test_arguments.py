"""Test the flags generated from configs."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.arguments import setting_fields  # noqa: E402
from statecode.modeling.configs import (  # noqa: E402
    DataConfig,
    LoopConfig,
    ModelShape,
    OptimizerConfig,
    RunConfig,
    SourceConfig,
)
from statecode.modeling.presets import PRESETS  # noqa: E402
from tests.support.modeling_samples import parsed  # noqa: E402

CONFIGS = (SourceConfig, RunConfig, ModelShape, DataConfig, OptimizerConfig, LoopConfig)


def test_flags_override_values_of_the_preset() -> None:
    config = parsed("--preset", "tiny", "--layers", "3", "--learning-rate", "1e-2", "--total-steps", "7",
                    "--no-packing", "--context-tokens", "32", "--tracker", "tensorboard", "wandb",
                    "--final-weights", "last",
                    "--compile", "--corpus", "folder", "--config", "code")
    assert (config.shape.layers, config.optimizer.learning_rate, config.loop.total_steps) == (3, 1e-2, 7)
    assert (config.data.packing, config.data.context_tokens, config.loop.compile) == (False, 32, True)
    assert (config.run.tracker, config.source.corpus, config.source.config) == (
        ("tensorboard", "wandb"), "folder", "code")
    assert config.data.vocab_size == PRESETS["tiny"].data.vocab_size


def test_every_setting_has_a_help_text_and_a_unique_name() -> None:
    fields = [field for config in CONFIGS for field, _ in setting_fields(config)]
    assert all(field.metadata.get("help") for field in fields)
    assert len({field.name for field in fields}) == len(fields)
