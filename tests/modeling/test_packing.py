"""Test the packing of chunks into sequences."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
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


def best_fit(lengths: list[int], sequence_tokens: int) -> list[list[int]]:
    """Return the layout of best-fit-decreasing packing, one chunk at a time.

    Of several sequences with equal space, the one that has had this space for the shortest time is taken.
    """
    sequences: list[list[int]] = []
    stacks: dict[int, list[int]] = {}  # free tokens → sequences
    for chunk in sorted(range(len(lengths)), key=lambda chunk: -lengths[chunk]):
        fitting = [space for space, stack in stacks.items() if stack and space >= lengths[chunk]]
        space = min(fitting, default=sequence_tokens)
        if not fitting:
            stacks.setdefault(space, []).append(len(sequences))
            sequences.append([])
        sequence = stacks[space].pop()
        sequences[sequence].append(chunk)
        stacks.setdefault(space - lengths[chunk], []).append(sequence)
    return sequences


@settings(max_examples=500)
@given(st.lists(st.integers(1, 20), max_size=80), st.integers(20, 60))
def test_chunks_of_equal_length_are_placed_together_as_one_by_one(lengths: list[int], sequence_tokens: int) -> None:
    packed = pack(np.array(lengths, dtype=np.int64), sequence_tokens)
    assert [chunks.tolist() for chunks in packed] == best_fit(lengths, sequence_tokens)


def test_a_hundred_thousand_chunks_fill_their_sequences() -> None:
    lengths = np.minimum(256, 1 + np.random.default_rng(0).geometric(1 / 100, 100_000))
    assert lengths.sum() / (256 * len(pack(lengths, 256))) > 0.999


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
    assert [chunks.tolist() for chunks in one_chunk_per_sequence(np.array([4, 4]))] == [[0], [1]]
