"""Settings and steps of a CoNaLa fine-tuning run, in the order in which train/finetune_conala.py uses them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import add_settings, check, from_arguments, look_up, setting, with_arguments
from statecode.modeling import models, optimizers, tokenizers
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig, RunConfig, as_json, without_changeable
from statecode.modeling.decoding import DecodingConfig
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence
from statecode.modeling.presets import PRESETS, Preset
from statecode.modeling.pretraining import save_tokenizer
from statecode.modeling.run_folder import TOKENIZER_FILE
from statecode.modeling.texts import fingerprint
from statecode.tasks.conala.data import Conala, Example
from statecode.tasks.conala.encoding import SnippetChunks, prompt_text

DEFAULT_PRESET = "mini"
CONTEXT_TOKENS = 512  # default for --context-tokens; only a few examples of CoNaLa are longer
DEFAULT_LOOP = LoopConfig(total_steps=800, batch_rows=16, micro_batch_rows=16, evaluate_every=100, save_every=100)
DEFAULT_OPTIMIZER = OptimizerConfig(learning_rate=5e-4)
"""The learning rate of the small presets. DEFAULT_LOOP takes about six epochs over the 2,163 training examples."""


@dataclass(frozen=True, kw_only=True)
class TaskConfig:
    """The model that is fine-tuned, its tokenizer and its data."""

    init: str = setting(
        "scratch", "initial weights: scratch (random, in the shape of a preset), or a run, checkpoint folder or Hub id")
    gguf_file: str | None = setting(None, "the GGUF file in --init that holds the weights")
    preset: str | None = setting(
        None, f"shape of a model from scratch (default: {DEFAULT_PRESET}): {', '.join(PRESETS)}")
    tokenizer: str | None = setting(
        None, "run or folder with a tokenizer, so that a model from scratch reads the same tokens as a pre-trained "
              "one; default: trained on CoNaLa's train split for scratch, else the checkpoint's own")
    conala: str | None = setting(
        None, "folder with conala-train.json and conala-test.json; default: conala/ in STATECODE_DATA, else "
              "neulab/conala on the Hub")
    context_tokens: int | None = setting(
        None, f"maximum tokens of a prompt with its snippet; default: the model's context, at most {CONTEXT_TOKENS}")

    def __post_init__(self) -> None:
        check(self.gguf_file is None or self.init != "scratch", "--gguf-file needs --init FOLDER")
        check(self.preset is None or self.init == "scratch",
              f"--preset needs --init scratch; {self.init} has its own shape")
        check(self.context_tokens is None or self.context_tokens >= 16,
              f"--context-tokens must be at least 16; got {self.context_tokens}")


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """All settings of a fine-tuning run."""

    task: TaskConfig
    optimizer: OptimizerConfig
    loop: LoopConfig
    decoding: DecodingConfig
    run: RunConfig

    def settings(self) -> dict[str, Any]:
        """Return the settings that affect the results. A run is resumed only if they equal those in its run.json.

        They do not include the folder of CoNaLa, because `examples_sha256` identifies its content.
        """
        settings = without_changeable(as_json(self))
        return settings | {"task": {name: value for name, value in settings["task"].items() if name != "conala"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a FinetuneConfig."""
    add_settings(parser, TaskConfig, "model and data")
    add_settings(parser, RunConfig, "run")
    add_settings(parser, DecodingConfig, "generation of the test snippets")
    optimizers.add_arguments(parser, f"optimizer; default learning rate {DEFAULT_OPTIMIZER.learning_rate}; use "
                             "1e-5 to 5e-5 for checkpoints of 100M parameters and more")
    add_settings(parser, LoopConfig, f"loop; default: {DEFAULT_LOOP.total_steps} steps of {DEFAULT_LOOP.batch_rows} "
                 f"examples, evaluated and saved every {DEFAULT_LOOP.evaluate_every} steps", from_preset=True)


def config_of(args: argparse.Namespace) -> FinetuneConfig:
    """Return the config of a run: the defaults, replaced by the values of the flags that the user passed.

    Raises:
        ConfigError: the values are not valid together.
    """
    return FinetuneConfig(
        task=from_arguments(TaskConfig, args), optimizer=optimizers.config_of(DEFAULT_OPTIMIZER, args),
        loop=with_arguments(DEFAULT_LOOP, args), decoding=from_arguments(DecodingConfig, args),
        run=from_arguments(RunConfig, args),
    )


def check_causal(task: TaskConfig) -> None:
    """Check that the model is a causal language model, which can generate text.

    Raises:
        ConfigError: the checkpoint or the preset is a masked language model, or does not exist.
    """
    if task.init == "scratch":
        objective, name = preset_of(task).objective, f"--preset {task.preset}"
    else:
        objective, name = models.objective_of(task.init, task.gguf_file), task.init
    check(objective is Objective.CAUSAL,
          f"{name} is a {objective.value} language model; CoNaLa generation needs a causal one, such as GPT-2")


def preset_of(task: TaskConfig) -> Preset:
    """Return the preset that defines the shape of a model from scratch."""
    return look_up(task.preset or DEFAULT_PRESET, PRESETS, "preset")


def examples_sha256(data: Conala) -> dict[str, str]:
    """Return a hash of the examples of each split, by names such as `train_sha256`.

    The hashes are settings: a run is resumed only if they equal those in its run.json.
    """
    return {f"{name}_sha256": fingerprint([prompt_text(example) + example.snippet for example in examples])
            for name, examples in (("train", data.train), ("dev", data.dev), ("test", data.test))}


def prepare_tokenizer(task: TaskConfig, train: Sequence[Example], folder: Path) -> None:
    """Train or load the tokenizer of a run and save it in `folder`, unless a resumed run already has it there."""
    if (folder / TOKENIZER_FILE).is_file():
        return
    if task.tokenizer is None and task.init == "scratch":
        texts = [prompt_text(example) + example.snippet for example in train]
        tokenizer = tokenizers.train_tokenizer(texts, preset_of(task).data.vocab_size, Objective.CAUSAL)
    else:
        tokenizer = tokenizers.load_tokenizer(task.tokenizer or task.init, task.gguf_file)
    save_tokenizer(tokenizer, folder)


def make_model(config: FinetuneConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Create a model with random weights in the preset's shape if --init is `scratch`; otherwise load a checkpoint."""
    task = config.task
    if task.init == "scratch":
        return models.build_model(preset_of(task).model, tokenizer, config.loop.seed)
    return models.load_model(task.init, Objective.CAUSAL, tokenizer, task.gguf_file)


def context_of(task: TaskConfig, model: PreTrainedModel) -> int:
    """Return the maximum number of tokens that a prompt and its snippet have together.

    Raises:
        ConfigError: --context-tokens is longer than the model's context.
    """
    if task.context_tokens is None:
        return min(CONTEXT_TOKENS, models.max_seq_len_of(model) or CONTEXT_TOKENS)
    return models.context_of(model, task.context_tokens)


def make_sequences(chunks: SnippetChunks, tokenizer: PreTrainedTokenizerBase) -> PackedSequences:
    """Return the sequences of the examples, one example per sequence."""
    listed = ListedChunks(chunks.chunks)
    return PackedSequences(listed, one_chunk_per_sequence(listed.lengths), tokenizers.start_id(tokenizer))
