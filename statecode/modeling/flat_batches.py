"""Batches without padding: the chunks of a batch one after the other, sorted by length.

    N tokens of all chunks, C chunks, M positions with a label

Everything but attention works on single tokens, and attention works on single chunks, so that a model needs no rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from statecode.modeling.batches import IGNORE_INDEX, Batch


@dataclass(frozen=True, slots=True)
class FlatBatch:
    """The chunks of a batch, the longest first."""

    input_ids_N: Tensor     # int64
    position_ids_N: Tensor  # int64, from 0 within each chunk
    offsets_C1: Tensor      # int32, (C + 1,): the first token of each chunk, then N
    labelled_M: Tensor      # int64: the positions with a label
    labels_M: Tensor        # int64: their labels
    longest: int            # no chunk is longer, tokens

    def to(self, device: torch.device) -> FlatBatch:
        """Return a copy of the batch on another device."""
        def copied(tensor: Tensor) -> Tensor:
            # from page-locked memory the copy does not wait for the device
            return (tensor.pin_memory() if device.type == "cuda" else tensor).to(device, non_blocking=True)

        return FlatBatch(copied(self.input_ids_N), copied(self.position_ids_N), copied(self.offsets_C1),
                         copied(self.labelled_M), copied(self.labels_M), self.longest)


def flatten(batch: Batch, filled: bool = False) -> FlatBatch:
    """Return the chunks of a batch without padding.

    Args:
        filled: add chunks of filler tokens without labels, so that N is the number of positions of the batch: a
            compiled model then sees few different shapes.
    """
    rows, width = batch.input_ids_BT.shape
    begins, lengths = _chunks(batch)
    missing = rows * width - int(lengths.sum())
    order = torch.argsort(lengths, descending=True, stable=True)
    lengths = lengths[order]
    offsets = torch.cat([torch.zeros(1, dtype=torch.long), lengths.cumsum(0)])
    source = torch.arange(int(offsets[-1])) + torch.repeat_interleave(begins[order] - offsets[:-1], lengths)
    fields_N = [tensor.reshape(-1)[source] for tensor in (batch.input_ids_BT, batch.position_ids_BT, batch.labels_BT)]
    if filled and missing:
        # chunks of at most `width` tokens; their input is any token of the batch
        ids = fields_N[0][:1].expand(missing)
        positions = torch.arange(missing) % width
        fields_N = [torch.cat(pair) for pair in zip(fields_N, (ids, positions, torch.full((missing,), IGNORE_INDEX)))]
        ends = torch.arange(width, missing + width, width).clamp(max=missing) + offsets[-1]
        offsets = torch.cat([offsets, ends])
    labelled = (fields_N[2] != IGNORE_INDEX).nonzero()[:, 0]
    return FlatBatch(fields_N[0], fields_N[1], offsets.int(), labelled, fields_N[2][labelled], width)


def _chunks(batch: Batch) -> tuple[Tensor, Tensor]:
    """Return the first position of each chunk, counted over all rows, and its length; two int64 tensors (C,)."""
    ids_BT = batch.chunk_ids_BT
    starts_BT = ids_BT != 0
    starts_BT[:, 1:] &= ids_BT[:, 1:] != ids_BT[:, :-1]
    begins = starts_BT.reshape(-1).nonzero()[:, 0]
    padding_or_start = (starts_BT | (ids_BT == 0)).reshape(-1)
    ends = torch.cat([padding_or_start.nonzero()[:, 0], torch.tensor([padding_or_start.numel()])])
    # the row after a full one starts with a chunk or with padding, so that each chunk ends before the next of `ends`
    return begins, ends[torch.searchsorted(ends, begins, right=True)] - begins
