"""Test batches without padding."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling.batches import IGNORE_INDEX, Batch  # noqa: E402
from statecode.modeling.flat_batches import flatten  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, pack  # noqa: E402


def batch_of(*rows: tuple[int, ...], width: int = 6) -> Batch:
    """Return a batch with rows of chunks of these lengths; tokens are numbered from 1, labels are tokens + 100."""
    ids, labels, positions, chunks = (torch.zeros(len(rows), width, dtype=torch.long) for _ in range(4))
    labels += IGNORE_INDEX
    token = 1
    for row, lengths in enumerate(rows):
        at = 0
        for number, length in enumerate(lengths, 1):
            for position in range(length):
                ids[row, at], labels[row, at] = token, token + 100
                positions[row, at], chunks[row, at] = position, number
                token, at = token + 1, at + 1
    return Batch(ids, labels, positions, chunks)


def test_chunks_are_sorted_by_length_without_padding() -> None:
    batch = batch_of((2, 3), (6,), (), (1, 3))
    batch.labels_BT[0, 0] = IGNORE_INDEX
    flat = flatten(batch)
    assert flat.offsets_C1.tolist() == [0, 6, 9, 12, 14, 15] and flat.offsets_C1.dtype == torch.int32
    assert flat.input_ids_N.tolist() == [6, 7, 8, 9, 10, 11, 3, 4, 5, 13, 14, 15, 1, 2, 12]
    assert flat.position_ids_N.tolist() == [*range(6), *range(3), *range(3), 0, 1, 0]
    assert flat.labelled_M.tolist() == [*range(12), 13, 14]
    assert flat.labels_M.tolist() == [106, 107, 108, 109, 110, 111, 103, 104, 105, 113, 114, 115, 102, 112]
    assert flat.longest == 6


def test_filler_makes_the_number_of_tokens_that_of_the_positions() -> None:
    batch = batch_of((2,), (6,), (), (3,))
    flat, plain = flatten(batch, filled=True), flatten(batch)
    assert len(flat.input_ids_N) == len(flat.position_ids_N) == 24 and flat.input_ids_N[:11].equal(plain.input_ids_N)
    assert flat.offsets_C1.tolist() == [0, 6, 9, 11, 17, 23, 24]
    assert flat.labels_M.equal(plain.labels_M) and flat.labelled_M.equal(plain.labelled_M)
    assert int(flat.position_ids_N.max()) == 5


def test_every_token_of_random_packed_batches_is_kept_with_its_position_and_label() -> None:
    random = torch.Generator().manual_seed(0)
    for _ in range(30):
        lengths = torch.randint(1, 17, (12,), generator=random).tolist()
        chunks = ListedChunks([([100 * number + k for k in range(length)], [100 * number + k for k in range(length)])
                               for number, length in enumerate(lengths, 1)])
        sequences = PackedSequences(chunks, pack(chunks.lengths, 16))
        flat = flatten(sequences.batch(range(len(sequences))))
        assert sorted(flat.input_ids_N.tolist()) == sorted(100 * n + k for n, size in enumerate(lengths, 1) for k in range(size))
        assert flat.labels_M.equal(flat.input_ids_N) and flat.position_ids_N.equal(flat.input_ids_N % 100)
        sizes = flat.offsets_C1.diff().tolist()
        assert sizes == sorted(lengths, reverse=True)
        for begin, size in zip(flat.offsets_C1.tolist(), sizes):
            assert len(set((flat.input_ids_N[begin:begin + size] // 100).tolist())) == 1
