"""Exact perplexity of a causal model, and pseudo-perplexity of a masked one: two measures that never compare.

Causal: a document is its start token, its text and its end token; every text token and the end token is scored exactly
once. What is longer than the context is read in windows that overlap:

    context 4, stride 2     tokens    a b c d e f g h
                            window 1  a b c d              scores a b c d
                            window 2      c d e f          scores     e f
                            window 3          e f g h      scores     g h

so that a scored token sees the whole document before it, or the last context - stride + 1 positions at least. Sums of
nats are added over all documents and divided once.

Masked: text tokens are hidden in turns, one at a time or every k-th together, and each is scored once from both sides.

Source: Jurafsky & Martin, Speech and Language Processing, ch. 3; Salazar et al. 2020, Masked Language Model Scoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from accelerate import Accelerator
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling import models, tokenizers
from statecode.modeling.arguments import check, setting
from statecode.modeling.batches import IGNORED, EvaluationBatches
from statecode.modeling.configs import Objective
from statecode.modeling.documents import DocumentChunks, Documents, in_memory, labelled
from statecode.modeling.forward import AttentionMaskFormat
from statecode.modeling.loop import ScoringModel, evaluate
from statecode.modeling.packing import Chunks, PackedSequences
from statecode.modeling.scores import Score


@dataclass(frozen=True, kw_only=True)
class PerplexityConfig:
    """How texts are cut and what is hidden."""

    context_tokens: int | None = setting(None, "positions that the model sees at once; default: all that it has")
    stride_tokens: int | None = setting(
        None, "causal models: positions between two windows, 1 to the context; default: half of the context")
    masked_groups: int = setting(
        8, "masked models: every k-th token is hidden together, so each text is read k times; 0: one token at a time")
    score_end: bool = setting(True, "causal models: score the end token of each document as well")
    batch_rows: int = setting(16, "windows per forward pass; changes the speed, not the result")

    def __post_init__(self) -> None:
        check(self.context_tokens is None or self.context_tokens >= 2, "--context-tokens must be at least 2")
        check(self.stride_tokens is None or self.stride_tokens >= 1, "--stride-tokens must be at least 1")
        check(self.masked_groups >= 0, "--masked-groups must not be negative")
        check(self.batch_rows >= 1, "--batch-rows must be at least 1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A score with how it was taken."""

    measure: str                # perplexity or masked_pseudo_perplexity
    score: Score
    documents: Documents
    context_tokens: int
    stride_tokens: int | None   # None for masked models
    masked_groups: int | None   # None for causal models; 0: one token at a time

    def as_dict(self) -> dict[str, object]:
        """Fields of a result; a masked model has no `perplexity` and no bits per byte, so that nothing mixes them."""
        causal = self.masked_groups is None
        numbers = {"perplexity": self.score.perplexity, "bits_per_byte": self.score.bits_per_byte}
        how = {"stride_tokens": self.stride_tokens} if causal else {"masked_groups": self.masked_groups}
        return {
            "measure": self.measure, "loss": self.score.loss,
            **(numbers if causal else {"pseudo_perplexity": self.score.perplexity}),
            "nll_nats": self.score.nll_nats, "tokens": self.score.tokens, "text_bytes": self.documents.info.text_bytes,
            "documents": len(self.documents), "context_tokens": self.context_tokens, **how,
            "texts_sha256": self.documents.info.texts_sha256,
            "tokenizer_sha256": self.documents.info.tokenizer_sha256,
        }


def measure(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, objective: Objective, texts: Sequence[str],
    config: PerplexityConfig, accelerator: Accelerator,
) -> Measured:
    """Score `texts` under a model; see the module for how.

    Raises:
        ConfigError: the context is longer than the model's, or the stride than the context.
    """
    documents = in_memory(texts, tokenizer)
    context = models.context_of(model, config.context_tokens)
    causal = objective is Objective.CAUSAL
    stride = config.stride_tokens or max(1, context // 2)
    check(not causal or stride <= context, f"--stride-tokens {stride} is longer than the context of {context}")
    chunks: Chunks
    if causal:
        chunks = Windows(documents, tokenizer, context, stride, config.score_end)
    else:
        chunks = HiddenGroups(DocumentChunks(documents, tokenizer, objective, context), config.masked_groups,
                              tokenizers.mask_id(tokenizer))
    score = _score(model, objective, chunks, tokenizers.start_id(tokenizer), config.batch_rows, accelerator,
                   documents.info.text_bytes if causal else 0)
    return Measured(
        measure="perplexity" if causal else "masked_pseudo_perplexity", score=score, documents=documents,
        context_tokens=context, stride_tokens=stride if causal else None,
        masked_groups=None if causal else config.masked_groups,
    )


class Windows:
    """Overlapping windows of documents; each label appears in exactly one of them."""

    def __init__(
        self, documents: Documents, tokenizer: PreTrainedTokenizerBase, context: int, stride: int, score_end: bool
    ) -> None:
        self._documents, self._context, self._stride, self._score_end = documents, context, stride, score_end
        self._start, self._end = tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer)
        positions = documents.lengths + 1
        counts = 1 + np.maximum(0, -(-(positions - context) // stride))
        self._document_of = np.repeat(np.arange(len(documents)), counts)
        first_of = np.cumsum(counts) - counts
        self._begin = (np.arange(len(self._document_of)) - first_of[self._document_of]) * stride
        self.lengths = np.minimum(context, positions[self._document_of] - self._begin)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        text_ids = self._documents[self._document_of[index]]
        inputs, labels = labelled(text_ids, self._start, self._end, Objective.CAUSAL)
        if not self._score_end:
            labels[-1] = IGNORED
        begin = self._begin[index]
        window = slice(begin, begin + self._context)
        scored = labels[window].copy()
        if begin:
            scored[:self._context - self._stride] = IGNORED  # scored by the windows before
        return inputs[window], scored


class HiddenGroups:
    """Each piece once per group: every k-th of its text tokens is hidden and scored, the others are seen."""

    def __init__(self, chunks: DocumentChunks, groups: int, mask_id: int) -> None:
        self._chunks, self._mask_id = chunks, mask_id
        tokens = np.array([(chunks[i][1] != IGNORED).sum() for i in range(len(chunks.lengths))], dtype=np.int64)
        self._groups_of = tokens if groups == 0 else np.minimum(tokens, groups)
        self._piece_of = np.repeat(np.arange(len(tokens)), self._groups_of)
        first_of = np.cumsum(self._groups_of) - self._groups_of
        self._group = np.arange(len(self._piece_of)) - first_of[self._piece_of]
        self.lengths = chunks.lengths[self._piece_of]

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chunk = self._piece_of[index]
        inputs, labels = self._chunks[chunk]
        hidden = np.flatnonzero(labels != IGNORED)[self._group[index]::self._groups_of[chunk]]
        shown, scored = inputs.copy(), np.full_like(labels, IGNORED)
        shown[hidden], scored[hidden] = self._mask_id, labels[hidden]
        return shown, scored


def _score(
    model: PreTrainedModel, objective: Objective, chunks: Chunks, fill_id: int, batch_rows: int,
    accelerator: Accelerator, text_bytes: int,
) -> Score:
    """One piece per row, longest first, so that rows of a batch need little padding and memory runs out at once."""
    layout = [[int(chunk)] for chunk in np.argsort(-chunks.lengths, kind="stable")]
    batches = EvaluationBatches(PackedSequences(chunks, layout, fill_id), batch_rows)
    model.to(accelerator.device)
    return evaluate(ScoringModel(model, AttentionMaskFormat.PADDING, objective), batches, accelerator, text_bytes)
