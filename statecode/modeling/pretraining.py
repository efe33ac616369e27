"""Run a pre-training: `pretrain`, and the steps that it takes, in their order."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from accelerate import Accelerator
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.modeling import launch, models, tokenizers
from statecode.modeling.batches import EpochBatches, EvaluationBatches, MlmMasking, TrainingBatches
from statecode.modeling.configs import DataConfig, LoopConfig, Objective, PretrainConfig, as_json, default_settings
from statecode.modeling.documents import DocumentChunks, Documents, describe_split
from statecode.modeling.forward import AttentionMaskFormat, find_mask_format, reads_flat_batches
from statecode.modeling.mapped_arrays import mapped_copy
from statecode.modeling.mixing import MixedBatches, MixedDocuments
from statecode.modeling.outputs import written_in_run
from statecode.modeling.packing import Layout, PackedSequences, joined_layout, one_chunk_per_sequence, pack
from statecode.modeling.prefetch import PrefetchedBatches
from statecode.modeling.run_folder import TOKENIZER_FILE, TOKENS_FOLDER, RunFolder, flatten
from statecode.modeling.token_bytes import token_bytes
from statecode.modeling.token_sources import SPLITS_READ, TokenSource, open_token_source, settings_of_run
from statecode.modeling.trainer import TrainerInputs, fit
from statecode.text import printable


def pretrain(config: PretrainConfig) -> None:
    """Run a complete pre-training: open the tokens, train, and save the model in the run folder.

    Raises:
        InputError: the run folder contains another run, or the model, the tokenizer or the corpus is not usable.
        KeyboardInterrupt: Ctrl-C or SIGTERM was received; see `fit`.
    """
    accelerator = launch.start(config.loop, config.run, config.optimizer)
    run = RunFolder(Path(config.run.output_dir))
    tokens = open_token_source(config.source, config.data, run.path / TOKENS_FOLDER)
    launch.on_first_rank(accelerator, lambda: open_run(config, run, tokens))
    if run.finished:
        return accelerator.print(
            printable(f"{run.path} is finished; --resume restart trains it again"), file=sys.stderr)
    inputs = make_inputs(config, run, tokens, accelerator)
    launch.init_trackers(accelerator, flatten(as_json(config)))
    progress = fit(inputs)
    accelerator.print(printable(
        f"{run.path}: {progress.step:,} steps in {progress.elapsed_s:,.0f} s, lowest validation loss"
        f" {progress.best_loss:.4f} at step {progress.best_step:,}"), file=sys.stderr)
    accelerator.end_training()


def open_run(config: PretrainConfig, run: RunFolder, tokens: TokenSource) -> None:
    """Start the run in its folder, or resume it, and save its tokenizer there.

    Raises:
        InputError: the folder contains a run with other settings, or the tokenizer is not usable.
    """
    run.open(settings_of_run(config, tokens), {"config": as_json(config)}, config.run.resume == "restart",
             default_settings(config))
    prepare_tokenizer(config, tokens)


def make_inputs(
    config: PretrainConfig, run: RunFolder, tokens: TokenSource, accelerator: Accelerator
) -> TrainerInputs:
    """Return the model, the batches and the settings of the trainer. The first process writes the token files.

    Args:
        run: the folder with the tokenizer of the run.
    """
    tokenizer = tokenizers.load_tokenizer(str(run.path))
    model = make_model(config, tokenizer)
    context_tokens = models.context_of(model, config.data.context_tokens)
    if config.data.long_documents == "windows":  # they have the length of a sequence, which is now known
        tokens = open_token_source(
            config.source, replace(config.data, context_tokens=context_tokens), run.path / TOKENS_FOLDER)
    launch.on_first_rank(accelerator, lambda: tokens.prepare(tokenizer))
    data = make_data(config, tokens, tokenizer, context_tokens, accelerator.device.type == "cuda")
    launch.on_first_rank(accelerator, lambda: run.add_facts(data=data.sizes, parameters=models.count_parameters(model)))
    return TrainerInputs(
        run=run, accelerator=accelerator, model=model, objective=config.objective,
        mask_format=choose_mask_format(model.to(accelerator.device), config.objective, config.data.packing,
                                       accelerator.mixed_precision == "bf16"),
        batches=data.batches, validation_batches=data.validation_batches, validation_bytes=data.validation_bytes,
        token_bytes_V=data.token_bytes_V, optimizer=config.optimizer, loop=config.loop,
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
        tokenizer = tokenizers.load_tokenizer_for(source.init, source.tokenizer, source.gguf_file)
    tokenizers.save_tokenizer(tokenizer, folder)


def make_model(config: PretrainConfig, tokenizer: PreTrainedTokenizerBase) -> PreTrainedModel:
    """Create a model with random weights if --init is `scratch`; otherwise load the checkpoint in --init.

    Raises:
        ConfigError: the checkpoint is missing, is damaged, or does not fit the objective or the tokenizer.
    """
    if config.shape is not None:
        return models.build_model(config.shape, tokenizer, config.loop.seed)
    source = config.source
    return models.load_model(
        source.init, config.objective, tokenizer, source.gguf_file, source.allow_pickle_weights)


@dataclass(frozen=True, kw_only=True)
class TrainingData:
    """The batches of a run."""

    batches: TrainingBatches
    validation_batches: EvaluationBatches
    validation_bytes: int  # UTF-8 bytes of the validation texts; 0 if not each of their tokens is scored once
    token_bytes_V: Tensor | None  # see `token_bytes`; None for masked models, which score a random part of the tokens
    sizes: dict[str, dict[str, Any]]  # of each split, see `describe_split`


def make_data(
    config: PretrainConfig, tokens: TokenSource, tokenizer: PreTrainedTokenizerBase, context_tokens: int,
    pin_memory: bool,
) -> TrainingData:
    """Open the documents of a run, and make its batches.

    Args:
        tokens: a token source after `prepare`.
        context_tokens: tokens per sequence.
        pin_memory: see `PrefetchedBatches`.
    """
    documents = {name: tokens.documents(name) for name in SPLITS_READ}
    sequences = {name: make_sequences(split, tokenizer, config.objective, context_tokens, config.data,
                                      Path(config.run.output_dir)) for name, split in documents.items()}
    masking = make_masking(tokenizer, config.objective, config.data.mask_share)
    validation = documents["validation"].info
    all_scored = config.objective is Objective.CAUSAL and not (
        config.loop.evaluate_rows or config.data.document_tokens or validation.document_tokens
        or validation.loss_on != "all" or validation.window_tokens)
    batches = make_batches(documents["train"], sequences["train"], config.loop, masking)
    return TrainingData(
        batches=PrefetchedBatches(batches, config.loop.total_steps, pin_memory),
        validation_batches=EvaluationBatches(
            sequences["validation"], 2 * config.loop.micro_batch_rows, masking, config.loop.evaluate_rows),
        validation_bytes=validation.text_bytes if all_scored else 0,
        token_bytes_V=token_bytes(tokenizer) if config.objective is Objective.CAUSAL else None,
        sizes={name: describe_split(split, sequences[name], context_tokens) for name, split in documents.items()})


def make_sequences(
    documents: Documents, tokenizer: PreTrainedTokenizerBase, objective: Objective, sequence_tokens: int,
    data: DataConfig, folder: Path | None = None,
) -> PackedSequences:
    """Cut documents into chunks of at most `sequence_tokens` tokens, and pack the chunks into sequences.

    If `data.packing` is False, each chunk is a sequence.

    Args:
        folder: the folder of the files in which large arrays are stored, see `mapped_arrays`; None: in memory.
    """
    chunks = DocumentChunks(documents, tokenizer, objective, sequence_tokens, data.document_tokens)
    layouts = []
    for lengths in np.split(chunks.lengths, first_chunks(documents, chunks)[1:-1]):  # of each corpus
        layouts.append(pack(lengths, sequence_tokens) if data.packing else one_chunk_per_sequence(lengths))
    layout = layouts[0] if len(layouts) == 1 else joined_layout(layouts)
    if folder is not None:
        with written_in_run(folder):
            chunks.map_arrays(folder)
            layout = Layout(mapped_copy(layout.chunks, folder), mapped_copy(layout.offsets, folder))
    # Pad with the start token, because transformers warns about the padding token in inputs without a mask.
    in_value = chunks.in_value if data.mask_unit == "value" else None
    return PackedSequences(chunks, layout, tokenizers.start_id(tokenizer), in_value)


def first_chunks(documents: Documents, chunks: DocumentChunks) -> list[int]:
    """Return the number of the first chunk of each corpus of `documents`, and at the end the number of all chunks."""
    if not isinstance(documents, MixedDocuments):
        return [0, len(chunks.lengths)]
    return np.searchsorted(chunks.document_of, documents.first_documents).tolist()


def make_batches(
    documents: Documents, sequences: PackedSequences, loop: LoopConfig, masking: MlmMasking | None
) -> TrainingBatches:
    """Return the training batches of a run; those of a mixture of corpora have their shares.

    Raises:
        ConfigError: a corpus of a mixture has no sequence.
    """
    if not isinstance(documents, MixedDocuments):
        return EpochBatches(sequences, loop.batch_rows, loop.seed, masking)
    assert isinstance(sequences.chunks, DocumentChunks) and isinstance(sequences.layout, Layout)
    # The sequences of a corpus follow one another, so that chunks are in their order.
    bounds = first_chunks(documents, sequences.chunks)
    first = tuple(np.searchsorted(sequences.layout.offsets, bounds).tolist())
    check(all(one < other for one, other in zip(first, first[1:])), "--corpus: a corpus of the mixture has no document")
    return MixedBatches(sequences, first, documents.shares, loop.batch_rows, loop.seed, masking)


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


def choose_mask_format(
    model: PreTrainedModel, objective: Objective, packing: bool, bf16: bool = False
) -> AttentionMaskFormat:
    """Return the attention mask format with which `model` keeps the chunks of a sequence separate; see `forward`.

    If the format is CHUNKS, the model has chunk attention afterwards. Without packing each sequence is one chunk, and
    the format of models that cannot read flat batches is PADDING.

    Args:
        model: the model, on the device on which it is trained.
        bf16: True if the model will compute in bf16.

    Raises:
        ConfigError: the model cannot keep packed chunks separate.
    """
    if packing:
        return find_mask_format(model, objective, bf16)
    return AttentionMaskFormat.CHUNKS if reads_flat_batches(model, objective, bf16) else AttentionMaskFormat.PADDING
