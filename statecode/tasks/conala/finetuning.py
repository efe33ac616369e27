"""The parts of a CoNaLa fine-tuning run, in the order in which train/finetune_conala.py puts them together."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import models, tokenizers
from statecode.modeling.arguments import add_settings, check, choose, from_arguments, setting, with_arguments
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig, RunConfig, as_json, without_free
from statecode.modeling.decoding import DecodingConfig
from statecode.modeling.packing import ListedChunks, PackedSequences, one_per_row
from statecode.modeling.presets import PRESETS, Preset
from statecode.modeling.pretraining import save_tokenizer
from statecode.modeling.run_folder import TOKENIZER_FILE
from statecode.modeling.texts import fingerprint
from statecode.tasks.conala.data import Conala, Example
from statecode.tasks.conala.encoding import SnippetChunks, prompt_text

DEFAULT_PRESET = "mini"
CONTEXT_TOKENS = 512  # enough for every example of CoNaLa but a few; unless the user says otherwise
LOOP = LoopConfig(total_steps=800, batch_rows=16, micro_batch_rows=16, evaluate_every=100, save_every=100)
OPTIMIZER = OptimizerConfig(learning_rate=5e-4)
"""About six passes over the 2,163 training examples, at a rate for the small presets."""


@dataclass(frozen=True, kw_only=True)
class TaskConfig:
    """What is fitted to what."""

    init: str = setting("scratch", "scratch (random weights, a preset's shape), or a run, checkpoint folder, Hub id")
    gguf_file: str | None = setting(None, "the GGUF file in --init that holds the weights")
    preset: str | None = setting(None, f"shape of scratch ({DEFAULT_PRESET} by default): {', '.join(PRESETS)}")
    tokenizer: str | None = setting(
        None, "a run or folder with a tokenizer, so that scratch reads the same tokens as a pre-trained run; default: "
              "with scratch trained on CoNaLa's train, else the checkpoint's own")
    conala: str | None = setting(
        None, "folder with conala-train.json and conala-test.json; default: STATECODE_DATA's conala/, else the Hub's "
              "neulab/conala")
    context_tokens: int | None = setting(
        None, f"longest prompt with its snippet; default: what the model can read, up to {CONTEXT_TOKENS}")

    def __post_init__(self) -> None:
        check(self.gguf_file is None or self.init != "scratch", "--gguf-file needs --init FOLDER")
        check(self.preset is None or self.init == "scratch", f"--preset: {self.init} brings its own shape")
        check(self.context_tokens is None or self.context_tokens >= 16,
              f"--context-tokens must be at least 16; got {self.context_tokens}")


@dataclass(frozen=True, kw_only=True)
class FinetuneConfig:
    """All of a fine-tuning run."""

    task: TaskConfig
    optimizer: OptimizerConfig
    loop: LoopConfig
    decoding: DecodingConfig
    run: RunConfig

    def settings(self) -> dict[str, Any]:
        """What decides the numbers: a run goes on only while these stay the same."""
        settings = without_free(as_json(self))
        return settings | {"task": {name: value for name, value in settings["task"].items() if name != "conala"}}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every flag of a FinetuneConfig."""
    add_settings(parser, TaskConfig, "what is fitted to what")
    add_settings(parser, RunConfig, "the run")
    add_settings(parser, DecodingConfig, "how the test's snippets are written")
    add_settings(parser, OptimizerConfig, f"optimizer; its own defaults, learning rate {OPTIMIZER.learning_rate} "
                 "(take 1e-5 to 5e-5 for checkpoints of 100M parameters and more)", of_preset=True)
    add_settings(parser, LoopConfig, f"loop; {LOOP.total_steps} steps of {LOOP.batch_rows} examples, evaluated and "
                 f"saved every {LOOP.evaluate_every} unless said otherwise", of_preset=True)


def config_of(args: argparse.Namespace) -> FinetuneConfig:
    """The defaults with the given flags in place.

    Raises:
        ConfigError: values do not fit together.
    """
    return FinetuneConfig(
        task=from_arguments(TaskConfig, args), optimizer=with_arguments(OPTIMIZER, args),
        loop=with_arguments(LOOP, args), decoding=from_arguments(DecodingConfig, args),
        run=from_arguments(RunConfig, args),
    )


def check_causal(task: TaskConfig) -> None:
    """Refuse models that cannot write.

    Raises:
        ConfigError: the checkpoint or the preset is a masked language model, or there is none.
    """
    if task.init == "scratch":
        objective, name = preset_of(task).objective, f"--preset {task.preset}"
    else:
        objective, name = models.objective_of(task.init, task.gguf_file), task.init
    check(objective is Objective.CAUSAL,
          f"{name} is a {objective.value} language model; CoNaLa generation needs a causal one, such as GPT-2")


def preset_of(task: TaskConfig) -> Preset:
    """The preset that a model from scratch takes its shape from."""
    return choose(task.preset or DEFAULT_PRESET, PRESETS, "preset")


def examples_sha256(data: Conala) -> dict[str, str]:
    """A hash of the examples of each split, so that a run never goes on with others."""
    return {f"{name}_sha256": fingerprint([prompt_text(example) + example.snippet for example in examples])
            for name, examples in (("train", data.train), ("dev", data.dev), ("test", data.test))}


def prepare_tokenizer(task: TaskConfig, train: Sequence[Example], folder: Path) -> None:
    """Put the run's tokenizer into its folder, unless an earlier session did."""
    if (folder / TOKENIZER_FILE).is_file():
        return
    if task.tokenizer is None and task.init == "scratch":
        texts = [prompt_text(example) + example.snippet for example in train]
        tokenizer = tokenizers.train_tokenizer(texts, preset_of(task).data.vocab_size, Objective.CAUSAL)
    else:
        tokenizer = tokenizers.load_tokenizer(task.tokenizer or task.init, task.gguf_file)
    save_tokenizer(tokenizer, folder)


def make_model(config: FinetuneConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Random weights in the preset's shape, or a checkpoint."""
    task = config.task
    if task.init == "scratch":
        return models.build_model(preset_of(task).model, tokenizer, config.loop.seed)
    return models.load_model(task.init, Objective.CAUSAL, tokenizer, task.gguf_file)


def context_of(task: TaskConfig, model: PreTrainedModel) -> int:
    """Tokens that a prompt and its snippet may have together.

    Raises:
        ConfigError: the model cannot read as many as were asked for.
    """
    if task.context_tokens is None:
        return min(CONTEXT_TOKENS, models.positions_of(model) or CONTEXT_TOKENS)
    return models.context_of(model, task.context_tokens)


def make_rows(chunks: SnippetChunks, tokenizer: PreTrainedTokenizerBase) -> PackedSequences:
    """One example a row."""
    listed = ListedChunks(chunks.chunks)
    return PackedSequences(listed, one_per_row(listed.lengths), tokenizers.start_id(tokenizer))
