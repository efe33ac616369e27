"""Cut documents into chunks, and pack chunks into sequences.

A document consists of its start token, its text and its end token. It is cut into consecutive chunks of at most T
tokens, so that each text token and the end token are predicted exactly once per epoch:

    document   s a b c d e end    causal, T = 3:   inputs  s a b | c d e
                                                   labels  a b c | d e end

Chunks are then packed into sequences of T positions. No chunk attends to another chunk of its sequence, nor to the
previous chunks of its document.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from statecode.modeling.batches import IGNORE_INDEX, Batch


class Chunks(Protocol):
    """Training examples of at most one sequence each, numbered from 0."""

    @property
    def lengths(self) -> np.ndarray:
        """Number of tokens of each chunk, int64."""
        ...

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the input ids and the labels of a chunk, two arrays of the same length.

        Positions with the label IGNORE_INDEX are not scored.
        """
        ...


class ListedChunks:
    """Chunks that are held in memory, such as prompts with their answers, with labels in the answers alone.

    Args:
        chunks: input ids and labels of each chunk.

    Raises:
        ValueError: a chunk is empty, or its inputs and labels differ in length.
    """

    def __init__(self, chunks: Sequence[tuple[Sequence[int], Sequence[int]]]) -> None:
        for number, (inputs, labels) in enumerate(chunks):
            if len(inputs) != len(labels) or not len(inputs):
                raise ValueError(f"chunk {number}: {len(inputs)} inputs and {len(labels)} labels")
        self._chunks = chunks
        self.lengths = np.array([len(inputs) for inputs, _ in chunks], dtype=np.int64)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = self._chunks[index]
        return np.asarray(inputs, dtype=np.int64), np.asarray(labels, dtype=np.int64)


@dataclass(frozen=True)
class PackedSequences:
    """Chunks packed into sequences, padded on the right; `pack` computes the layout."""

    chunks: Chunks
    layout: Sequence[Sequence[int]]  # for each sequence, the numbers of its chunks
    pad_id: int = 0

    def __len__(self) -> int:
        return len(self.layout)

    def batch(self, indices: Sequence[int]) -> Batch:
        """Return the sequences with these numbers, padded to the longest of them."""
        sequences = [self._sequence(index) for index in indices]
        width = max(len(sequence[0]) for sequence in sequences)
        fills = (self.pad_id, IGNORE_INDEX, 0, 0)
        fields = [np.full((len(sequences), width), fill, dtype=np.int64) for fill in fills]
        for number, sequence in enumerate(sequences):
            for field, values in zip(fields, sequence):
                field[number, : len(values)] = values
        return Batch(*(torch.from_numpy(field) for field in fields))

    def _sequence(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return the fields of a Batch for one sequence, without padding."""
        chunks = [self.chunks[number] for number in self.layout[index]]
        lengths = [len(inputs) for inputs, _ in chunks]
        return (
            np.concatenate([inputs for inputs, _ in chunks]),
            np.concatenate([labels for _, labels in chunks]),
            np.concatenate([np.arange(length) for length in lengths]),
            np.repeat(np.arange(1, len(chunks) + 1), lengths),
        )


def pack(lengths: np.ndarray, sequence_tokens: int) -> list[list[int]]:
    """Pack chunks into sequences of at most `sequence_tokens` tokens by the best-fit-decreasing algorithm.

    The chunks are placed in order of decreasing length. Each goes into the sequence with the least free space in which
    it still fits, so that no chunk is cut further. The result is deterministic.

    Args:
        lengths: number of tokens of each chunk, int64.

    Returns:
        For each sequence, the numbers of its chunks.

    Raises:
        ValueError: a chunk is longer than a sequence.

    Source: Ding et al. 2024, Fewer Truncations Improve Language Modeling, section 3.
    """
    if len(lengths) and int(lengths.max()) > sequence_tokens:
        raise ValueError(f"a chunk of {int(lengths.max())} tokens does not fit into sequences of {sequence_tokens}")
    sequences: list[list[int]] = []
    with_space: list[list[int]] = [[] for _ in range(sequence_tokens + 1)]  # index: free tokens; item: sequences
    free_spaces = _FreeSpaces()
    for chunk in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[chunk])
        space = free_spaces.smallest_from(length)
        if space is None:
            sequence, space = len(sequences), sequence_tokens
            sequences.append([])
        else:
            sequence = with_space[space].pop()
            free_spaces.set(space, bool(with_space[space]))
        sequences[sequence].append(chunk)
        with_space[space - length].append(sequence)
        free_spaces.set(space - length, True)
    return sequences


def one_chunk_per_sequence(lengths: np.ndarray) -> list[list[int]]:
    """Return the layout without packing: each chunk is a sequence."""
    return [[chunk] for chunk in range(len(lengths))]


class _FreeSpaces:
    """The set of all numbers of free tokens for which there is a sequence with that much space.

    The set is stored as the bits of one integer, so that `smallest_from` needs no loop.
    """

    def __init__(self) -> None:
        self._bits = 0

    def set(self, space: int, present: bool) -> None:
        self._bits = self._bits | (1 << space) if present else self._bits & ~(1 << space)

    def smallest_from(self, length: int) -> int | None:
        """Return the smallest free space of at least `length` tokens; None if there is none."""
        above = self._bits >> length
        return length + ((above & -above).bit_length() - 1) if above else None
