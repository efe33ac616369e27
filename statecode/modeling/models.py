"""Models: fresh ones from a shape, or checkpoints that are checked to fit before anything is trained."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import (
    AutoConfig,
    AutoModelForCausalLM,
    AutoModelForMaskedLM,
    BertConfig,
    GPT2Config,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from statecode.errors import ConfigError
from statecode.modeling import hub_names, tokenizers
from statecode.modeling.arguments import check
from statecode.modeling.configs import ModelShape, Objective

AUTO_MODELS = {Objective.CAUSAL: AutoModelForCausalLM, Objective.MASKED: AutoModelForMaskedLM}
DAMAGED = (SafetensorError, pickle.UnpicklingError, EOFError)
"""What comes up where a file of weights is not what it was when it was written."""


def build_model(shape: ModelShape, tokenizer: PreTrainedTokenizerBase, seed: int) -> PreTrainedModel:
    """A model of random weights, the same for the same seed."""
    config = _gpt2_config(shape, tokenizer) if shape.family == "gpt2" else _bert_config(shape, tokenizer)
    return _fresh(config, shape.objective, seed)


def new_model_like(
    name_or_folder: str, objective: Objective, tokenizer: PreTrainedTokenizerBase, seed: int
) -> PreTrainedModel:
    """A model of random weights in the architecture of a checkpoint: the arm `from scratch` of a comparison."""
    config = read_config(name_or_folder)
    _check_objective(config, objective, name_or_folder)
    tokenizers.check_fits(tokenizer, config.vocab_size, name_or_folder)
    return _fresh(config, objective, seed)


def load_model(
    name_or_folder: str, objective: Objective, tokenizer: PreTrainedTokenizerBase, gguf_file: str | None = None
) -> PreTrainedModel:
    """Load a checkpoint in fp32: a finished run, a folder, a Hub id, or a GGUF file in one.

    Raises:
        ConfigError: there is none, it is of the other objective, weights are missing or of another shape, or the
            tokenizer has tokens that it does not know.
    """
    options: dict[str, Any] = {"gguf_file": gguf_file} if gguf_file else {}
    _check_objective(read_config(name_or_folder, gguf_file), objective, name_or_folder)
    try:
        model, loading = AUTO_MODELS[objective].from_pretrained(
            name_or_folder, output_loading_info=True, **options
        )
    except DAMAGED as error:
        reason = hub_names.in_one_line(error)
        raise ConfigError(f"the weights in {name_or_folder} are damaged ({reason}); make them anew") from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ConfigError(_why_not(name_or_folder, "cannot load a model from", error)) from error
    _check_loaded(loading, name_or_folder)
    tokenizers.check_fits(tokenizer, model.get_input_embeddings().num_embeddings, name_or_folder)
    if gguf_file:
        _forget_quantization(model)
    return model.float()  # checkpoints are often stored in bf16; the master weights are fp32


def read_config(name_or_folder: str, gguf_file: str | None = None) -> PretrainedConfig:
    """The architecture of a checkpoint.

    Raises:
        ConfigError: there is no such folder or Hub id, or it holds no model.
    """
    if reason := hub_names.misnamed(name_or_folder):
        raise ConfigError(f"{reason}; give a finished run, a checkpoint folder or a Hub id such as owner/name")
    if Path(name_or_folder).is_dir() and not gguf_file and not (Path(name_or_folder) / "config.json").is_file():
        raise ConfigError(f"no model in {name_or_folder}: config.json is missing")  # transformers 4 guesses by the name
    try:
        return AutoConfig.from_pretrained(name_or_folder, **({"gguf_file": gguf_file} if gguf_file else {}))
    except (OSError, ValueError, KeyError, ImportError, *DAMAGED) as error:
        raise ConfigError(_why_not(name_or_folder, "no model in", error)) from error


def objective_of(name_or_folder: str, gguf_file: str | None = None) -> Objective:
    """What a checkpoint was trained to predict, by the architecture that its config names."""
    return _objective(read_config(name_or_folder, gguf_file))


def positions_of(model: PreTrainedModel) -> int | None:
    """The longest context that a model can read; None where its config sets no limit."""
    for name in ("n_positions", "max_position_embeddings"):
        if getattr(model.config, name, None):
            return int(getattr(model.config, name))
    return None


def context_of(model: PreTrainedModel, wanted: int | None) -> int:
    """`wanted`, or everything that the model can read, up to 1,024 where it sets no limit.

    Raises:
        ConfigError: the model cannot read that much.
    """
    positions = positions_of(model)
    check(
        wanted is None or positions is None or wanted <= positions,
        f"--context-tokens {wanted} is longer than the {positions} positions of the model",
    )
    return wanted or positions or 1024


def count_parameters(model: torch.nn.Module) -> int:
    """Trainable numbers, shared ones once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def _fresh(config: PretrainedConfig, objective: Objective, seed: int) -> PreTrainedModel:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return AUTO_MODELS[objective].from_config(config)


