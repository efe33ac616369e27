"""Batches as a pure function of the step number.

A resumed run therefore has no data to replay, and the batches are the same on any number of processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

IGNORE_INDEX = -100
"""The label of a position that is not scored."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Sequences of packed chunks; every tensor is (B, T), int64 unless another type is named.

    Labels are aligned with predictions: labels_BT[b, t] is the token that the logits at [b, t] must predict. For causal
    models this is the next token, for masked models the original token of the position. The loss must not shift labels
    again.
    """

    input_ids_BT: Tensor
    labels_BT: Tensor        # IGNORE_INDEX where no token is scored
    position_ids_BT: Tensor  # from 0 within each chunk; 0 for padding
    chunk_ids_BT: Tensor     # number of the chunk within its sequence, from 1; 0 for padding
    in_value_BT: Tensor | None = None  # bool: continues the value of the token before; only MlmMasking reads it

    @property
    def scored_tokens(self) -> int:
        """Number of positions with a label."""
        return int((self.labels_BT != IGNORE_INDEX).sum())

    @property
    def unpadded_tokens(self) -> int:
        """Number of positions that are not padding."""
        return int((self.chunk_ids_BT != 0).sum())

    def __len__(self) -> int:
        return len(self.input_ids_BT)

    def select(self, chosen: slice) -> Batch:
        """Return a batch of the `chosen` sequences, without the columns in which all of them have padding."""
        longest = int((self.chunk_ids_BT[chosen] != 0).sum(1).max()) if len(self.input_ids_BT[chosen]) else 0
        return Batch(
            self.input_ids_BT[chosen, :longest],
            self.labels_BT[chosen, :longest],
            self.position_ids_BT[chosen, :longest],
            self.chunk_ids_BT[chosen, :longest],
            None if self.in_value_BT is None else self.in_value_BT[chosen, :longest],
        )

    def pinned(self) -> Batch:
        """Return a copy of the batch in page-locked memory; `to` then copies it to a GPU without waiting.

        The copies of both methods have no `in_value_BT`.
        """
        return Batch(
            self.input_ids_BT.pin_memory(),
            self.labels_BT.pin_memory(),
            self.position_ids_BT.pin_memory(),
            self.chunk_ids_BT.pin_memory(),
        )

    def to(self, device: torch.device) -> Batch:
        """Return a copy of the batch on another device."""
        return Batch(
            self.input_ids_BT.to(device, non_blocking=True),
            self.labels_BT.to(device, non_blocking=True),
            self.position_ids_BT.to(device, non_blocking=True),
            self.chunk_ids_BT.to(device, non_blocking=True),
        )


class Sequences(Protocol):
    """A fixed set of sequences, numbered from 0."""

    def __len__(self) -> int: ...

    def batch(self, indices: Sequence[int]) -> Batch:
        """Return the sequences with these numbers, padded to the longest of them."""
        ...


class TrainingBatches(Protocol):
    """The global batch of every optimizer step; the training loop reads from it."""

    @property
    def batches_per_epoch(self) -> float: ...

    def at(self, step: int) -> Batch:
        """Return the batch of optimizer step `step`, counted from 0."""
        ...


@dataclass(frozen=True)
class MlmMasking:
    """The masking of masked language models (MLM).

    Of the selected positions, 80% show the mask token, 10% show a random token and 10% keep their token. If the batch
    has `in_value_BT`, both draws are made once for all tokens of a value, so that no value is shown in part. A value of
    which some tokens have no label is not selected.

    Sources: Devlin et al. 2019, BERT, section 3.1; Joshi et al. 2020, SpanBERT, section 3.1, for the draw per span.
    """

    mask_id: int
    first_random_id: int       # random tokens are drawn from [first_random_id, vocab_size)
    vocab_size: int
    probability: float = 0.15  # probability that a labelled position is selected

    def __call__(self, batch: Batch, random: np.random.Generator) -> Batch:
        """Return a copy of the batch with the input tokens of the selected positions changed.

        The positions are selected at random among the labelled ones. All other positions have no label in the copy.
        Each position is selected with `self.probability`, also those of values.
        """
        shape = tuple(batch.labels_BT.shape)
        labelled = batch.labels_BT.numpy() != IGNORE_INDEX
        selecting, draw = random.random(shape), random.random(shape)
        if batch.in_value_BT is not None:
            is_first = ~batch.in_value_BT.numpy()  # of a value, or a token outside of values
            begins, unit = np.flatnonzero(is_first), np.cumsum(is_first).reshape(shape) - 1
            selecting, draw = selecting.flat[begins][unit], draw.flat[begins][unit]
            labelled = np.logical_and.reduceat(labelled.reshape(-1), begins)[unit]
        selected = labelled & (selecting < self.probability)
        random_ids = random.integers(self.first_random_id, self.vocab_size, shape)
        ids = batch.input_ids_BT.numpy().copy()
        ids[selected & (draw < 0.8)] = self.mask_id
        replaced = selected & (draw >= 0.8) & (draw < 0.9)
        ids[replaced] = random_ids[replaced]
        labels = np.where(selected, batch.labels_BT.numpy(), IGNORE_INDEX)
        return replace(batch, input_ids_BT=torch.from_numpy(ids), labels_BT=torch.from_numpy(labels), in_value_BT=None)


class OrderedBatches:
    """Training batches of sequences in an order that a subclass defines by `sequence_at`.

    The masking of a step is drawn with the seed (seed, 1, step).
    """

    sequences: Sequences
    batch_size: int  # sequences per optimizer step, all processes together
    seed: int
    masking: MlmMasking | None

    @property
    def batches_per_epoch(self) -> float:
        """Optimizer steps in which as many sequences are read as there are; not always an integer."""
        return len(self.sequences) / self.batch_size

    def sequence_at(self, number: int) -> int:
        """Return the sequence that is read after `number` others, counted over all steps."""
        raise NotImplementedError

    def at(self, step: int) -> Batch:
        """Return the batch of optimizer step `step`, counted from 0."""
        numbers = range(step * self.batch_size, (step + 1) * self.batch_size)
        batch = self.sequences.batch(list(map(self.sequence_at, numbers)))
        return batch if self.masking is None else self.masking(batch, np.random.default_rng([self.seed, 1, step]))


@dataclass(frozen=True)
class EpochBatches(OrderedBatches):
    """Training batches that contain every sequence once per epoch.

    The order of an epoch is drawn with the seed (seed, 0, epoch).
    """

    sequences: Sequences
    batch_size: int
    seed: int
    masking: MlmMasking | None = None

    def sequence_at(self, number: int) -> int:
        """Return the sequence that is read after `number` others, counted over all steps."""
        epoch, position = divmod(number, len(self.sequences))
        return int(epoch_order(self.seed, epoch, len(self.sequences))[position])


@lru_cache(maxsize=16)  # a batch may span two epochs; each corpus of a mixture has epochs of its own
def epoch_order(seed: int, epoch: int, count: int, stream: int = 0) -> np.ndarray:
    """Return the numbers of `count` sequences in the order of an epoch, (count,).

    Args:
        stream: number that is different for each use of the seed.
    """
    order = np.random.default_rng([seed, stream, epoch]).permutation(count)
    return order.astype(np.int32 if count < 2**31 else np.int64)


EVALUATION_SEED = 2024
"""Seed of masking and sampling in evaluations. It does not depend on the run, so that losses of runs are comparable."""


@dataclass(frozen=True)
class EvaluationBatches:
    """Batches of all sequences, or of a fixed random sample of them, in the order of their numbers.

    The masking of a sequence depends on its number alone, not on the batch size.
    """

    sequences: Sequences
    batch_size: int
    masking: MlmMasking | None = None
    sample_size: int | None = None  # number of sequences to draw; None: all

    def __len__(self) -> int:
        return -(-len(self._numbers) // self.batch_size)

    def __getitem__(self, index: int) -> Batch:
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self._batch(self._numbers[index * self.batch_size:][:self.batch_size])

    @cached_property
    def _numbers(self) -> list[int]:
        if self.sample_size is None or self.sample_size >= len(self.sequences):
            return list(range(len(self.sequences)))
        random = np.random.default_rng(EVALUATION_SEED)
        return sorted(random.choice(len(self.sequences), self.sample_size, replace=False).tolist())

    def _batch(self, numbers: list[int]) -> Batch:
        batch = self.sequences.batch(numbers)
        if self.masking is None:
            return batch
        return _concatenate([
            self.masking(batch.select(slice(i, i + 1)), np.random.default_rng([EVALUATION_SEED, number]))
            for i, number in enumerate(numbers)
        ], width=batch.input_ids_BT.shape[1])


def _concatenate(batches: Sequence[Batch], width: int) -> Batch:
    """Concatenate batches of one sequence each, padded on the right to `width` positions."""

    def column(name: str, fill: int) -> Tensor:
        parts = [getattr(batch, name) for batch in batches]
        return torch.cat([torch.nn.functional.pad(part, (0, width - part.shape[1]), value=fill) for part in parts])

    return Batch(column("input_ids_BT", 0), column("labels_BT", IGNORE_INDEX), column("position_ids_BT", 0),
                 column("chunk_ids_BT", 0))
