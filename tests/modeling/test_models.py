"""Test that models match their tokenizer, objective and context length, or are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import models  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.presets import PRESETS  # noqa: E402
from tests.support.modeling_samples import openai_tokenizer, small_model, tokenizer_for  # noqa: E402

BOTH = pytest.mark.parametrize("objective", list(Objective))


@pytest.fixture
def saved(tmp_path: Path) -> dict[Objective, str]:
    """Save a small checkpoint per objective and return their folders."""
    for objective in Objective:
        small_model(objective).save_pretrained(tmp_path / objective.value)
    return {objective: str(tmp_path / objective.value) for objective in Objective}


@BOTH
def test_a_saved_checkpoint_is_loaded_unchanged(saved: dict, objective: Objective) -> None:
    model = models.load_model(saved[objective], objective, tokenizer_for(objective))
    for name, weight in small_model(objective).state_dict().items():
        assert torch.equal(weight, model.state_dict()[name])
    assert models.objective_of(saved[objective]) is objective
    assert models.max_seq_len_of(model) == 64


@BOTH
def test_special_tokens_lie_inside_the_vocabulary(objective: Objective) -> None:
    config = small_model(objective).config
    assert max(config.bos_token_id, config.eos_token_id, config.pad_token_id) < config.vocab_size == 320


def test_the_same_seed_leads_to_the_same_weights_after_any_random_draws(saved: dict) -> None:
    first = small_model(Objective.CAUSAL, seed=5).state_dict()
    torch.rand(7)
    again, other = (small_model(Objective.CAUSAL, seed=seed).state_dict() for seed in (5, 6))
    assert all(torch.equal(first[name], again[name]) for name in first)
    assert not all(torch.equal(first[name], other[name]) for name in first)
    like = models.build_model_like(saved[Objective.CAUSAL], Objective.CAUSAL, tokenizer_for(Objective.CAUSAL), seed=5)
    assert not torch.equal(like.state_dict()["transformer.wte.weight"], first["transformer.wte.weight"])
    assert like.config.n_layer == 2


def test_bf16_checkpoints_are_trained_in_fp32(tmp_path: Path) -> None:
    small_model(Objective.CAUSAL).bfloat16().save_pretrained(tmp_path)
    model = models.load_model(str(tmp_path), Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


@pytest.mark.parametrize("preset, parameters", [("gpt2", 124_439_808), ("gpt2-medium", 354_823_168)])
def test_presets_have_the_size_of_openai_s_models(preset: str, parameters: int, statecode_data: Path) -> None:
    tokenizer = openai_tokenizer(statecode_data)
    with torch.device("meta"):
        model = models.build_model(PRESETS[preset].model, tokenizer, 0)
    assert models.count_parameters(model) == parameters


@BOTH
def test_the_other_objective_is_refused(saved: dict, objective: Objective) -> None:
    other = next(kind for kind in Objective if kind is not objective)
    with pytest.raises(ConfigError, match=f"is a {other.value} language model .*, this run trains a {objective.value}"):
        models.load_model(saved[other], objective, tokenizer_for(objective))


def test_a_tokenizer_with_more_tokens_is_refused(saved: dict, statecode_data: Path) -> None:
    gpt2 = openai_tokenizer(statecode_data)
    with pytest.raises(ConfigError, match="knows 320 tokens, the tokenizer 50257"):
        models.load_model(saved[Objective.CAUSAL], Objective.CAUSAL, gpt2)
    with pytest.raises(ConfigError, match="knows 320 tokens"):
        models.build_model_like(saved[Objective.CAUSAL], Objective.CAUSAL, gpt2, 0)


def test_a_checkpoint_with_missing_weights_is_refused(saved: dict) -> None:
    from safetensors.torch import load_file, save_file

    path = Path(saved[Objective.CAUSAL]) / "model.safetensors"
    weights = load_file(path)
    del weights["transformer.h.1.mlp.c_fc.weight"]
    save_file(weights, path, metadata={"format": "pt"})
    with pytest.raises(ConfigError, match="does not fit its architecture: 1 weights are missing"):
        models.load_model(saved[Objective.CAUSAL], Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))


def test_a_checkpoint_of_another_shape_is_refused(saved: dict) -> None:
    path = Path(saved[Objective.CAUSAL]) / "config.json"
    path.write_text(path.read_text().replace('"n_positions": 64', '"n_positions": 32'))
    with pytest.raises(ConfigError, match="does not fit|cannot load") as caught:
        models.load_model(saved[Objective.CAUSAL], Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
    assert "\n" not in str(caught.value)


def test_damaged_weights_are_an_error_of_one_line(saved: dict) -> None:
    path = Path(saved[Objective.CAUSAL]) / "model.safetensors"
    for data in (path.read_bytes()[:1000], b"nonsense" * 9, b""):
        path.write_bytes(data)
        with pytest.raises(ConfigError, match="the weights in .* are damaged .*; create them again") as caught:
            models.load_model(saved[Objective.CAUSAL], Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
        assert "\n" not in str(caught.value)


def test_a_missing_or_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such folder"):
        models.read_config(str(tmp_path / "nothing"))
    with pytest.raises(ConfigError, match="no model in"):
        models.read_config(str(tmp_path))


def test_the_context_length_is_at_most_the_longest_sequence_of_the_model() -> None:
    model = small_model(Objective.CAUSAL)
    assert models.context_of(model, None) == 64 and models.context_of(model, 32) == 32
    with pytest.raises(ConfigError, match="--context-tokens 65 is longer than the 64 positions"):
        models.context_of(model, 65)
