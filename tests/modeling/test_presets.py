"""Test the presets."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import SourceConfig  # noqa: E402
from statecode.modeling.presets import PRESETS  # noqa: E402
from tests.support.modeling_samples import parsed  # noqa: E402


def test_without_flags_the_config_is_the_preset() -> None:
    for name, preset in PRESETS.items():
        config = parsed("--preset", name)
        assert (config.shape, config.data, config.optimizer, config.loop) == (
            preset.model, preset.data, preset.optimizer, preset.loop)
        assert config.source == SourceConfig() and config.objective is preset.objective


def test_flags_override_values_of_the_preset() -> None:
    config = parsed("--preset", "tiny", "--layers", "3", "--learning-rate", "1e-2", "--total-steps", "7",
                    "--no-packing", "--context-tokens", "32", "--tracker", "tensorboard",
                    "--final-weights", "last",
                    "--compile", "on", "--corpus", "folder", "--config", "code")
    assert (config.shape.layers, config.optimizer.learning_rate, config.loop.total_steps) == (3, 1e-2, 7)
    assert (config.data.packing, config.data.context_tokens, config.loop.compile) == (False, 32, "on")
    assert (config.run.tracker, config.source.corpus, config.source.config) == (
        ("tensorboard",), "folder", "code")
    assert config.data.vocab_size == PRESETS["tiny"].data.vocab_size


def test_an_unknown_preset_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="unknown preset 'huge'; known: tiny, mini, gpt2, gpt2-medium, llama-0.5m"):
        parsed("--preset", "huge")


def test_zero_rows_evaluate_on_all_sequences() -> None:
    assert PRESETS["mini"].loop.evaluate_rows == 256
    assert parsed("--preset", "mini", "--evaluate-rows", "0").loop.evaluate_rows is None
    assert parsed("--preset", "mini", "--evaluate-rows", "9").loop.evaluate_rows == 9
