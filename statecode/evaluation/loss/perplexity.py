"""Compute the exact perplexity of a causal model, or the pseudo-perplexity of a masked one. The two are not comparable.

Causal: every text token and the end token of a document is scored exactly once, in sliding windows (`sliding_windows`).
The nats of all documents are added first and divided once.

Masked: each text token is masked and scored once, and predicted from the visible tokens on both sides. Either one token
is masked at a time, or every k-th token of a chunk together.

Source: Jurafsky & Martin, Speech and Language Processing, ch. 3; Salazar et al. 2020, Masked Language Model Scoring.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from accelerate import Accelerator
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.arguments import check
from statecode.evaluation.configs import PerplexityConfig
from statecode.evaluation.loss.sliding_windows import SlidingWindows, token_nll
from statecode.modeling import models, tokenizers
from statecode.modeling.batches import IGNORE_INDEX, EvaluationBatches
from statecode.modeling.configs import Objective
from statecode.modeling.documents import DocumentChunks, Documents
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel
from statecode.modeling.loop import evaluate
from statecode.modeling.packing import PackedSequences
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
    nll: np.ndarray | None = field(default=None, repr=False)     # nats of each place of SlidingWindows, float64
    scored: np.ndarray | None = field(default=None, repr=False)  # which places are scored, bool; None for masked models

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
    return score_documents(model, tokenizer, objective, tokenise_in_memory(texts, tokenizer), config, accelerator)


def score_documents(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, objective: Objective, documents: Documents,
    config: PerplexityConfig, accelerator: Accelerator,
) -> PerplexityResult:
    """Score whole documents with a model, as `compute_perplexity` does texts; the errors are the same."""
    context = models.context_of(model, config.context_tokens)
    if objective is Objective.MASKED:
        return _masked(model, tokenizer, documents, context, config, accelerator)
    stride = config.stride_tokens or max(1, context // 2)
    check(stride <= context, f"--stride-tokens {stride} is longer than the context of {context}")
    windows = SlidingWindows(documents, tokenizer, context, stride, config.score_end)
    nll = token_nll(model, windows, config.batch_rows, accelerator)
    score = Score(nll_nats=float(nll.sum()), tokens=int(windows.scored.sum()), text_bytes=documents.info.text_bytes)
    return PerplexityResult(metric="perplexity", score=score, documents=documents, context_tokens=context,
                            stride_tokens=stride, masked_groups=None, nll=nll, scored=windows.scored)


def _masked(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, documents: Documents, context: int,
    config: PerplexityConfig, accelerator: Accelerator,
) -> PerplexityResult:
    """Score documents with a masked model, one chunk per sequence.

    Chunks are scored in order of decreasing length. The sequences of a batch therefore need little padding, and memory
    runs out in the first batch or not at all.
    """
    chunks = MaskedGroups(DocumentChunks(documents, tokenizer, Objective.MASKED, context), config.masked_groups,
                          tokenizers.mask_id(tokenizer))
    layout = [[int(chunk)] for chunk in np.argsort(-chunks.lengths, kind="stable")]
    sequences = PackedSequences(chunks, layout, tokenizers.start_id(tokenizer))
    scoring = ScoringModel(model, AttentionMaskFormat.PADDING, Objective.MASKED).to(accelerator.device)
    score = evaluate(scoring, EvaluationBatches(sequences, config.batch_rows), accelerator)
    return PerplexityResult(metric="masked_pseudo_perplexity", score=score, documents=documents,
                            context_tokens=context, stride_tokens=None, masked_groups=config.masked_groups)


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
