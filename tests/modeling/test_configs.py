"""Test the checks of configs, and the settings that identify a run."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.arguments import setting_fields  # noqa: E402
from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling.configs import (  # noqa: E402
    DataConfig,
    LoopConfig,
    ModelShape,
    OptimizerConfig,
    RunConfig,
    SourceConfig,
    as_json,
    default_settings,
)
from statecode.modeling.presets import PRESETS  # noqa: E402
from statecode.modeling.run_folder import flatten  # noqa: E402
from tests.support.modeling_samples import parsed  # noqa: E402

CONFIGS = (SourceConfig, RunConfig, ModelShape, DataConfig, OptimizerConfig, LoopConfig)


@pytest.mark.parametrize("flags, message", [
    (["--heads", "3"], "--width 128 is not a multiple of --heads 3"),
    (["--layers", "0"], "--layers must be positive; got 0"),
    (["--max-seq-len", "0"], "--max-seq-len must be positive; got 0"),
    (["--dropout", "1"], "--dropout must lie in"),
    (["--vocab-size", "100"], "--vocab-size must be at least 300"),
    (["--context-tokens", "1"], "--context-tokens must be at least 8"),
    (["--context-tokens", "17", "--long-documents", "windows"], "--context-tokens must be at least 18 with --long-doc"),
    (["--total-steps", "0"], "--total-steps must be positive"),
    (["--batch-rows", "-1"], "--batch-rows must be positive"),
    (["--warmup-share", "1"], "--warmup-share must lie in"),
    (["--learning-rate", "0"], "--learning-rate must be positive"),
    (["--gguf-file", "x.gguf"], "--gguf-file needs --init FOLDER"),
    (["--init", "folder", "--layers", "3", "--width", "64"], "--layers, --width: only with --init scratch"),
    (["--family", "bert"], "--family bert does not match --preset tiny"),
])
def test_invalid_values_are_errors_of_one_line(flags: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        parsed("--preset", "tiny", *flags)


def test_the_defaults_of_all_settings_are_known_but_those_without_a_default() -> None:
    defaults = default_settings(parsed("--preset", "bert-tiny", "--seed", "5"))
    assert (defaults["optimizer"], defaults["schedule"], defaults["options"], defaults["seed"]) == ("adamw", "cosine", None, 0)
    assert defaults["batch_rows"] == 32 != PRESETS["bert-tiny"].loop.batch_rows
    assert parsed("--preset", "bert-tiny").data.digits == "single" and defaults["digits"] == "merged"
    assert not {"layers", "preset", "objective", "output_dir"} & defaults.keys()


def test_settings_exclude_values_that_change_no_result() -> None:
    some = parsed("--preset", "tiny", "--threads", "1", "--save-every", "3", "--tracker", "tensorboard")
    other = parsed("--preset", "tiny", "--threads", "2", "--micro-batch-rows", "2")
    assert some.settings() == other.settings() and as_json(some) != as_json(other)
    assert some.settings() != parsed("--preset", "tiny", "--seed", "1").settings()
    assert flatten(some.settings())["learning_rate"] == PRESETS["tiny"].optimizer.learning_rate


def test_every_setting_has_a_help_text_and_a_unique_name() -> None:
    fields = [field for config in CONFIGS for field, _ in setting_fields(config)]
    assert all(field.metadata.get("help") for field in fields)
    assert len({field.name for field in fields}) == len(fields)
