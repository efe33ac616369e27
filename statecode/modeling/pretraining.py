"""The parts of a pre-training run, in the order in which train/pretrain.py puts them together."""

from __future__ import annotations

import argparse
import os
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import models, tokenizers
from statecode.modeling.arguments import add_settings, check, choose, from_arguments, given, with_arguments
from statecode.modeling.batches import MlmMasking
from statecode.modeling.configs import (
    DataConfig,
    LoopConfig,
    ModelShape,
    Objective,
    OptimizerConfig,
    PretrainConfig,
    RunConfig,
    SourceConfig,
)
from statecode.modeling.documents import PREFIX_CHARACTERS, DocumentChunks, Documents
from statecode.modeling.forward import AttentionMaskFormat, find_mask_format
from statecode.modeling.packing import PackedSequences, one_per_row, pack
from statecode.modeling.presets import PRESETS
from statecode.modeling.run_folder import TOKENIZER_FILE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add every flag of a PretrainConfig."""
    parser.add_argument("--preset", required=True, metavar="NAME",
                        help="; ".join(f"{name}: {preset.purpose}" for name, preset in PRESETS.items()))
    add_settings(parser, SourceConfig, "what is read")
    add_settings(parser, RunConfig, "the run")
    add_settings(parser, ModelShape, "shape of a new model; defaults from the preset", of_preset=True)
    add_settings(parser, DataConfig, "data; defaults from the preset", of_preset=True)
    add_settings(parser, OptimizerConfig, "optimizer; defaults from the preset", of_preset=True)
    add_settings(parser, LoopConfig, "loop; defaults from the preset", of_preset=True)


def config_of(args: argparse.Namespace) -> PretrainConfig:
    """The preset with the given flags in place.

    Raises:
        ConfigError: the preset is unknown, or values do not fit together.
    """
    preset = choose(args.preset, PRESETS, "preset")
    source = from_arguments(SourceConfig, args)
    fresh = source.init == "scratch"
    shaping = given(ModelShape, args)
    check(fresh or not shaping, f"{', '.join(shaping)}: only with --init scratch; {source.init} brings its own shape")
    shape = with_arguments(preset.model, args) if fresh else None
    check(shape is None or shape.objective is preset.objective,
          f"--family {args.family} does not go with --preset {args.preset}")
    return PretrainConfig(
        preset=args.preset, objective=preset.objective, source=source, shape=shape,
        data=with_arguments(preset.data, args), optimizer=with_arguments(preset.optimizer, args),
        loop=with_arguments(preset.loop, args), run=from_arguments(RunConfig, args),
    )


def prepare_tokenizer(config: PretrainConfig, train_texts: Sequence[str]) -> None:
    """Put the run's tokenizer into its folder, unless an earlier session did."""
    folder = Path(config.run.output_dir)
    if (folder / TOKENIZER_FILE).is_file():
        return
    source = config.source
    if source.tokenizer is None and source.init == "scratch":
        texts = starts_of(train_texts, config.data.document_tokens)
        tokenizer = tokenizers.train_tokenizer(texts, config.data.vocab_size, config.objective)
    else:
        tokenizer = tokenizers.load_tokenizer(source.tokenizer or source.init, source.gguf_file)
    save_tokenizer(tokenizer, folder)


def starts_of(texts: Sequence[str], document_tokens: int | None) -> Iterator[str]:
    """The part of each text that a run with --document-tokens can see, and some more."""
    for text in texts:
        yield text if document_tokens is None else text[:PREFIX_CHARACTERS * document_tokens]


def save_tokenizer(tokenizer: PreTrainedTokenizerBase, folder: Path) -> None:
    """Save so that TOKENIZER_FILE appears last: where it lies, the tokenizer is whole."""
    temporary = folder / ".tokenizer-writing"
    shutil.rmtree(temporary, ignore_errors=True)
    tokenizer.save_pretrained(temporary)
    for path in sorted(temporary.iterdir(), key=lambda path: path.name == TOKENIZER_FILE):
        os.replace(path, folder / path.name)
    temporary.rmdir()


def make_model(config: PretrainConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Random weights in the preset's shape, or a checkpoint that fits objective and tokenizer."""
    if config.shape is not None:
        return models.build_model(config.shape, tokenizer, config.loop.seed)
    return models.load_model(config.source.init, config.objective, tokenizer, config.source.gguf_file)


def make_rows(
    documents: Documents, tokenizer: PreTrainedTokenizerBase, objective: Objective, row_tokens: int, data: DataConfig
) -> PackedSequences:
    """Documents cut into pieces and laid into rows."""
    chunks = DocumentChunks(documents, tokenizer, objective, row_tokens, data.document_tokens)
    layout = pack(chunks.lengths, row_tokens) if data.packing else one_per_row(chunks.lengths)
    # Not the padding token: transformers warns about it wherever it stands without a mask, needed or not.
    return PackedSequences(chunks, layout, tokenizers.start_id(tokenizer))


def masking_of(tokenizer: PreTrainedTokenizerBase, objective: Objective, share: float) -> MlmMasking | None:
    """How inputs are corrupted; not at all for causal models."""
    if objective is Objective.CAUSAL:
        return None
    first = max(tokenizer.all_special_ids) + 1 if max(tokenizer.all_special_ids) < 256 else 0
    return MlmMasking(tokenizers.mask_id(tokenizer), first, len(tokenizer), share)


def style_of(model: PreTrainedModel, objective: Objective, packing: bool) -> AttentionMaskFormat:
    """How this model keeps the pieces of a row apart; see `forward`."""
    return find_mask_format(model, objective) if packing else AttentionMaskFormat.PADDING
