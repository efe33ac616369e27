"""Create models with random weights, or load checkpoints, which are checked against the run before any training."""

from __future__ import annotations

import math
import pickle
from collections.abc import Callable
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
    LlamaConfig,
    PretrainedConfig,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from statecode.arguments import check
from statecode.errors import ConfigError
from statecode.modeling import hub_names, objectives, tokenizers
from statecode.modeling.configs import ModelShape, Objective
from statecode.modeling.run_folder import context_tokens_of_run

AUTO_MODELS = {Objective.CAUSAL: AutoModelForCausalLM, Objective.MASKED: AutoModelForMaskedLM}
PICKLE_HINT = "convert it to safetensors, or pass --allow-pickle-weights"
DAMAGED_FILE_ERRORS = (SafetensorError, pickle.UnpicklingError, EOFError)
"""The exceptions that libraries raise for a damaged file of weights."""


def build_model(shape: ModelShape, tokenizer: PreTrainedTokenizerBase, seed: int) -> PreTrainedModel:
    """Create a model with random weights; equal seeds result in equal weights."""
    return _random_model(MODEL_CONFIGS[shape.family](shape, tokenizer), shape.objective, seed)


def build_model_like(
    name_or_folder: str, objective: Objective, tokenizer: PreTrainedTokenizerBase, seed: int
) -> PreTrainedModel:
    """Create a model with the architecture of a checkpoint and random weights, as a baseline for it.

    Raises:
        ConfigError: there is no checkpoint, its model has another objective, or the tokenizer has more tokens than the
            model.
    """
    config = read_config(name_or_folder)
    objectives.check_objective(name_or_folder, config.architectures, config.model_type, objective)
    tokenizers.check_fits(tokenizer, config.vocab_size, name_or_folder)
    return _random_model(config, objective, seed)


def load_model(
    name_or_folder: str, objective: Objective, tokenizer: PreTrainedTokenizerBase, gguf_file: str | None = None,
    allow_pickle_weights: bool = False,
) -> PreTrainedModel:
    """Load a checkpoint in fp32. Code that the checkpoint contains or names is never executed.

    Args:
        name_or_folder: a finished run, a checkpoint folder or a Hub id.
        gguf_file: the name of the GGUF file in `name_or_folder` that contains the weights; None: other formats.
        allow_pickle_weights: load weights from pickle files (`pytorch_model.bin`) too, with the restricted unpickler of
            torch; False: from safetensors and GGUF files only.

    Raises:
        ConfigError: there is no checkpoint, it is damaged, its model has another objective, weights are missing or have
            another shape, or the tokenizer has more tokens than the model.
    """
    options: dict[str, Any] = {"gguf_file": gguf_file} if gguf_file else {}
    config = read_config(name_or_folder, gguf_file)
    objectives.check_objective(name_or_folder, config.architectures, config.model_type, objective)
    if not allow_pickle_weights and not gguf_file:
        options["use_safetensors"] = True
        _check_named_weights(config, name_or_folder)
    try:
        model, loading = AUTO_MODELS[objective].from_pretrained(
            name_or_folder, config=config, output_loading_info=True, trust_remote_code=False, weights_only=True,
            **options,
        )
    except DAMAGED_FILE_ERRORS as error:
        reason = hub_names.first_line(error)
        raise ConfigError(f"the weights in {name_or_folder} are damaged ({reason}); create them again") from error
    except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
        raise ConfigError(_load_error(name_or_folder, "cannot load a model from", error)) from error
    _check_loaded(loading, name_or_folder)
    tokenizers.check_fits(tokenizer, model.get_input_embeddings().num_embeddings, name_or_folder)
    if gguf_file:
        _remove_quantization(model)
    return model.float()  # checkpoints are often stored in bf16; the master weights are fp32


def read_config(name_or_folder: str, gguf_file: str | None = None) -> PretrainedConfig:
    """Return the config of a checkpoint, which defines its architecture.

    Raises:
        ConfigError: there is no such folder or Hub id, it contains no model, or its model needs code of its own.
    """
    hub_names.check_model(name_or_folder, gguf_file)
    options = {"gguf_file": gguf_file} if gguf_file else {}
    try:
        config = AutoConfig.from_pretrained(name_or_folder, trust_remote_code=False, **options)
    except Exception as error:  # a damaged or hostile file can cause any exception in transformers
        hub_names.check_needs_no_code(name_or_folder, "config.json", error)
        raise ConfigError(_load_error(name_or_folder, "no model in", error)) from error
    config._attn_implementation = None  # config.json can name an implementation on the Hub, which is code
    return config


def objective_of(name_or_folder: str, gguf_file: str | None = None) -> Objective:
    """Return the objective of a checkpoint, according to the architecture in its config."""
    config = read_config(name_or_folder, gguf_file)
    return objectives.objective_of(config.architectures, config.model_type)


def max_seq_len_of(model: PreTrainedModel) -> int | None:
    """Return the length of the longest sequence that a model can read, in tokens; None if its config has no limit."""
    for name in ("n_positions", "max_position_embeddings"):
        if getattr(model.config, name, None):
            return int(getattr(model.config, name))
    return None


def trained_context(name: str, model: PreTrainedModel) -> int | None:
    """Return the length of the longest sequence that a model was trained on, in tokens.

    It is known of the runs of this project; of another model it is the longest sequence that the model can read, or
    None if its config has no limit.

    Args:
        name: the run, folder or Hub id that the model was loaded from.
    """
    return context_tokens_of_run(name) or max_seq_len_of(model)


