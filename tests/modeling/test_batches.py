"""Batches are a function of the step alone; masks follow BERT's rule."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling.batches import (  # noqa: E402
    IGNORED,
    Batch,
    EpochBatches,
    EvaluationBatches,
    MlmMasking,
)
from statecode.modeling.packing import ListedChunks, PackedSequences, one_per_row  # noqa: E402

RULE = MlmMasking(mask_id=4, first_random_id=5, vocab_size=300)


def rows_of(count: int) -> PackedSequences:
    """Row i holds the token 10 + i, i % 3 + 1 times."""
    chunks = ListedChunks([([10 + i] * (i % 3 + 1), [10 + i] * (i % 3 + 1)) for i in range(count)])
    return PackedSequences(chunks, one_per_row(chunks.lengths))


def first_tokens(batch: Batch) -> list[int]:
    return batch.input_ids_BT[:, 0].tolist()


def test_each_epoch_has_every_row_once_in_another_order() -> None:
    source = EpochBatches(rows_of(10), batch_rows=4, seed=3)
    stream = [token for step in range(5) for token in first_tokens(source.at(step))]
    assert sorted(stream[:10]) == sorted(stream[10:]) == list(range(10, 20))
    assert stream[:10] != stream[10:]
    assert source.batches_per_epoch == 2.5


def test_a_step_needs_no_step_before_it() -> None:
    in_order = EpochBatches(rows_of(10), batch_rows=4, seed=3, masking=RULE)
    expected = [in_order.at(step) for step in range(6)]
    again = EpochBatches(rows_of(10), batch_rows=4, seed=3, masking=RULE)
    for step in (5, 0, 3):
        assert torch.equal(again.at(step).input_ids_BT, expected[step].input_ids_BT)
        assert torch.equal(again.at(step).labels_BT, expected[step].labels_BT)


def test_another_seed_gives_another_order() -> None:
    orders = [first_tokens(EpochBatches(rows_of(30), batch_rows=30, seed=seed).at(0)) for seed in (0, 1)]
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])


def test_masking_shares() -> None:
    tokens = torch.full((200, 500), 7)
    labels = tokens.clone()
    labels[:, 0] = IGNORED
    masked = RULE(Batch(tokens, labels, tokens * 0, tokens * 0 + 1), np.random.default_rng(0))
    chosen = masked.labels_BT != IGNORED
    assert not chosen[:, 0].any() and torch.equal(masked.input_ids_BT[~chosen], tokens[~chosen])
    assert chosen[:, 1:].float().mean() == pytest.approx(0.15, abs=0.005)
    assert set(masked.labels_BT[chosen].tolist()) == {7}
    seen = Counter(masked.input_ids_BT[chosen].tolist())
    total = sum(seen.values())
    assert seen[4] / total == pytest.approx(0.8, abs=0.02)
    assert seen[7] / total == pytest.approx(0.1 + 0.1 / 295, abs=0.02)
    assert min(seen) == 4 and max(seen) == 299  # random replacements are no other special tokens
    assert len(seen) > 250


def test_evaluation_masks_do_not_depend_on_the_batch_size() -> None:
    one, four = (EvaluationBatches(rows_of(10), size, RULE) for size in (1, 4))
    apart = [row for batch in one for row in zip(batch.input_ids_BT, batch.labels_BT)]
    together = [row for batch in four for row in zip(batch.input_ids_BT, batch.labels_BT)]
    assert len(one) == 10 and len(four) == 3 and len(apart) == len(together) == 10
    for (ids, labels), (wide_ids, wide_labels) in zip(apart, together):
        assert torch.equal(ids, wide_ids[: len(ids)]) and torch.equal(labels, wide_labels[: len(labels)])
        assert set(wide_labels[len(labels):].tolist()) <= {IGNORED}


def test_an_evaluation_sample_is_fixed() -> None:
    samples = [[t for batch in EvaluationBatches(rows_of(50), 4, sample_rows=9) for t in first_tokens(batch)]
               for _ in range(2)]
    assert samples[0] == samples[1] and len(set(samples[0])) == 9
    assert len(EvaluationBatches(rows_of(5), 4, sample_rows=9)) == 2
