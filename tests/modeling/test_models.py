"""Test that models match their tokenizer, objective and context length, or are refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.errors import ConfigError  # noqa: E402
from statecode.modeling import models  # noqa: E402
from statecode.modeling.configs import ModelShape, Objective  # noqa: E402
from statecode.modeling.presets import PRESETS  # noqa: E402
from tests.support.modeling_samples import (  # noqa: E402
    PickleCanary,
    family_model,
    openai_tokenizer,
    small_model,
    tokenizer_for,
)

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
    assert models.max_seq_len_of(model) == models.trained_context(saved[objective], model) == 64


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


@pytest.mark.parametrize("preset, width, layers, mlp, vocabulary, parameters", [
    ("llama-0.5m", 96, 4, 256, 512, 492_384), ("llama-1m", 128, 4, 384, 1024, 984_192),
    ("llama-5m", 256, 5, 704, 4096, 5_065_472), ("llama-15m", 384, 8, 1024, 4096, 15_735_168),
    ("llama-50m", 640, 9, 1728, 8192, 49_860_480), ("llama-150m", 896, 14, 2432, 16_384, 151_184_768),
])
def test_presets_of_llama_have_the_size_in_their_name(
    preset: str, width: int, layers: int, mlp: int, vocabulary: int, parameters: int
) -> None:
    """Compare the number of parameters with its formula: no biases, two norms per block, and tied embeddings."""
    tokenizer = tokenizer_for(Objective.CAUSAL)
    with torch.device("meta"):
        model = models.build_model(PRESETS[preset].model, tokenizer, 0)
    blocks = layers * (4 * width * width + 3 * width * mlp + 2 * width) + width
    assert models.count_parameters(model) == blocks + len(tokenizer) * width
    assert PRESETS[preset].data.vocab_size == vocabulary and blocks + vocabulary * width == parameters


def test_llama_generates_and_reads_positions_relative_to_each_other() -> None:
    model = family_model("llama").eval()
    with torch.no_grad():
        here, later = (model(torch.tensor([[5, 6, 7]]), position_ids=torch.arange(3)[None] + offset).logits
                       for offset in (0, 30))
        torch.testing.assert_close(here, later, rtol=1e-3, atol=1e-3)
        assert (model(torch.tensor([[6, 5, 7]])).logits[0, -1] - here[0, -1]).abs().max() > 0.01
    assert model.generate(torch.tensor([[5, 6, 7]]), max_new_tokens=4, do_sample=False).shape == (1, 7)
    with pytest.raises(ConfigError, match="--width 30 with --heads 2: llama needs an even width per head"):
        ModelShape(family="llama", layers=1, width=30, heads=2, max_seq_len=8)


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


def write_code(folder: Path, canary: Path) -> None:
    """Add a module to a checkpoint folder that creates the file `canary` when it is imported."""
    (folder / "custom.py").write_text(f"open({str(canary)!r}, 'w').close()\n")


def change_json(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.fixture
def yes_on_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer "y" to every question, as a user might, or `yes | ...`."""
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n" * 100))


AUTO_MAP = {"AutoConfig": "custom.Config", "AutoModelForCausalLM": "custom.Model"}


def test_code_of_a_checkpoint_is_never_executed(
    saved: dict, tmp_path: Path, yes_on_stdin: None, capsys: pytest.CaptureFixture
) -> None:
    folder, canary = Path(saved[Objective.CAUSAL]), tmp_path / "canary"
    write_code(folder, canary)
    change_json(folder / "config.json", model_type="custom", auto_map=AUTO_MAP)
    with pytest.raises(ConfigError, match=r"/config\.json: auto_map names code of the checkpoint, and .* none") as caught:
        models.load_model(str(folder), Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
    assert "\n" not in str(caught.value) and not canary.exists() and "run the custom code" not in capsys.readouterr().out


def test_a_known_architecture_is_loaded_without_the_code_beside_it(
    saved: dict, tmp_path: Path, yes_on_stdin: None
) -> None:
    folder, canary = Path(saved[Objective.CAUSAL]), tmp_path / "canary"
    write_code(folder, canary)
    change_json(folder / "config.json", auto_map=AUTO_MAP, attn_implementation="owner/kernel")
    model = models.load_model(str(folder), Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
    assert type(model).__module__.startswith("transformers.") and not canary.exists()
    assert "/" not in (model.config._attn_implementation or "")


@pytest.mark.parametrize("config", ["[1]", "[" * 100_000, '{"model_type": 7}', '{"auto_map": 5}', "\x00", "{"])
def test_an_invalid_config_is_an_error_of_one_line(saved: dict, config: str) -> None:
    (Path(saved[Objective.CAUSAL]) / "config.json").write_text(config)
    with pytest.raises(ConfigError, match="no model in") as caught:
        models.read_config(saved[Objective.CAUSAL])
    assert "\n" not in str(caught.value)


def test_pickled_weights_are_loaded_only_on_request(saved: dict, tmp_path: Path) -> None:
    folder, tokenizer = Path(saved[Objective.CAUSAL]), tokenizer_for(Objective.CAUSAL)
    (folder / "model.safetensors").unlink()
    weights = folder / "pytorch_model.bin"
    torch.save(small_model(Objective.CAUSAL).state_dict(), weights)
    with pytest.raises(ConfigError, match="pytorch_model.bin is a pickle file; .* pass --allow-pickle-weights"):
        models.load_model(str(folder), Objective.CAUSAL, tokenizer)
    model = models.load_model(str(folder), Objective.CAUSAL, tokenizer, allow_pickle_weights=True)
    assert torch.equal(model.lm_head.weight, small_model(Objective.CAUSAL).lm_head.weight)

    torch.save({"weights": PickleCanary(tmp_path / "canary")}, weights)
    for allowed in (False, True):
        with pytest.raises(ConfigError, match="pickle file|damaged"):
            models.load_model(str(folder), Objective.CAUSAL, tokenizer, allow_pickle_weights=allowed)
    assert not (tmp_path / "canary").exists()
    torch.load(weights, weights_only=False)
    assert (tmp_path / "canary").exists()  # the file would execute its code in another loader


def test_a_pickle_file_that_the_config_names_is_refused(saved: dict, tmp_path: Path) -> None:
    folder = Path(saved[Objective.CAUSAL])
    torch.save({"weights": PickleCanary(tmp_path / "canary")}, folder / "adapter_model.bin")
    change_json(folder / "config.json", transformers_weights="adapter_model.bin")
    with pytest.raises(ConfigError, match="config.json: transformers_weights names adapter_model.bin, a pickle file"):
        models.load_model(str(folder), Objective.CAUSAL, tokenizer_for(Objective.CAUSAL))
    assert not (tmp_path / "canary").exists()


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