def context_of(model: PreTrainedModel, requested: int | None) -> int:
    """Return the context length in tokens: `requested`, or the longest that the model can read if that is None.

    If `requested` is None and the model has no limit, the context length is 1024.

    Raises:
        ConfigError: the model cannot read `requested` tokens.
    """
    max_seq_len = max_seq_len_of(model)
    check(
        requested is None or max_seq_len is None or requested <= max_seq_len,
        f"--context-tokens {requested} is longer than the {max_seq_len} positions of the model",
    )
    return requested or max_seq_len or 1024


def count_parameters(model: torch.nn.Module) -> int:
    """Return the number of trainable parameters; shared weights count once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)


def _random_model(config: PretrainedConfig, objective: Objective, seed: int) -> PreTrainedModel:
    with torch.random.fork_rng():  # leave the generator of the caller unchanged
        torch.manual_seed(seed)
        return AUTO_MODELS[objective].from_config(config)


def _gpt2_config(shape: ModelShape, tokenizer: PreTrainedTokenizerBase) -> GPT2Config:
    return GPT2Config(
        vocab_size=len(tokenizer), n_positions=shape.max_seq_len, n_embd=shape.width, n_layer=shape.layers,
        n_head=shape.heads, activation_function="gelu_pytorch_tanh",  # gelu_new as one operation
        resid_pdrop=shape.dropout, embd_pdrop=shape.dropout, attn_pdrop=shape.dropout,
        # The default of these ids in GPT2Config is 50256, which lies outside a small vocabulary.
        bos_token_id=tokenizers.start_id(tokenizer), eos_token_id=tokenizers.end_id(tokenizer),
        pad_token_id=tokenizers.pad_id(tokenizer),
    )


def _llama_config(shape: ModelShape, tokenizer: PreTrainedTokenizerBase) -> LlamaConfig:
    """Return the config of a Llama: rotary positions, RMSNorm, SwiGLU, and embeddings that are also the output layer.

    The three matrices of SwiGLU have about as many weights as the two of an MLP with four times the width.
    """
    return LlamaConfig(
        vocab_size=len(tokenizer), max_position_embeddings=shape.max_seq_len, hidden_size=shape.width,
        num_hidden_layers=shape.layers, num_attention_heads=shape.heads,
        intermediate_size=64 * math.ceil(8 * shape.width / 3 / 64), attention_dropout=shape.dropout,
        tie_word_embeddings=True, bos_token_id=tokenizers.start_id(tokenizer),
        eos_token_id=tokenizers.end_id(tokenizer), pad_token_id=tokenizers.pad_id(tokenizer),
    )


def _bert_config(shape: ModelShape, tokenizer: PreTrainedTokenizerBase) -> BertConfig:
    return BertConfig(
        vocab_size=len(tokenizer), max_position_embeddings=shape.max_seq_len, hidden_size=shape.width,
        num_hidden_layers=shape.layers, num_attention_heads=shape.heads, intermediate_size=4 * shape.width,
        hidden_dropout_prob=shape.dropout, attention_probs_dropout_prob=shape.dropout,
        pad_token_id=tokenizers.pad_id(tokenizer), bos_token_id=tokenizers.start_id(tokenizer),
        eos_token_id=tokenizers.end_id(tokenizer),
    )


MODEL_CONFIGS: dict[str, Callable[[ModelShape, PreTrainedTokenizerBase], PretrainedConfig]] = {
    "gpt2": _gpt2_config, "llama": _llama_config, "bert": _bert_config,
}
"""The functions that return the config of a model of each family."""


def _remove_quantization(model: PreTrainedModel) -> None:
    """Remove the quantization attributes of a model that was loaded from a GGUF file.

    After loading, the weights are ordinary floats, but transformers 5 refuses to convert or save a model that has these
    attributes.
    """
    for name in ("hf_quantizer", "quantization_method", "is_quantized"):
        model.__dict__.pop(name, None)
    model.config.__dict__.pop("quantization_config", None)


def _check_named_weights(config: PretrainedConfig, name: str) -> None:
    """Raise ConfigError if config.json names a pickle file as the weights, which would precede `use_safetensors`."""
    weights = getattr(config, "transformers_weights", None)
    check(weights is None or ".safetensors" in str(weights),
          f"{name}/config.json: transformers_weights names {weights}, a pickle file; {PICKLE_HINT}")


def _check_loaded(loading: dict[str, Any], name: str) -> None:
    """Raise ConfigError unless the checkpoint contained every weight of the model in the right shape."""
    missing = sorted(map(str, loading["missing_keys"])) + sorted(str(key) for key in loading["mismatched_keys"])
    check(
        not missing,
        f"{name} does not fit its architecture: {len(missing)} weights are missing or of another shape"
        f" (such as {missing[0] if missing else ''})",
    )


def _load_error(name: str, failure: str, error: Exception) -> str:
    if not Path(name).is_dir():
        return hub_names.not_found_message(name, error)
    pickles = sorted(path.name for path in Path(name).glob("pytorch_model*.bin"))
    if pickles and ".safetensors" in str(error):
        return f"{failure} {name}: it has no model.safetensors, and {pickles[0]} is a pickle file; {PICKLE_HINT}"
    return f"{failure} {name}: {hub_names.first_line(error)}"
