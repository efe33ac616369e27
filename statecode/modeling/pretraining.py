"""The steps of a pre-training run, in the order in which train/pretrain.py calls them."""

from __future__ import annotations

import argparse
import os
import shutil
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import add_settings, check, from_arguments, look_up, passed_flags, with_arguments
from statecode.modeling import models, optimizers, tokenizers
from statecode.modeling.batches import MlmMasking
from statecode.modeling.configs import (
    DataConfig,
    LoopConfig,
    ModelShape,
    Objective,
    PretrainConfig,
    RunConfig,
    SourceConfig,
)
from statecode.modeling.documents import DocumentChunks, Documents
from statecode.modeling.forward import AttentionMaskFormat, find_mask_format
from statecode.modeling.packing import PackedSequences, one_chunk_per_sequence, pack
from statecode.modeling.presets import PRESETS
from statecode.modeling.run_folder import TOKENIZER_FILE
from statecode.modeling.token_sources import TokenSource


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the flags of a PretrainConfig to a parser."""
    parser.add_argument("--preset", required=True, metavar="NAME",
                        help="; ".join(f"{name}: {preset.purpose}" for name, preset in PRESETS.items()))
    add_settings(parser, SourceConfig, "corpus, initial weights, tokenizer")
    add_settings(parser, RunConfig, "the run")
    add_settings(parser, ModelShape, "shape of a new model; defaults from the preset", from_preset=True)
    add_settings(parser, DataConfig, "data; defaults from the preset", from_preset=True)
    optimizers.add_arguments(parser, "optimizer; defaults from the preset")
    add_settings(parser, LoopConfig, "loop; defaults from the preset", from_preset=True)


def config_of(args: argparse.Namespace) -> PretrainConfig:
    """Return the config of a run: the values of the preset in --preset, replaced by those of the passed flags.

    Raises:
        ConfigError: the preset is unknown, a flag does not fit --init or --preset, or a value is not valid.
    """
    preset = look_up(args.preset, PRESETS, "preset")
    source = from_arguments(SourceConfig, args)
    from_scratch = source.init == "scratch"
    shape_flags = passed_flags(ModelShape, args)
    check(from_scratch or not shape_flags,
          f"{', '.join(shape_flags)}: only with --init scratch; {source.init} defines its own shape")
    shape = with_arguments(preset.model, args) if from_scratch else None
    check(shape is None or shape.objective is preset.objective,
          f"--family {args.family} does not match --preset {args.preset}")
    return PretrainConfig(
        preset=args.preset, objective=preset.objective, source=source, shape=shape,
        data=with_arguments(preset.data, args), optimizer=optimizers.config_of(preset.optimizer, args),
        loop=with_arguments(preset.loop, args), run=from_arguments(RunConfig, args),
    )


def prepare_tokenizer(config: PretrainConfig, tokens: TokenSource) -> None:
    """Save the tokenizer of the run in the run folder, unless the folder already has one.

    The tokenizer is the one in --tokenizer. Without this flag it is the tokenizer of the checkpoint in --init, or that
    of `tokens` if --init is `scratch`.
    """
    folder = Path(config.run.output_dir)
    if (folder / TOKENIZER_FILE).is_file():
        return
    source = config.source
    if source.tokenizer is None and source.init == "scratch":
        tokenizer = tokens.make_tokenizer(config.objective)
    else:
        tokenizer = tokenizers.load_tokenizer(source.tokenizer or source.init, source.gguf_file)
    save_tokenizer(tokenizer, folder)


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Save a tokenizer in `folder`.

    TOKENIZER_FILE appears in the folder last, so that a folder with this file has a complete tokenizer.
    """
    temporary = folder / ".tokenizer-writing"
    shutil.rmtree(temporary, ignore_errors=True)
    tokenizer.save_pretrained(temporary)
    for path in sorted(temporary.iterdir(), key=lambda path: path.name == TOKENIZER_FILE):
        os.replace(path, folder / path.name)
    temporary.rmdir()


def make_model(config: PretrainConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Create a model with random weights if --init is `scratch`; otherwise load the checkpoint in --init.

    Raises:
        ConfigError: the checkpoint is missing, is damaged, or does not fit the objective or the tokenizer.
    """
    if config.shape is not None:
        return models.build_model(config.shape, tokenizer, config.loop.seed)
    return models.load_model(config.source.init, config.objective, tokenizer, config.source.gguf_file)


def make_sequences(
    documents: Documents, tokenizer: PreTrainedTokenizerBase, objective: Objective, sequence_tokens: int,
    data: DataConfig,
) -> PackedSequences:
    """Cut documents into chunks of at most `sequence_tokens` tokens, and pack the chunks into sequences.

    If `data.packing` is False, each chunk is a sequence.
    """
    chunks = DocumentChunks(documents, tokenizer, objective, sequence_tokens, data.document_tokens)
    layout = pack(chunks.lengths, sequence_tokens) if data.packing else one_chunk_per_sequence(chunks.lengths)
    # Pad with the start token, because transformers warns about the padding token in inputs without a mask.
    return PackedSequences(chunks, layout, tokenizers.start_id(tokenizer))


def make_masking(tokenizer: PreTrainedTokenizerBase, objective: Objective, share: float) -> MlmMasking | None:
    """Return the MLM masking of a run; None for causal models.

    Args:
        share: share of the text tokens that are predicted, 0 to 1.
    """
    if objective is Objective.CAUSAL:
        return None
    # In tokenizers of this project the special tokens have the first ids: draw random tokens from the ids after them.
    first_random_id = max(tokenizer.all_special_ids) + 1 if max(tokenizer.all_special_ids) < 256 else 0
    return MlmMasking(tokenizers.mask_id(tokenizer), first_random_id, len(tokenizer), share)


def choose_mask_format(model: PreTrainedModel, objective: Objective, packing: bool) -> AttentionMaskFormat:
    """Return the attention mask format with which `model` keeps the chunks of a sequence separate; see `forward`.

    Without packing each sequence is one chunk, and the format is PADDING.

    Raises:
        ConfigError: the model cannot keep packed chunks separate.
    """
    return find_mask_format(model, objective) if packing else AttentionMaskFormat.PADDING
