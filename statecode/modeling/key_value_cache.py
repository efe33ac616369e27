"""A key-value cache for many rows: its contents are not copied at each step, and rows can be removed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from transformers.cache_utils import Cache, DynamicLayer


class BufferedLayer(DynamicLayer):
    """The keys and values of one layer, in buffers with room for more tokens.

    `DynamicLayer` joins old and new keys at each token, which copies all of them. Here the new ones are written into
    the buffer, which is doubled when it is full. `keys` and `values` are the filled parts of the buffers, with the
    shape (batch, heads, tokens, width of a head).
    """

    _buffers: tuple[Tensor, Tensor] | None = None

    def update(self, key_states: Tensor, value_states: Tensor, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        """Append the keys and values of new tokens, and return those of all tokens."""
        if not self.is_initialized:
            self.dtype, self.device, self.is_initialized = key_states.dtype, key_states.device, True
            self.keys, self.values = key_states[:, :, :0], value_states[:, :, :0]
        start = self.get_seq_length()
        end = start + key_states.shape[-2]
        if self._buffers is None or self._buffers[0].shape[-2] < end:
            assert self.keys is not None and self.values is not None
            self._buffers = _grown(self.keys, key_states, start, end), _grown(self.values, value_states, start, end)
        keys, values = self._buffers
        keys[:, :, start:end], values[:, :, start:end] = key_states, value_states
        self.keys, self.values = keys[:, :, :end], values[:, :, :end]
        return self.keys, self.values

    def keep(self, rows: Tensor, first: int) -> None:
        """Keep only the rows with these indices, and remove the tokens before the index `first`."""
        if self._buffers is not None:
            keys, values = (buffer.index_select(0, rows)[:, :, first:] for buffer in self._buffers)
            end = self.get_seq_length() - first
            self._buffers = keys, values
            self.keys, self.values = keys[:, :, :end], values[:, :, :end]


def _grown(filled: Tensor, new: Tensor, start: int, end: int) -> Tensor:
    """Return a buffer for at least `end` tokens that begins with the `start` tokens in `filled`."""
    buffer = new.new_empty(*new.shape[:2], max(64, 2 * end), new.shape[-1])
    if start:
        buffer[:, :, :start] = filled
    return buffer


class BufferedCache(Cache):
    """A cache with a `BufferedLayer` per layer of the model.

    It is for models with full attention in every layer, such as GPT-2 and Llama: see `supports`.
    """

    def __init__(self) -> None:
        super().__init__(layer_class_to_replicate=BufferedLayer)

    def keep(self, rows: list[int], first: int) -> None:
        """Keep only the rows with these indices, and remove the tokens before the index `first` of every row."""
        for layer in self.layers:
            assert isinstance(layer, BufferedLayer)
            layer.keep(torch.tensor(rows, device=layer.device), first)


def supports(config: Any) -> bool:
    """Return True if every layer of a model with this config has full attention, without a sliding window."""
    types = getattr(config, "layer_types", None)
    if types is not None:
        return all(name == "full_attention" for name in types)
    return getattr(config, "sliding_window", None) is None
