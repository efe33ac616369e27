"""Compute the exact perplexity of a causal model, or the pseudo-perplexity of a masked one. The two are not comparable.

Causal: a document is its start token, its text and its end token; every text token and the end token is scored exactly
once. A document longer than the context is read in overlapping windows:

    context 4, stride 2     tokens    a b c d e f g h
                            window 1  a b c d              scores a b c d
                            window 2      c d e f          scores     e f
                            window 3          e f g h      scores     g h

A scored token is predicted from all tokens of the document before it, or from at least the last context - stride + 1 of
them. The nats of all documents are added first and divided once.

Masked: each text token is masked and scored once, and predicted from the visible tokens on both sides. Either one token
is masked at a time, or every k-th token of a chunk together.

Source: Jurafsky & Martin, Speech and Language Processing, ch. 3; Salazar et al. 2020, Masked Language Model Scoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from accelerate import Accelerator
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.evaluation.configs import PerplexityConfig
from statecode.modeling import models, tokenizers
from statecode.modeling.batches import IGNORE_INDEX, EvaluationBatches
from statecode.modeling.configs import Objective
from statecode.modeling.documents import DocumentChunks, Documents, inputs_and_labels
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel
from statecode.modeling.loop import evaluate
from statecode.modeling.packing import Chunks, PackedSequences
from statecode.modeling.scores import Score
from statecode.modeling.tokenising import tokenise_in_memory


@dataclass(frozen=True, slots=True, kw_only=True)
class PerplexityResult:
    """A score, the name of the metric, and the settings with which the score was computed."""

    metric: str                 # perplexity or masked_pseudo_perplexity
    score: Score
    documents: Documents
    context_tokens: int
    stride_tokens: int | None   # None for masked models
    masked_groups: int | None   # None for causal models; 0: one token at a time

    def as_dict(self) -> dict[str, object]:
        """Return the fields as JSON-serializable values.

        The result of a masked model has no `perplexity` and no `bits_per_byte`, because its numbers are not comparable
        with those of a causal model.
        """
        causal = self.masked_groups is None
        numbers = {"perplexity": self.score.perplexity, "bits_per_byte": self.score.bits_per_byte}
        method = {"stride_tokens": self.stride_tokens} if causal else {"masked_groups": self.masked_groups}
        return {
            "measure": self.metric, "loss": self.score.loss,
            **(numbers if causal else {"pseudo_perplexity": self.score.perplexity}),
            "nll_nats": self.score.nll_nats, "tokens": self.score.tokens, "text_bytes": self.documents.info.text_bytes,
            "documents": len(self.documents), "context_tokens": self.context_tokens, **method,
            "texts_sha256": self.documents.info.texts_sha256,
            "tokenizer_sha256": self.documents.info.tokenizer_sha256,
        }


def compute_perplexity(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, objective: Objective, texts: Sequence[str],
    config: PerplexityConfig, accelerator: Accelerator,
) -> PerplexityResult:
    """Score `texts` with a model; the module's docstring describes the method.

    Raises:
        ConfigError: `config.context_tokens` exceeds the model's context, or `config.stride_tokens` exceeds the context
            that is used.
    """
    documents = tokenise_in_memory(texts, tokenizer)
    context = models.context_of(model, config.context_tokens)
    causal = objective is Objective.CAUSAL
    stride = config.stride_tokens or max(1, context // 2)
    check(not causal or stride <= context, f"--stride-tokens {stride} is longer than the context of {context}")
    chunks: Chunks
    if causal:
        chunks = SlidingWindows(documents, tokenizer, context, stride, config.score_end)
    else:
        chunks = MaskedGroups(DocumentChunks(documents, tokenizer, objective, context), config.masked_groups,
                              tokenizers.mask_id(tokenizer))
    score = _score(model, objective, chunks, tokenizers.start_id(tokenizer), config.batch_rows, accelerator,
                   documents.info.text_bytes if causal else 0)
    return PerplexityResult(
        metric="perplexity" if causal else "masked_pseudo_perplexity", score=score, documents=documents,
        context_tokens=context, stride_tokens=stride if causal else None,
        masked_groups=None if causal else config.masked_groups,
    )


class SlidingWindows:
    """Overlapping windows of documents, as chunks; each token is a label in exactly one window."""

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
        inputs, labels = inputs_and_labels(text_ids, self._start, self._end, Objective.CAUSAL)
        if not self._score_end:
            labels[-1] = IGNORE_INDEX
        begin = self._begin[index]
        window = slice(begin, begin + self._context)
        scored = labels[window].copy()
        if begin:
            scored[:self._context - self._stride] = IGNORE_INDEX  # scored in previous windows
        return inputs[window], scored


class MaskedGroups:
    """Chunks with masked tokens. Each chunk occurs once per group of its text tokens.

    The tokens of the group are masked and scored; all other tokens are visible. A group consists of every k-th text
    token.

    Args:
        groups: k, the number of groups per chunk; a chunk with fewer text tokens has one group per token. 0: one group
            per token in all chunks.
    """

    def __init__(self, chunks: DocumentChunks, groups: int, mask_id: int) -> None:
        self._chunks, self._mask_id = chunks, mask_id
        tokens = np.array([(chunks[i][1] != IGNORE_INDEX).sum() for i in range(len(chunks.lengths))], dtype=np.int64)
        self._groups_of = tokens if groups == 0 else np.minimum(tokens, groups)
        self._chunk_of = np.repeat(np.arange(len(tokens)), self._groups_of)
        first_of = np.cumsum(self._groups_of) - self._groups_of
        self._group = np.arange(len(self._chunk_of)) - first_of[self._chunk_of]
        self.lengths = chunks.lengths[self._chunk_of]

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        chunk = self._chunk_of[index]
        inputs, labels = self._chunks[chunk]
        hidden = np.flatnonzero(labels != IGNORE_INDEX)[self._group[index]::self._groups_of[chunk]]
        shown, scored = inputs.copy(), np.full_like(labels, IGNORE_INDEX)
        shown[hidden], scored[hidden] = self._mask_id, labels[hidden]
        return shown, scored


def _score(
    model: PreTrainedModel, objective: Objective, chunks: Chunks, fill_id: int, batch_rows: int,
    accelerator: Accelerator, text_bytes: int,
) -> Score:
    """Return the score of all chunks, one chunk per sequence.

    Chunks are scored in order of decreasing length. The sequences of a batch therefore need little padding, and memory
    runs out in the first batch or not at all.
    """
    layout = [[int(chunk)] for chunk in np.argsort(-chunks.lengths, kind="stable")]
    batches = EvaluationBatches(PackedSequences(chunks, layout, fill_id), batch_rows)
    model.to(accelerator.device)
    return evaluate(ScoringModel(model, AttentionMaskFormat.PADDING, objective), batches, accelerator, text_bytes)
