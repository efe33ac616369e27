"""Baselines of a language model that need no training run: an n-gram model, copies of the last value, and zstd.

- The n-gram model has the tokenizer of the language model and the train split of the same corpus (`ngrams`).
- Copying the last value has no probability. It is right or wrong for each token of a value (`kinded_texts`).
- zstd compresses each text alone, with texts of the train split before it. It has no loss by kind.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa
from transformers import PreTrainedTokenizerBase

from statecode.evaluation.configs import BaselineConfig
from statecode.evaluation.loss.kind_scores import KindScore, scores_by_kind, total_of
from statecode.evaluation.loss.kinded_texts import TOKEN_KINDS, VALUE_KINDS
from statecode.evaluation.loss.ngrams import NgramModel
from statecode.evaluation.loss.token_kinds import KindedDocuments
from statecode.modeling import tokenizers
from statecode.modeling.tokenising import encode_start

NGRAM_DOCUMENT_TOKENS = 4096
"""Number of tokens that the n-gram model reads of each training text, so that long runs do not dominate it."""
ZSTD_LEVEL = 9
ZSTD_PREFIX_BYTES = 9 * 2**17
"""Number of bytes before each text: whole blocks of zstd, and more than 1 MiB, so that zstd chooses the same parameters
for the prefix with and without a text of up to 900 kB."""
ZSTD_TEXT_BYTES = 2**13
"""Maximum number of bytes of one training text in the prefix."""
_TOKENISED_TOGETHER = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Baselines:
    """The results of the baselines over the tokens that a model scores."""

    ngram: list[KindScore]
    ngram_order: int
    ngram_tokens: int               # number of training tokens, end tokens included
    copied: dict[str, tuple[int, int]]  # kind of values → tokens, tokens for which copying the last value is right
    zstd_bytes: int                 # of all texts
    zstd_prefix_bytes: int
    text_bytes: int

    @property
    def ngram_name(self) -> str:
        """The name of the n-gram model in tables, such as `5-gram`."""
        return f"{self.ngram_order}-gram"

    @property
    def copied_shares(self) -> dict[str, float | None]:
        """Share of the tokens of each kind of values for which copying the last value is right; None if none."""
        return {kind: right / tokens if tokens else None for kind, (tokens, right) in self.copied.items()}

    @property
    def zstd_bits_per_byte(self) -> float | None:
        """Bits per byte of zstd; None if there is no text."""
        return 8 * self.zstd_bytes / self.text_bytes if self.text_bytes else None

    def as_dict(self) -> dict[str, Any]:
        """Return JSON-serializable values."""
        total = total_of(self.ngram)
        return {
            "ngram": {
                "order": self.ngram_order, "smoothing": "interpolated modified Kneser-Ney",
                "train_tokens": self.ngram_tokens, "loss": total.loss, "perplexity": total.perplexity,
                "bits_per_byte": total.bits_per_byte, "by_kind": [row.as_dict() for row in self.ngram]},
            "copy_last_value": {
                kind: {"tokens": tokens, "right": right} for kind, (tokens, right) in self.copied.items()},
            "zstd": {"level": ZSTD_LEVEL, "prefix_bytes": self.zstd_prefix_bytes, "bytes": self.zstd_bytes,
                     "bits_per_byte": self.zstd_bits_per_byte},
        }


def measure_baselines(
    kinded: KindedDocuments, scored: np.ndarray, train: Sequence[str], tokenizer: PreTrainedTokenizerBase,
    config: BaselineConfig,
) -> Baselines:
    """Measure the baselines on documents.

    Args:
        scored: which places of the documents are scored, bool.
        train: the texts of the train split, in the same view.
    """
    documents = [kinded.documents[number] for number in range(len(kinded.documents))]
    model = NgramModel(
        _training_ids(train, tokenizer, config.ngram_tokens), config.ngram_order, len(tokenizer),
        tokenizers.start_id(tokenizer), tokenizers.end_id(tokenizer))
    prefix = zstd_prefix(train)
    return Baselines(
        ngram=scores_by_kind(kinded, model.nll(documents), scored), ngram_order=config.ngram_order,
        ngram_tokens=model.tokens, copied=copied_tokens(kinded), zstd_bytes=zstd_bytes(kinded.texts, prefix),
        zstd_prefix_bytes=len(prefix), text_bytes=kinded.documents.info.text_bytes)


def copied_tokens(kinded: KindedDocuments) -> dict[str, tuple[int, int]]:
    """Return for each kind of values the number of tokens, and of those that copying the last value writes."""
    numbers = {kind: kinded.kinds == TOKEN_KINDS.index(kind) for kind in VALUE_KINDS}
    return {kind: (int(chosen.sum()), int(kinded.copied[chosen].sum())) for kind, chosen in numbers.items()}


def zstd_prefix(train: Sequence[str]) -> bytes:
    """Return starts of training texts in a random order, ZSTD_PREFIX_BYTES together, or fewer if there are not more."""
    parts, size = [], 0
    for text in _in_random_order(train):
        parts.append(text[:ZSTD_TEXT_BYTES].encode()[:ZSTD_TEXT_BYTES])
        size += len(parts[-1])
        if size >= ZSTD_PREFIX_BYTES:
            break
    return b"".join(parts)[:ZSTD_PREFIX_BYTES]


def zstd_bytes(texts: Sequence[str], prefix: bytes) -> int:
    """Return the bytes that zstd needs for each text after the prefix, summed over the texts.

    The bytes of a text are those of the prefix and the text together, minus those of the prefix. Random bytes are
    added before a prefix that is shorter than ZSTD_PREFIX_BYTES.
    """
    codec = pa.Codec("zstd", compression_level=ZSTD_LEVEL)
    filled = np.random.default_rng(0).bytes(ZSTD_PREFIX_BYTES - len(prefix)) + prefix
    before = len(codec.compress(filled, asbytes=True))
    return sum(len(codec.compress(filled + text.encode(), asbytes=True)) - before for text in texts if text)


def _training_ids(train: Sequence[str], tokenizer: PreTrainedTokenizerBase, limit: int) -> Iterator[np.ndarray]:
    """Yield the token ids of training texts in a random order, at most NGRAM_DOCUMENT_TOKENS each, `limit` together."""
    left = limit
    texts = _in_random_order(train)
    while left > 0 and (first := next(texts, None)) is not None:
        together = [first, *islice(texts, _TOKENISED_TOGETHER - 1)]
        for ids in encode_start(tokenizer, together, NGRAM_DOCUMENT_TOKENS):
            if left > 0:
                yield np.array(ids[:left], dtype=np.int64)
                left -= len(ids)


def _in_random_order(texts: Sequence[str]) -> Iterator[str]:
    return (texts[int(number)] for number in np.random.default_rng(0).permutation(len(texts)))
