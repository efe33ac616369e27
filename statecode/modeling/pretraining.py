"""The steps of a pre-training run, in the order in which train/pretrain.py calls them."""

from __future__ import annotations

from pathlib import Path

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import models, tokenizers
from statecode.modeling.batches import MlmMasking
from statecode.modeling.configs import DataConfig, Objective, PretrainConfig
from statecode.modeling.documents import DocumentChunks, Documents
from statecode.modeling.forward import AttentionMaskFormat, find_mask_format, reads_flat_batches
from statecode.modeling.packing import PackedSequences, one_chunk_per_sequence, pack
from statecode.modeling.run_folder import TOKENIZER_FILE
from statecode.modeling.token_sources import TokenSource


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
