"""Cut documents into chunks, and pack chunks into sequences.

A document consists of its start token, its text and its end token. It is cut into consecutive chunks of at most T
tokens, so that each text token and the end token are predicted exactly once per epoch:

    document   s a b c d e end    causal, T = 3:   inputs  s a b | c d e
                                                   labels  a b c | d e end

Chunks are then packed into sequences of T positions. No chunk attends to another chunk of its sequence, nor to the
previous chunks of its document.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import torch
from torch import Tensor

from statecode.modeling.batches import IGNORE_INDEX, Batch


class Chunks(Protocol):
    """Training examples of at most one sequence each, numbered from 0."""

    @property
    def lengths(self) -> np.ndarray:
        """Number of tokens of each chunk, int32 or int64."""
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


@dataclass(frozen=True, eq=False)
class Layout(Sequence[np.ndarray]):
    """The chunks of each sequence, in two arrays."""

    chunks: np.ndarray   # numbers of the chunks of all sequences, one sequence after another, int32 or int64
    offsets: np.ndarray  # sequence i consists of chunks[offsets[i]:offsets[i + 1]], int64

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def __getitem__(self, index: Any) -> Any:
        """Return the numbers of the chunks of a sequence."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.chunks[self.offsets[index]:self.offsets[index + 1]]


@dataclass(frozen=True)
class PackedSequences:
    """Chunks packed into sequences, padded on the right; `pack` computes the layout."""

    chunks: Chunks
    layout: Layout | Sequence[Sequence[int]]  # for each sequence, the numbers of its chunks
    pad_id: int = 0
    in_value: Callable[[int], np.ndarray] | None = None
    """Returns which tokens of a chunk continue the value of the token before, bool; None: values are unknown."""

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
        ids, labels, positions, chunks = map(torch.from_numpy, fields)
        return Batch(ids, labels, positions, chunks, self._in_value(indices, width))

    def _in_value(self, indices: Sequence[int], width: int) -> Tensor | None:
        if self.in_value is None:
            return None
        field = np.zeros((len(indices), width), dtype=bool)
        for number, index in enumerate(indices):
            values = np.concatenate([self.in_value(chunk) for chunk in self.layout[index]])
            field[number, : len(values)] = values
        return torch.from_numpy(field)

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


def pack(lengths: np.ndarray, sequence_tokens: int) -> Layout:
    """Pack chunks into sequences of at most `sequence_tokens` tokens by the best-fit-decreasing algorithm.

    The chunks are placed in order of decreasing length. Each goes into the sequence with the least free space in which
    it still fits, so that no chunk is cut further. The result is deterministic.

    Chunks of one length are placed together: as long as a sequence has space for another one, it is the best fit. The
    time therefore depends on the number of different lengths; a million chunks take a fraction of a second.

    Args:
        lengths: number of tokens of each chunk, int32 or int64.

    Raises:
        ValueError: a chunk is longer than a sequence.

    Source: Ding et al. 2024, Fewer Truncations Improve Language Modeling, section 3.
    """
    if len(lengths) and int(lengths.max()) > sequence_tokens:
        raise ValueError(f"a chunk of {int(lengths.max())} tokens does not fit into sequences of {sequence_tokens}")
    # NumPy sorts numbers of 16 bits in linear time.
    sorted_by = lengths.astype(np.int16) if sequence_tokens < 2**15 else lengths
    order = np.argsort(-sorted_by, kind="stable").astype(np.int32)
    sequence_of = np.empty(len(lengths), dtype=np.int32)  # sequence of each chunk, in this order
    free = _FreeSpaces()
    count = placed = 0  # sequences; chunks
    distinct, chunks_of_length = np.unique(-lengths, return_counts=True)
    for length, remaining in zip((-distinct).tolist(), chunks_of_length.tolist()):
        while remaining:
            space = free.smallest_from(length)
            each = (sequence_tokens if space is None else space) // length  # chunks that one sequence takes
            wanted = -(-remaining // each)
            if space is None:
                space, chosen = sequence_tokens, np.arange(count, count + wanted)
                count += wanted
            else:
                chosen = free.pop(space, wanted)
            taken = min(remaining, each * len(chosen))
            sequence_of[placed:placed + taken] = np.repeat(chosen, each)[:taken]
            last = taken - each * (len(chosen) - 1)  # chunks in the last of the sequences
            free.push(space - each * length, chosen if last == each else chosen[:-1])
            free.push(space - last * length, chosen[-1:] if last != each else chosen[:0])
            placed, remaining = placed + taken, remaining - taken
    by_sequence = np.argsort(sequence_of, kind="stable")
    ends = np.cumsum(np.bincount(sequence_of, minlength=count))
    return Layout(order[by_sequence], np.concatenate([[0], ends]).astype(np.int64))


def joined_layout(layouts: Sequence[Layout]) -> Layout:
    """Return the layout of several sets of chunks that are numbered one set after another."""
    first_chunks = np.cumsum([0] + [len(layout.chunks) for layout in layouts])
    chunks = [layout.chunks + first for layout, first in zip(layouts, first_chunks)]
    offsets = [layout.offsets[1:] + first for layout, first in zip(layouts, first_chunks)]
    return Layout(np.concatenate(chunks), np.concatenate([[0], *offsets]))


def one_chunk_per_sequence(lengths: np.ndarray) -> Layout:
    """Return the layout without packing: each chunk is a sequence."""
    return Layout(np.arange(len(lengths)), np.arange(len(lengths) + 1))


class _FreeSpaces:
    """The sequences by their number of free tokens.

    The sequences of one number form a stack. The numbers that occur are the bits of one integer, so that
    `smallest_from` needs no loop.
    """

    def __init__(self) -> None:
        self._bits = 0
        self._stacks: dict[int, list[np.ndarray]] = {}  # free tokens → sequences, in parts; the last one is the top

    def smallest_from(self, length: int) -> int | None:
        """Return the smallest free space of at least `length` tokens; None if there is none."""
        above = self._bits >> length
        return length + ((above & -above).bit_length() - 1) if above else None

    def push(self, space: int, sequences: np.ndarray) -> None:
        """Add sequences with this free space, the last one on top."""
        if len(sequences):
            self._stacks.setdefault(space, []).append(sequences)
            self._bits |= 1 << space

    def pop(self, space: int, limit: int) -> np.ndarray:
        """Remove and return at most `limit` sequences with this free space, the top one first.

        All of them come from the part that was pushed last, so that there may be more.
        """
        stack = self._stacks[space]
        part = stack.pop()
        if len(part) > limit:
            stack.append(part[:-limit])
        elif not stack:
            self._bits &= ~(1 << space)
        return part[::-1][:limit]
