"""The documents of several corpora in one, and batches in which each corpus has a fixed share of the sequences."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import lcm

import numpy as np

from statecode.modeling.batches import MlmMasking, OrderedBatches, Sequences, epoch_order
from statecode.modeling.documents import Documents, TokenSpans


class MixedDocuments(Documents):
    """The documents of several corpora, one corpus after another.

    Args:
        parts: the documents of each corpus, with tokens of one tokenizer.
        shares: share of the training sequences of each corpus; they add up to 1.
    """

    def __init__(self, parts: Sequence[Documents], shares: Sequence[Fraction]) -> None:
        self.parts, self.shares = parts, tuple(shares)
        self.first_documents = np.cumsum([0] + [len(part) for part in parts])  # of each part; then the number of all
        infos = [part.info for part in parts]
        self.info = replace(
            infos[0], texts_sha256=hashlib.sha256(" ".join(info.texts_sha256 for info in infos).encode()).hexdigest(),
            documents=sum(info.documents for info in infos), text_tokens=sum(info.text_tokens for info in infos),
            text_bytes=sum(info.text_bytes for info in infos),
            document_tokens=max((info.document_tokens for info in infos if info.document_tokens), default=None),
            window_tokens=max((info.window_tokens for info in infos if info.window_tokens), default=None),
            loss_on=max(info.loss_on for info in infos))  # "trace" if a corpus has it: not all tokens are scored then
        self.scored = _MixedSpans(self) if any(part.scored for part in parts) else None

    def __len__(self) -> int:
        return int(self.first_documents[-1])

    def __getitem__(self, index: int) -> np.ndarray:
        number, local = self.locate(index)
        return self.parts[number][local]

    def part(self, index: int, begin: int, end: int) -> np.ndarray:
        """Return the tokens from `begin` to `end`, exclusive, of a document, int64."""
        number, local = self.locate(index)
        return self.parts[number].part(local, begin, end)

    def in_value(self, index: int, begin: int, end: int) -> np.ndarray:
        """Return which tokens from `begin` to `end` of a document continue the value of the token before, bool."""
        number, local = self.locate(index)
        return self.parts[number].in_value(local, begin, end)

    def locate(self, index: int) -> tuple[int, int]:
        """Return the number of the corpus of a document, and the number of the document in it."""
        number = int(np.searchsorted(self.first_documents, index, side="right")) - 1
        return number, index - int(self.first_documents[number])

    @property
    def lengths(self) -> np.ndarray:
        """Number of text tokens of each document, int64."""
        return np.concatenate([part.lengths for part in self.parts])


class _MixedSpans(TokenSpans):
    """The scored tokens of mixed documents; all tokens of a corpus without spans are scored."""

    _documents: MixedDocuments

    def __new__(cls, documents: MixedDocuments) -> _MixedSpans:
        created = super().__new__(cls, np.zeros((0, 2), np.int32), np.zeros(1, np.int64))
        created._documents = documents
        return created

    def marked(self, document: int, first: int, length: int) -> np.ndarray:
        """Return which of the tokens from `first` are scored, bool (length,)."""
        number, local = self._documents.locate(document)
        spans = self._documents.parts[number].scored
        return np.ones(length, dtype=bool) if spans is None else spans.marked(local, first, length)


@dataclass(frozen=True)
class MixedBatches(OrderedBatches):
    """Training batches in which each corpus has its share of the sequences.

    In each block of consecutive sequences, whose length is the common denominator of the shares, the shares are exact.
    The order of a block is drawn with the seed (seed, 2, block). Each corpus has epochs of its own, whose order is
    drawn with (seed, 3 + number of the corpus, epoch).
    """

    sequences: Sequences
    first_sequences: tuple[int, ...]  # number of the first sequence of each corpus, and at the end that of all
    shares: tuple[Fraction, ...]
    batch_size: int
    seed: int
    masking: MlmMasking | None = None

    def sequence_at(self, number: int) -> int:
        """Return the sequence that is read after `number` others, counted over all steps."""
        size = lcm(*(share.denominator for share in self.shares))
        block, slot = divmod(number, size)
        corpora, earlier = _block_order(self.seed, block, size, self.shares)
        corpus = int(corpora[slot])
        read = block * int(size * self.shares[corpus]) + int(earlier[slot])  # sequences of this corpus so far
        first, end = self.first_sequences[corpus:corpus + 2]
        epoch, position = divmod(read, end - first)
        return first + int(epoch_order(self.seed, epoch, end - first, 3 + corpus)[position])


@lru_cache(maxsize=8)
def _block_order(
    seed: int, block: int, size: int, shares: tuple[Fraction, ...]
) -> tuple[np.ndarray, np.ndarray]:
    """Return the corpus of each sequence of a block, and the number of sequences of it before, int64, (size,)."""
    corpora = np.repeat(np.arange(len(shares)), [int(size * share) for share in shares])
    corpora = np.random.default_rng([seed, 2, block]).permutation(corpora)
    earlier = np.zeros(size, dtype=np.int64)
    for corpus in range(len(shares)):
        places = np.flatnonzero(corpora == corpus)
        earlier[places] = np.arange(len(places))
    return corpora, earlier
