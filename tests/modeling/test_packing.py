"""Test the packing of chunks into sequences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.modeling.batches import IGNORE_INDEX  # noqa: E402
from statecode.modeling.packing import ListedChunks, PackedSequences, one_chunk_per_sequence, pack  # noqa: E402


@given(st.lists(st.integers(1, 20), max_size=60), st.integers(20, 50))
def test_every_chunk_is_in_one_sequence_and_no_sequence_is_too_long(lengths: list[int], sequence_tokens: int) -> None:
    sequences = pack(np.array(lengths, dtype=np.int64), sequence_tokens)
    assert sorted(chunk for chunks in sequences for chunk in chunks) == list(range(len(lengths)))
    assert all(sum(lengths[chunk] for chunk in chunks) <= sequence_tokens for chunks in sequences)


def test_best_fit_fills_sequences_that_first_come_first_served_would_not() -> None:
    assert sorted(map(sorted, pack(np.array([3, 7, 4, 6]), 10))) == [[0, 1], [2, 3]]


def test_a_chunk_longer_than_a_sequence_is_an_error() -> None:
    with pytest.raises(ValueError, match="11 tokens does not fit into sequences of 10"):
        pack(np.array([3, 11]), 10)


def test_sequences_contain_chunks_one_after_another_and_padding_at_the_end() -> None:
    chunks = ListedChunks([([5, 6], [6, 7]), ([8, 9, 1], [IGNORE_INDEX, 1, 2])])
    batch = PackedSequences(chunks, [[0, 1], [0]], pad_id=3).batch([0, 1])
    assert batch.input_ids_BT.tolist() == [[5, 6, 8, 9, 1], [5, 6, 3, 3, 3]]
    assert batch.labels_BT.tolist() == [[6, 7, IGNORE_INDEX, 1, 2], [6, 7, IGNORE_INDEX, IGNORE_INDEX, IGNORE_INDEX]]
    assert batch.position_ids_BT.tolist() == [[0, 1, 0, 1, 2], [0, 1, 0, 0, 0]]
    assert batch.chunk_ids_BT.tolist() == [[1, 1, 2, 2, 2], [1, 1, 0, 0, 0]]
    assert (batch.scored_tokens, batch.unpadded_tokens) == (6, 7)
    assert batch.select(slice(1, 2)).input_ids_BT.tolist() == [[5, 6]]


def test_chunks_with_too_few_labels_are_refused() -> None:
    with pytest.raises(ValueError, match="chunk 0: 2 inputs and 1 labels"):
        ListedChunks([([1, 2], [3])])


def test_one_per_row() -> None:
    assert one_chunk_per_sequence(np.array([4, 4])) == [[0], [1]]
