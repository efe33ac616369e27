"""Documents to pieces to rows.

A document is its start token, its text and its end token. It is cut into consecutive pieces of at most T positions,
so that each text token and the end token are predicted exactly once per epoch:

    document   s a b c d e        causal, T = 3:   inputs  s a b | c d e
                                                   labels  a b c | d e end

Pieces are then packed into rows of T positions; no piece sees another one of its row. A piece does not see what came
before it in its document either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch

from statecode.modeling.batches import IGNORED, Batch


class Chunks(Protocol):
    """Training examples of at most one row each."""

    @property
    def lengths(self) -> np.ndarray:
        """Positions of each piece, int64."""
        ...

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        """Input ids and labels of a piece, equally long; IGNORED labels are not scored."""
        ...


class ListedChunks:
    """Pieces that are held in memory, such as (prompt and answer, labels on the answer) pairs."""

    def __init__(self, chunks: Sequence[tuple[Sequence[int], Sequence[int]]]) -> None:
        for number, (inputs, labels) in enumerate(chunks):
            if len(inputs) != len(labels) or not len(inputs):
                raise ValueError(f"piece {number}: {len(inputs)} inputs and {len(labels)} labels")
        self._chunks = chunks
        self.lengths = np.array([len(inputs) for inputs, _ in chunks], dtype=np.int64)

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        inputs, labels = self._chunks[index]
        return np.asarray(inputs, dtype=np.int64), np.asarray(labels, dtype=np.int64)


@dataclass(frozen=True)
class PackedSequences:
    """Pieces laid out in rows; see `pack` for how. Padding goes to the right of a row."""

    chunks: Chunks
    layout: Sequence[Sequence[int]]  # the pieces of each row, by number
    pad_id: int = 0

    def __len__(self) -> int:
        return len(self.layout)

    def batch(self, indices: Sequence[int]) -> Batch:
        """The rows with these numbers, padded to the longest of them."""
        rows = [self._row(index) for index in indices]
        width = max(len(row[0]) for row in rows)
        fills = (self.pad_id, IGNORED, 0, 0)
        columns = [np.full((len(rows), width), fill, dtype=np.int64) for fill in fills]
        for number, row in enumerate(rows):
            for column, part in zip(columns, row):
                column[number, : len(part)] = part
        return Batch(*(torch.from_numpy(column) for column in columns))

    def _row(self, index: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        parts = [self.chunks[chunk] for chunk in self.layout[index]]
        lengths = [len(inputs) for inputs, _ in parts]
        return (
            np.concatenate([inputs for inputs, _ in parts]),
            np.concatenate([labels for _, labels in parts]),
            np.concatenate([np.arange(length) for length in lengths]),
            np.repeat(np.arange(1, len(parts) + 1), lengths),
        )


def pack(lengths: np.ndarray, row_tokens: int) -> list[list[int]]:
    """Lay pieces into rows of at most `row_tokens`: best fit, longest first; deterministic.

    A piece goes into the fullest row that still holds it, so nothing is cut further.

    Raises:
        ValueError: a piece is longer than a row.

    Source: Ding et al. 2024, Fewer Truncations Improve Language Modeling, section 3.
    """
    if len(lengths) and int(lengths.max()) > row_tokens:
        raise ValueError(f"a piece of {int(lengths.max())} tokens does not fit into rows of {row_tokens}")
    rows: list[list[int]] = []
    with_space: list[list[int]] = [[] for _ in range(row_tokens + 1)]  # free tokens → rows
    spaces = _Spaces()
    for chunk in np.argsort(-lengths, kind="stable").tolist():
        length = int(lengths[chunk])
        space = spaces.smallest_from(length)
        if space is None:
            row, space = len(rows), row_tokens
            rows.append([])
        else:
            row = with_space[space].pop()
            spaces.set(space, bool(with_space[space]))
        rows[row].append(chunk)
        with_space[space - length].append(row)
        spaces.set(space - length, True)
    return rows


def one_per_row(lengths: np.ndarray) -> list[list[int]]:
    """The layout without packing."""
    return [[chunk] for chunk in range(len(lengths))]


class _Spaces:
    """Which free spaces some row has, as the bits of one integer: the next larger one is one operation away."""

    def __init__(self) -> None:
        self._bits = 0

    def set(self, space: int, present: bool) -> None:
        self._bits = self._bits | (1 << space) if present else self._bits & ~(1 << space)

    def smallest_from(self, length: int) -> int | None:
        above = self._bits >> length
        return length + ((above & -above).bit_length() - 1) if above else None
