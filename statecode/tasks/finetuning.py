"""Steps of a fine-tuning run that do not depend on the kind of the task."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel

from statecode.modeling import models, tokenizers
from statecode.modeling.configs import Objective, as_json, default_settings
from statecode.modeling.run_folder import TOKENIZER_FILE, RunFolder
from statecode.modeling.tokenizers import save_tokenizer
from statecode.tasks.base import TaskData
from statecode.tasks.configs import CONTEXT_TOKENS, FinetuneConfig, ModelConfig
from statecode.tasks.results import remove_results


def open_run(run: RunFolder, config: FinetuneConfig, data: TaskData[Any], hashes: dict[str, str]) -> None:
    """Start a run in its folder, or resume it. Results of an earlier run in the folder are removed.

    Args:
        hashes: hashes of the examples, which are settings.

    Raises:
        ConfigError: the folder contains a run with other settings or examples, or is not usable.
    """
    facts = {"task": config.task, "config": as_json(config), "data": dict(data.report)}
    run.open(config.settings() | hashes, facts, config.run.resume == "restart", default_settings(config))
    if not run.finished:
        remove_results(run.path)


def prepare_tokenizer(config: ModelConfig, train_texts: Iterable[str], folder: Path) -> None:
    """Train or load the tokenizer of a run and save it in `folder`, unless a resumed run already has it there."""
    if (folder / TOKENIZER_FILE).is_file():
        return
    if config.tokenizer is None and config.init == "scratch":
        preset = config.preset_of_scratch()
        tokenizer = tokenizers.train_tokenizer(
            train_texts, preset.data.vocab_size, preset.objective, preset.data.digits)
    else:
        tokenizer = tokenizers.load_tokenizer_for(config.init, config.tokenizer, config.gguf_file)
    save_tokenizer(tokenizer, folder)


def objective_of(config: ModelConfig) -> tuple[Objective, str]:
    """Return the objective of the model in --init or --preset, and a name of the model for messages.

    Raises:
        ConfigError: the checkpoint or the preset does not exist.
    """
    if config.init == "scratch":
        return config.preset_of_scratch().objective, f"--preset {config.preset}"
    return models.objective_of(config.init, config.gguf_file), config.init


def context_of(config: ModelConfig, model: PreTrainedModel) -> int:
    """Return the maximum number of tokens of an example.

    Raises:
        ConfigError: --context-tokens is longer than the model's context.
    """
    if config.context_tokens is None:
        return min(CONTEXT_TOKENS, models.max_seq_len_of(model) or CONTEXT_TOKENS)
    return models.context_of(model, config.context_tokens)
