"""Test that batches depend on the step alone and that MLM masking follows BERT."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling.batches import (  # noqa: E402
    IGNORE_INDEX,
    Batch,
    EpochBatches,
    EvaluationBatches,
    MlmMasking,
)
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence  # noqa: E402

MASKING = MlmMasking(mask_id=4, first_random_id=5, vocab_size=300)


def make_sequences(count: int) -> PackedSequences:
    """Return sequences of which number i contains the token 10 + i, i % 3 + 1 times."""
    chunks = ListedChunks([([10 + i] * (i % 3 + 1), [10 + i] * (i % 3 + 1)) for i in range(count)])
    return PackedSequences(chunks, one_chunk_per_sequence(chunks.lengths))


def first_tokens(batch: Batch) -> list[int]:
    return batch.input_ids_BT[:, 0].tolist()


def test_each_epoch_has_every_sequence_once_in_another_order() -> None:
    source = EpochBatches(make_sequences(10), batch_size=4, seed=3)
    stream = [token for step in range(5) for token in first_tokens(source.at(step))]
    assert sorted(stream[:10]) == sorted(stream[10:]) == list(range(10, 20))
    assert stream[:10] != stream[10:]
    assert source.batches_per_epoch == 2.5


def test_a_step_does_not_depend_on_earlier_steps() -> None:
    in_order = EpochBatches(make_sequences(10), batch_size=4, seed=3, masking=MASKING)
    expected = [in_order.at(step) for step in range(6)]
    again = EpochBatches(make_sequences(10), batch_size=4, seed=3, masking=MASKING)
    for step in (5, 0, 3):
        assert torch.equal(again.at(step).input_ids_BT, expected[step].input_ids_BT)
        assert torch.equal(again.at(step).labels_BT, expected[step].labels_BT)


def test_another_seed_leads_to_another_order() -> None:
    orders = [first_tokens(EpochBatches(make_sequences(30), batch_size=30, seed=seed).at(0)) for seed in (0, 1)]
    assert orders[0] != orders[1] and sorted(orders[0]) == sorted(orders[1])


def test_masking_has_the_shares_of_bert() -> None:
    tokens = torch.full((200, 500), 7)
    labels = tokens.clone()
    labels[:, 0] = IGNORE_INDEX
    masked = MASKING(Batch(tokens, labels, tokens * 0, tokens * 0 + 1), np.random.default_rng(0))
    chosen = masked.labels_BT != IGNORE_INDEX
    assert not chosen[:, 0].any() and torch.equal(masked.input_ids_BT[~chosen], tokens[~chosen])
    assert chosen[:, 1:].float().mean() == pytest.approx(0.15, abs=0.005)
    assert set(masked.labels_BT[chosen].tolist()) == {7}
    seen = Counter(masked.input_ids_BT[chosen].tolist())
    total = sum(seen.values())
    assert seen[4] / total == pytest.approx(0.8, abs=0.02)
    assert seen[7] / total == pytest.approx(0.1 + 0.1 / 295, abs=0.02)
    assert min(seen) == 4 and max(seen) == 299  # random tokens are no special tokens
    assert len(seen) > 250


def test_evaluation_masks_do_not_depend_on_the_batch_size() -> None:
    one, four = (EvaluationBatches(make_sequences(10), size, MASKING) for size in (1, 4))
    alone = [sequence for batch in one for sequence in zip(batch.input_ids_BT, batch.labels_BT)]
    together = [sequence for batch in four for sequence in zip(batch.input_ids_BT, batch.labels_BT)]
    assert len(one) == 10 and len(four) == 3 and len(alone) == len(together) == 10
    for (ids, labels), (wide_ids, wide_labels) in zip(alone, together):
        assert torch.equal(ids, wide_ids[: len(ids)]) and torch.equal(labels, wide_labels[: len(labels)])
        assert set(wide_labels[len(labels):].tolist()) <= {IGNORE_INDEX}


def test_an_evaluation_sample_is_always_the_same() -> None:
    samples = [[t for batch in EvaluationBatches(make_sequences(50), 4, sample_size=9) for t in first_tokens(batch)]
               for _ in range(2)]
    assert samples[0] == samples[1] and len(set(samples[0])) == 9
    assert len(EvaluationBatches(make_sequences(5), 4, sample_size=9)) == 2
