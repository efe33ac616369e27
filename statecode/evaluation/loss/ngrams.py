"""An n-gram model of tokens with interpolated modified Kneser-Ney smoothing, as a baseline for language models.

The key of an n-gram is the number of its first n - 1 tokens in the sorted table of the (n - 1)-grams, times the size of
the vocabulary, plus its last token: one integer. NumPy computes all counts and probabilities, over all positions of the
documents together. Memory is about 100 bytes per token of the training documents.

A document is its start token, its text and its end token; n-grams do not reach beyond it, and the start token is never
predicted.

Source: Chen & Goodman 1999, An empirical study of smoothing techniques for language modeling, section 3; Heafield et
al. 2013, Scalable Modified Kneser-Ney Language Model Estimation, sections 3.2 to 3.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

FALLBACK_DISCOUNTS = (0.5, 1.0, 1.5)
"""Discounts of counts 1, 2 and over 2, where the counts of counts of a small corpus define none; those of KenLM."""
_MISSING = -1


class _Counts(NamedTuple):
    """The n-grams of one length in the training documents."""

    keys: np.ndarray    # int64 (G,), sorted
    counts: np.ndarray  # int64 (G,): occurrences whose last token is predicted
    firsts: np.ndarray  # int64 (G,): the position of the last token of the first occurrence
    grams: np.ndarray   # int64 (N,): the n-gram that ends at each position; _MISSING if the document begins later


class _Order(NamedTuple):
    """The n-grams of one length with their discounted counts."""

    keys: np.ndarray        # int64 (G,), sorted
    numerators: np.ndarray  # float64 (G,): the count without the discount
    totals: np.ndarray      # float64, per history, an (n - 1)-gram: the sum of the counts
    kept_back: np.ndarray   # float64, per history: the sum of the discounts


class NgramModel:
    """An interpolated model: the probability of each order is mixed with that of the next lower one.

    Args:
        documents: token ids of each document, without start and end token.
        order: the longest n-grams, tokens; at least 1.
        vocabulary: number of token ids; the lowest order is mixed with equal probabilities of all of them.
        start, end: ids of the tokens before and after a document.

    Attributes:
        tokens: number of predicted tokens of the training documents, end tokens included.
    """

    def __init__(
        self, documents: Iterable[np.ndarray], order: int, vocabulary: int, start: int, end: int
    ) -> None:
        self.order, self.vocabulary = order, vocabulary
        self._start, self._end = start, end
        tokens, depths = self._joined(list(documents))
        self.tokens = int((depths > 0).sum())
        nothing = _Counts(np.zeros(1, np.int64), np.zeros(1, np.int64), np.zeros(1, np.int64),
                          np.zeros(len(tokens), np.int64))
        counted = [nothing]
        for length in range(1, order + 1):
            counted.append(self._count(counted[-1].grams, tokens, depths, length))
        self._orders = []
        for shorter, this, longer in zip(counted, counted[1:], [*counted[2:], None]):
            counts = this.counts if longer is None else _adjusted(this, longer)
            self._orders.append(self._discounted(this.keys, counts, len(shorter.keys)))

    def nll(self, documents: Iterable[np.ndarray]) -> np.ndarray:
        """Return the negative log-likelihood of each token in nats, float64.

        The array has an entry for each token of a document and one for its end token, document after document.
        """
        tokens, depths = self._joined(list(documents))
        probabilities = np.full(len(tokens), 1 / self.vocabulary)
        gram = np.zeros(len(tokens), dtype=np.int64)
        for length, order in enumerate(self._orders, 1):
            history = _shifted(gram)
            found = self._keys_at(gram, tokens, depths, length)
            gram = _looked_up(order.keys, found)
            usable = (history >= 0) & (depths >= max(1, length - 1))
            usable[usable] = order.totals[history[usable]] > 0
            chosen = history[usable]
            counted = np.where(gram[usable] >= 0, order.numerators[gram[usable]], 0.0) if len(order.keys) else 0.0
            probabilities[usable] = (counted + order.kept_back[chosen] * probabilities[usable]) / order.totals[chosen]
        return -np.log(probabilities[depths > 0])

    def _joined(self, documents: Sequence[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
        """Return the tokens of all documents, one after the other, and the place of each in its document, from 0."""
        lengths = np.array([len(document) + 2 for document in documents], dtype=np.int64)
        ends = np.cumsum(lengths)
        tokens = np.empty(int(lengths.sum()), dtype=np.int64)
        for document, end in zip(documents, ends):
            tokens[end - len(document) - 2], tokens[end - 1] = self._start, self._end
            tokens[end - len(document) - 1:end - 1] = document
        return tokens, np.arange(len(tokens)) - np.repeat(ends - lengths, lengths)

    def _keys_at(self, shorter: np.ndarray, tokens: np.ndarray, depths: np.ndarray, length: int) -> np.ndarray:
        """Return the key of the n-gram that ends at each position; negative if there is none.

        Args:
            shorter: the n-grams of one token less that end at each position.
        """
        history = _shifted(shorter) if length > 1 else shorter
        exists = (depths >= length - 1) & (history >= 0)
        return np.where(exists, history * self.vocabulary + tokens, _MISSING)

    def _count(self, shorter: np.ndarray, tokens: np.ndarray, depths: np.ndarray, length: int) -> _Counts:
        """Count the n-grams of one length; `shorter` as in `_keys_at`."""
        keys = self._keys_at(shorter, tokens, depths, length)
        ends = np.flatnonzero(keys >= 0)
        unique, first, inverse = np.unique(keys[ends], return_index=True, return_inverse=True)
        grams = np.full(len(tokens), _MISSING)
        grams[ends] = inverse
        counts = np.bincount(grams[ends[depths[ends] > 0]], minlength=len(unique))  # the start token is not predicted
        return _Counts(unique, counts, ends[first], grams)

    def _discounted(self, keys: np.ndarray, counts: np.ndarray, history_count: int) -> _Order:
        discount, histories = discounts_of(counts)[np.minimum(counts, 3)], keys // self.vocabulary
        return _Order(
            keys, counts - discount, np.bincount(histories, counts, history_count),
            np.bincount(histories, discount, history_count))


def _adjusted(this: _Counts, longer: _Counts) -> np.ndarray:
    """Return the number of different tokens before each n-gram; its own count if it begins a document."""
    continuations = np.bincount(this.grams[longer.firsts], minlength=len(this.keys))
    return np.where(continuations > 0, continuations, this.counts)


def discounts_of(counts: np.ndarray) -> np.ndarray:
    """Return the discounts of the counts 0, 1, 2 and over 2, float64 (4,).

    The discount of k is k - (k + 1) y n[k + 1] / n[k], with y = n[1] / (n[1] + 2 n[2]) and n[k] the number of n-grams
    with the count k. FALLBACK_DISCOUNTS are used if one of these is not between 0 and k.
    """
    found = np.bincount(np.minimum(counts, 5).astype(np.int64), minlength=6)
    if found[1] and found[2] and found[3]:
        share = found[1] / (found[1] + 2 * found[2])
        discounts = [k - (k + 1) * share * found[k + 1] / found[k] for k in (1, 2, 3)]
        if all(0 < discount < k for k, discount in enumerate(discounts, 1)):
            return np.array([0.0, *discounts])
    return np.array([0.0, *FALLBACK_DISCOUNTS])


def _shifted(grams: np.ndarray) -> np.ndarray:
    """Return the n-gram that ends one position before each; at the first position there is none."""
    return np.concatenate([[_MISSING], grams[:-1]])


def _looked_up(keys: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the index of each wanted key in `keys`, which are sorted; _MISSING if it is not there."""
    places = np.minimum(np.searchsorted(keys, wanted), max(0, len(keys) - 1))
    return np.where((keys[places] == wanted) & (wanted >= 0), places, _MISSING) if len(keys) else \
        np.full(len(wanted), _MISSING)
