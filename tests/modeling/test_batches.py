"""Test that batches depend on the step alone and that MLM masking follows BERT."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

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


def batch_of_values(lengths: list[list[int]]) -> Batch:
    """Return a batch with a row of values per list, of these numbers of tokens; token k of all has the id 10 + k % 200."""
    width = max(map(sum, lengths))
    ids, continued = (torch.zeros(len(lengths), width, dtype=dtype) for dtype in (torch.long, torch.bool))
    for row, values in enumerate(lengths):
        ids[row, :sum(values)] = torch.arange(sum(values)) % 200 + 10
        for first, length in zip(np.cumsum([0, *values]).tolist(), values):
            continued[row, first + 1:first + length] = True
    labels = torch.where(ids == 0, IGNORE_INDEX, ids)
    return Batch(ids, labels, ids * 0, (ids != 0).long(), continued)


def values_of(tensor: torch.Tensor, lengths: list[list[int]]) -> list[list[int]]:
    """Return the entries of each value."""
    return [tensor[row, first:first + length].tolist() for row, values in enumerate(lengths)
            for first, length in zip(np.cumsum([0, *values]).tolist(), values)]


def test_values_are_masked_as_a_whole_by_hand() -> None:
    """Draw known numbers: of the values with 1, 3, 2 tokens the second and the third are selected."""
    class Draws:
        numbers = iter([[0.9, 0.1, 0.9, 0.9, 0.12, 0.9], [0.5, 0.5, 0.99, 0.99, 0.85, 0.2]])

        def random(self, shape):
            return np.array(next(self.numbers)).reshape(shape)

        def integers(self, first, end, shape):
            return np.arange(100, 106).reshape(shape)

    masked = MASKING(batch_of_values([[1, 3, 2]]), Draws())  # type: ignore[arg-type]
    assert masked.input_ids_BT.tolist() == [[10, 4, 4, 4, 104, 105]]
    assert masked.labels_BT.tolist() == [[IGNORE_INDEX, 11, 12, 13, 14, 15]] and masked.in_value_BT is None


def test_values_are_masked_as_a_whole_or_not_and_with_the_share_of_the_setting() -> None:
    random = np.random.default_rng(1)
    lengths = [random.choice([1, 1, 1, 2, 5, 30], 100).tolist() for _ in range(300)]
    batch = batch_of_values(lengths)
    masked = MASKING(batch, np.random.default_rng(2))
    shown = Counter()
    for label, seen, value in zip(*(values_of(each, lengths) for each in (masked.labels_BT, masked.input_ids_BT, batch.input_ids_BT))):
        assert label in (value, [IGNORE_INDEX] * len(value))
        if label != value:
            assert seen == value
        elif len(value) > 3:  # random tokens of short values can be equal to the value
            shown["mask" if seen == [4] * len(value) else "value" if seen == value else "random"] += 1
            assert seen == value or set(seen) == {4} or 4 not in seen
    assert (masked.labels_BT != IGNORE_INDEX).sum() / batch.scored_tokens == pytest.approx(0.15, abs=0.01)
    assert [shown[name] / sum(shown.values()) for name in ("mask", "random", "value")] == pytest.approx([0.8, 0.1, 0.1], abs=0.04)
    selected = [label == value for label, value in zip(values_of(masked.labels_BT, lengths), values_of(batch.input_ids_BT, lengths))]
    assert np.mean(selected) == pytest.approx(0.15, abs=0.01)  # also of the values, whatever their length


def test_a_value_with_a_token_without_label_is_not_masked() -> None:
    batch = batch_of_values([[4] * 500])
    batch.labels_BT[0, 1::8] = IGNORE_INDEX  # in every other value
    masked = MASKING(batch, np.random.default_rng(0))
    labels = values_of(masked.labels_BT, [[4] * 500])
    assert all(label == [IGNORE_INDEX] * 4 for label in labels[::2])
    assert 20 < sum(label != [IGNORE_INDEX] * 4 for label in labels[1::2]) < 60
    assert torch.equal(masked.input_ids_BT.reshape(-1, 4)[::2], batch.input_ids_BT.reshape(-1, 4)[::2])


def test_values_of_one_token_are_masked_as_tokens() -> None:
    batch = batch_of_values([[1] * 400])
    one, other = (MASKING(each, np.random.default_rng(0)) for each in (batch, replace(batch, in_value_BT=None)))
    assert torch.equal(one.input_ids_BT, other.input_ids_BT) and torch.equal(one.labels_BT, other.labels_BT)


def test_values_have_other_masks_in_each_epoch_and_the_same_in_each_evaluation() -> None:
    chunks = ListedChunks([([9] * 60, [9] * 60)] * 4)
    sequences = PackedSequences(chunks, one_chunk_per_sequence(chunks.lengths),
                                in_value=lambda chunk: np.arange(60) % 3 != 0)
    batches = EpochBatches(sequences, 4, seed=3, masking=MASKING)
    first, again, next_epoch = (batches.at(step).labels_BT for step in (0, 0, 1))
    assert torch.equal(first, again) and not torch.equal(first, next_epoch)
    for labels in (first, next_epoch, *(batch.labels_BT for batch in EvaluationBatches(sequences, 3, MASKING))):
        values = (labels.reshape(-1, 3) != IGNORE_INDEX).sum(1)
        assert set(values.tolist()) == {0, 3}
