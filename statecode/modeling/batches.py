"""Batches as a pure function of the step: nothing to replay after a resume, the same on any number of processes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

IGNORED = -100
"""The label of a position that is not scored."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of packed pieces of documents; every field is int64, (B, T).

    A label stands where its prediction is made: labels_BT[b, t] is what the logits at [b, t] must predict, the next
    token for causal models and the hidden one for masked models. Nothing shifts later.
    """

    input_ids_BT: Tensor
    labels_BT: Tensor        # IGNORED where nothing is scored
    position_ids_BT: Tensor  # from 0 within each piece; 0 on padding
    segments_BT: Tensor      # number of the piece in its row, from 1; 0 is padding

    @property
    def scored_tokens(self) -> int:
        """Positions with a label."""
        return int((self.labels_BT != IGNORED).sum())

    @property
    def read_tokens(self) -> int:
        """Positions that are no padding."""
        return int((self.segments_BT != 0).sum())

    def __len__(self) -> int:
        return len(self.input_ids_BT)

    def rows(self, chosen: slice) -> Batch:
        """Some of the rows, without the columns that are padding in all of them."""
        longest = int((self.segments_BT[chosen] != 0).sum(1).max()) if len(self.input_ids_BT[chosen]) else 0
        return Batch(
            self.input_ids_BT[chosen, :longest],
            self.labels_BT[chosen, :longest],
            self.position_ids_BT[chosen, :longest],
            self.segments_BT[chosen, :longest],
        )

    def to(self, device: torch.device) -> Batch:
        """The same batch on another device."""
        return Batch(
            self.input_ids_BT.to(device, non_blocking=True),
            self.labels_BT.to(device, non_blocking=True),
            self.position_ids_BT.to(device, non_blocking=True),
            self.segments_BT.to(device, non_blocking=True),
        )


class Rows(Protocol):
    """A fixed set of training rows."""

    def __len__(self) -> int: ...

    def batch(self, indices: Sequence[int]) -> Batch:
        """The rows with these numbers, padded to the longest of them."""
        ...


class BatchSource(Protocol):
    """What the loop reads: the global batch of each optimizer step."""

    @property
    def batches_per_epoch(self) -> float: ...

    def at(self, step: int) -> Batch:
        """The batch of optimizer step `step`, counted from 0."""
        ...


@dataclass(frozen=True)
class MlmMasking:
    """BERT's corruption: of the chosen positions 80% show the mask token, 10% a random one, 10% stay.

    Source: Devlin et al. 2019, BERT, section 3.1.
    """

    mask_id: int
    first_random_id: int  # random replacements come from [first_random_id, vocab_size): no special tokens
    vocab_size: int
    share: float = 0.15

    def __call__(self, batch: Batch, random: np.random.Generator) -> Batch:
        """Choose positions among the labelled ones, corrupt the input there, drop the other labels."""
        shape = tuple(batch.labels_BT.shape)
        labelled = batch.labels_BT.numpy() != IGNORED
        chosen = labelled & (random.random(shape) < self.share)
        fate = random.random(shape)
        replacement = random.integers(self.first_random_id, self.vocab_size, shape)
        ids = batch.input_ids_BT.numpy().copy()
        ids[chosen & (fate < 0.8)] = self.mask_id
        swapped = chosen & (fate >= 0.8) & (fate < 0.9)
        ids[swapped] = replacement[swapped]
        labels = np.where(chosen, batch.labels_BT.numpy(), IGNORED)
        return replace(batch, input_ids_BT=torch.from_numpy(ids), labels_BT=torch.from_numpy(labels))


@dataclass(frozen=True)
class EpochBatches:
    """Every row once per epoch, in an order drawn from (seed, epoch); masks are drawn from (seed, step)."""

    source: Rows
    batch_rows: int
    seed: int
    masking: MlmMasking | None = None

    @property
    def batches_per_epoch(self) -> float:
        """Optimizer steps per pass over the rows; a batch may span two epochs."""
        return len(self.source) / self.batch_rows

    def at(self, step: int) -> Batch:
        """The batch of optimizer step `step`, counted from 0."""
        places = range(step * self.batch_rows, (step + 1) * self.batch_rows)
        rows = len(self.source)
        batch = self.source.batch([int(_order(self.seed, place // rows, rows)[place % rows]) for place in places])
        return batch if self.masking is None else self.masking(batch, np.random.default_rng([self.seed, 1, step]))


@lru_cache(maxsize=2)  # a batch may span two epochs
def _order(seed: int, epoch: int, rows: int) -> np.ndarray:
    return np.random.default_rng([seed, 0, epoch]).permutation(rows)


EVALUATION_SEED = 20_24
"""Of the masks and samples used for evaluation, whatever the run's seed, so that numbers compare."""


@dataclass(frozen=True)
class EvaluationBatches:
    """All rows, or a fixed sample of them, in order of length; a row's mask depends on its number alone."""

    source: Rows
    batch_rows: int
    masking: MlmMasking | None = None
    sample_rows: int | None = None

    def __len__(self) -> int:
        return -(-len(self._chosen) // self.batch_rows)

    def __getitem__(self, number: int) -> Batch:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return self._masked(self._chosen[number * self.batch_rows:][:self.batch_rows])

    @cached_property
    def _chosen(self) -> list[int]:
        if self.sample_rows is None or self.sample_rows >= len(self.source):
            return list(range(len(self.source)))
        random = np.random.default_rng(EVALUATION_SEED)
        return sorted(random.choice(len(self.source), self.sample_rows, replace=False).tolist())

    def _masked(self, indices: list[int]) -> Batch:
        batch = self.source.batch(indices)
        if self.masking is None:
            return batch
        return _stack([
            self.masking(batch.rows(slice(i, i + 1)), np.random.default_rng([EVALUATION_SEED, index]))
            for i, index in enumerate(indices)
        ], width=batch.input_ids_BT.shape[1])


def _stack(rows: Sequence[Batch], width: int) -> Batch:
    """One batch of single-row batches, padded on the right."""

    def column(name: str, fill: int) -> Tensor:
        parts = [getattr(row, name) for row in rows]
        return torch.cat([torch.nn.functional.pad(part, (0, width - part.shape[1]), value=fill) for part in parts])

    return Batch(column("input_ids_BT", 0), column("labels_BT", IGNORED), column("position_ids_BT", 0),
                 column("segments_BT", 0))