def _gpt2_config(shape: ModelShape, tokenizer: PreTrainedTokenizerBase) -> GPT2Config:
    return GPT2Config(
        vocab_size=len(tokenizer), n_positions=shape.positions, n_embd=shape.width, n_layer=shape.layers,
        n_head=shape.heads, resid_pdrop=shape.dropout, embd_pdrop=shape.dropout, attn_pdrop=shape.dropout,
        # GPT-2's own defaults are 50256, which lies outside a small vocabulary.
        bos_token_id=tokenizers.start_id(tokenizer), eos_token_id=tokenizers.end_id(tokenizer),
        pad_token_id=tokenizers.pad_id(tokenizer),
    )


def _bert_config(shape: ModelShape, tokenizer: PreTrainedTokenizerBase) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=shape.positions, hidden_size=shape.width,
        num_hidden_layers=shape.layers, num_attention_heads=shape.heads, intermediate_size=4 * shape.width,
        hidden_dropout_prob=shape.dropout, attention_probs_dropout_prob=shape.dropout,
        pad_token_id=tokenizers.pad_id(tokenizer), bos_token_id=tokenizers.start_id(tokenizer),
        eos_token_id=tokenizers.end_id(tokenizer),
    )


def _objective(config: PretrainedConfig) -> Objective:
    named = any(name.endswith(("ForMaskedLM", "ForPreTraining")) for name in config.architectures or ())
    encoder = not config.architectures and config.model_type in ("bert", "roberta", "distilbert", "modernbert")
    return Objective.MASKED if named or encoder else Objective.CAUSAL


def _forget_quantization(model: PreTrainedModel) -> None:
    """GGUF weights are plain numbers once loaded, but transformers 5 still refuses to convert or save them."""
    for name in ("hf_quantizer", "quantization_method", "is_quantized"):
        model.__dict__.pop(name, None)
    model.config.__dict__.pop("quantization_config", None)


def _check_objective(config: PretrainedConfig, objective: Objective, name: str) -> None:
    found = _objective(config)
    check(
        found is objective,
        f"{name} is a {found.value} language model ({config.model_type}), this run trains a {objective.value} one",
    )


def _check_loaded(loading: dict[str, Any], name: str) -> None:
    """A checkpoint fits when every weight of the model came from it."""
    missing = sorted(map(str, loading["missing_keys"])) + sorted(str(key) for key in loading["mismatched_keys"])
    check(
        not missing,
        f"{name} does not fit its architecture: {len(missing)} weights are missing or of another shape"
        f" (such as {missing[0] if missing else ''})",
    )


def _why_not(name: str, what: str, error: Exception) -> str:
    if Path(name).is_dir():
        return f"{what} {name}: {hub_names.in_one_line(error)}"
    return hub_names.not_found(name, error)
