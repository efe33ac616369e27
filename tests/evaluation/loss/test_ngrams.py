"""Test the n-gram model against sums of one, values computed by hand, and the definition in plain loops."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.evaluation.loss.ngrams import FALLBACK_DISCOUNTS, NgramModel, discounts_of  # noqa: E402

VOCABULARY = 7
Gram = tuple[object, ...]


def random_documents(seed: int, count: int, longest: int, largest: int = 6) -> list[np.ndarray]:
    random = np.random.default_rng(seed)
    return [random.integers(2, largest, random.integers(0, longest)) for _ in range(count)]


class PlainModel:
    """The same model from its definition, one probability at a time."""

    def __init__(self, documents: list[np.ndarray], order: int, end: int) -> None:
        self.order, self.end = order, end
        counts = [Counter[Gram]() for _ in range(order + 1)]
        for document in documents:
            for history, token in self._steps(document):
                for length in range(1, min(order, len(history) + 1) + 1):
                    counts[length][(*history[len(history) - length + 1:], token)] += 1
        for length in range(1, order):
            before = defaultdict(set)
            for gram in counts[length + 1]:
                before[gram[1:]].add(gram[0])
            counts[length] = Counter({gram: len(before[gram]) or count for gram, count in counts[length].items()})
        self.counts = counts
        self.discounts = [discounts_of(np.array(list(each.values()) or [0])) for each in counts]

    def _steps(self, document: np.ndarray) -> Iterator[tuple[Gram, int]]:
        tokens: list[object] = ["start", *document.tolist(), self.end]
        for place in range(1, len(tokens)):
            yield tuple(tokens[max(0, place - self.order + 1):place]), tokens[place]  # type: ignore[misc]

    def probability(self, history: Gram | None, token: int) -> float:
        if history is None:
            return 1 / VOCABULARY
        length, lower = len(history) + 1, self.probability(history[1:] if history else None, token)
        after = [count for gram, count in self.counts[length].items() if gram[:-1] == history]
        if not after:
            return lower
        discounts = self.discounts[length]
        count = self.counts[length].get((*history, token), 0)
        kept_back = sum(discounts[min(3, each)] for each in after)
        return float((count - discounts[min(3, count)] + kept_back * lower) / sum(after))

    def nll(self, documents: list[np.ndarray]) -> np.ndarray:
        return np.array([-np.log(self.probability(history, token))
                         for document in documents for history, token in self._steps(document)])


@pytest.mark.parametrize("start, end", [(0, 0), (0, 1)])
@pytest.mark.parametrize("order", [1, 2, 3, 5])
def test_agreement_with_the_definition(order: int, start: int, end: int) -> None:
    train, other = random_documents(0, 30, 12), random_documents(1, 10, 9, 7)  # token 6 occurs in the other ones alone
    model = NgramModel(train, order, VOCABULARY, start, end)
    assert model.nll(other) == pytest.approx(PlainModel(train, order, end).nll(other), rel=1e-12)
    assert model.tokens == sum(len(document) + 1 for document in train)


@pytest.mark.parametrize("history", [[], [2], [3, 2, 6], [5, 4, 3, 2, 4]])
def test_the_probabilities_after_a_history_have_the_sum_one(history: list[int]) -> None:
    model = NgramModel(random_documents(2, 20, 15), 4, VOCABULARY, 0, 1)
    probabilities = [np.exp(-model.nll([np.array([*history, token])])[len(history)]) for token in range(VOCABULARY)]
    assert sum(probabilities) == pytest.approx(1) and min(probabilities) > 0


def test_a_bigram_by_hand() -> None:
    # bigrams: start 2, 2 2, 2 end, each once: discount 0.5 of each; unigrams: 2 follows two tokens, end follows one
    model = NgramModel([np.array([2, 2])], 2, 4, 0, 1)
    unigram_2 = (2 - 1.0 + (1.0 + 0.5) / 4) / 3
    assert FALLBACK_DISCOUNTS == (0.5, 1.0, 1.5)
    assert np.exp(-model.nll([np.array([2])])).tolist() == pytest.approx([
        0.5 + 0.5 * unigram_2,                         # 2 after the start token, which one bigram begins with
        (0.5 + 1.0 * ((1 - 0.5 + 1.5 / 4) / 3)) / 2])  # the end token after 2, which two bigrams begin with


def test_discounts_follow_from_counts_of_counts() -> None:
    counts = np.repeat([1, 2, 3, 4, 9], [10, 5, 4, 2, 1])
    share = 10 / 20
    assert discounts_of(counts).tolist() == pytest.approx([
        0, 1 - 2 * share * 5 / 10, 2 - 3 * share * 4 / 5, 3 - 4 * share * 2 / 4])
    assert discounts_of(np.array([1, 1, 2])).tolist() == [0, *FALLBACK_DISCOUNTS]


def test_repeated_text_is_predicted_and_no_documents_leave_equal_probabilities() -> None:
    repeated = np.tile([2, 3, 4, 5, 6], 40)
    model = NgramModel([repeated] * 5, 5, VOCABULARY, 0, 0)
    assert np.exp(model.nll([repeated])[5:-1].mean()) < 1.01
    assert NgramModel([], 3, VOCABULARY, 0, 0).nll([np.array([2, 3])]).tolist() == pytest.approx([np.log(7)] * 3)
    assert model.nll([]).tolist() == []
