"""Continue many prompts greedily with a causal model, with limits per prompt; texts are returned as soon as they end.

The prompts of a batch are padded on the left, and the positions of a row count its own tokens only. Rows that have
ended leave the batch when they are more than 15 % of it. The text of a row does not depend on the other rows
of its batch, except for rounding: two logits that are equal up to rounding may be ordered differently.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.modeling.decoding import Continuation, StopReason
from statecode.modeling.key_value_cache import BufferedCache, supports
from statecode.modeling.models import max_seq_len_of
from statecode.modeling.tokenizers import decode, end_id, pad_id

COMPACT_BELOW = 0.85  # share of unfinished rows below which the finished ones are removed from the cache
GROUPED_BATCHES = 8   # batches of prompts that are sorted together


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """Token ids to continue, with the limits of the continuation."""

    ids: Sequence[int]                # start token included
    max_new_tokens: int
    max_new_lines: int | None = None  # newlines after which the continuation ends; None: no limit


@torch.inference_mode()
def write_greedily(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: Sequence[Prompt], rows: int
) -> Iterator[tuple[int, Continuation]]:
    """Yield the index of each prompt with its continuation, in the order in which the continuations end.

    Args:
        rows: maximum number of prompts in a batch. If the model does not accept positions, or has layers without full
            attention, each batch has one prompt.

    Raises:
        ValueError: a prompt is empty, or as long as the longest sequence that the model can read.
    """
    context = max_seq_len_of(model)
    for number, prompt in enumerate(prompts):
        if not prompt.ids or prompt.max_new_tokens < 1 or (context is not None and len(prompt.ids) >= context):
            raise ValueError(f"prompt {number} has {len(prompt.ids)} tokens and a limit of {prompt.max_new_tokens} new"
                             f" ones; both must be at least 1, and the model reads {context} tokens together")
    if not _is_batchable(model):
        rows = 1
    was_training = model.training
    model.eval()
    newlines_V = torch.tensor([decode(tokenizer, [number]).count("\n") for number in range(len(tokenizer))])
    try:
        for numbers in _batches(prompts, rows):
            batch = _Batch(model, tokenizer, [prompts[number] for number in numbers], newlines_V, context)
            for row, continuation in batch.run():
                yield numbers[row], continuation
    finally:
        model.train(was_training)


def _is_batchable(model: PreTrainedModel) -> bool:
    return supports(model.config) and "position_ids" in inspect.signature(model.forward).parameters


def _batches(prompts: Sequence[Prompt], rows: int) -> Iterator[list[int]]:
    """Yield the indices of the prompts of each batch: those that are about as long with their new tokens.

    Sorting within groups keeps the order of the batches close to that of the prompts.
    """
    for start in range(0, len(prompts), rows * GROUPED_BATCHES):
        group = range(start, min(start + rows * GROUPED_BATCHES, len(prompts)))
        ordered = sorted(group, key=lambda number: len(prompts[number].ids) + prompts[number].max_new_tokens)
        for first in range(0, len(ordered), rows):
            yield ordered[first:first + rows]


@dataclass(slots=True)
class _Row:
    """One unfinished continuation."""

    number: int    # index of the prompt in its batch
    padding: int   # tokens before the prompt
    room: int      # tokens that can still be appended
    lines: int | None
    is_short: bool  # the context of the model limits the number of tokens, not the prompt's own limit
    ids: list[int] = field(default_factory=list)


class _Batch:
    """The state of a batch: its unfinished rows, their tokens, and the cache of keys and values."""

    def __init__(
        self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, prompts: Sequence[Prompt],
        newlines_V: Tensor, context: int | None,
    ) -> None:
        self._model, self._tokenizer, self._newlines_V = model, tokenizer, newlines_V
        self._end, self._context = end_id(tokenizer), context
        accepted = inspect.signature(model.forward).parameters
        self._takes_positions = "position_ids" in accepted
        self._options = {"logits_to_keep": 1} if "logits_to_keep" in accepted else {}
        self._cache: Any = BufferedCache() if supports(model.config) else None
        longest = max(len(prompt.ids) for prompt in prompts)
        self._rows = []
        for number, prompt in enumerate(prompts):
            room = prompt.max_new_tokens if context is None else min(prompt.max_new_tokens, context - len(prompt.ids))
            self._rows.append(_Row(number, longest - len(prompt.ids), room, prompt.max_new_lines,
                                   room < prompt.max_new_tokens))
        padding = pad_id(tokenizer)
        self._ids_BT = torch.tensor([[padding] * (longest - len(prompt.ids)) + list(prompt.ids) for prompt in prompts])
        self._mask_BT = torch.tensor([[0] * (longest - len(prompt.ids)) + [1] * len(prompt.ids) for prompt in prompts])
        self._ids_BT, self._mask_BT = self._ids_BT.to(model.device), self._mask_BT.to(model.device)

    def run(self) -> Iterator[tuple[int, Continuation]]:
        """Yield the index of each row with its continuation, when it ends."""
        finished: set[int] = set()  # indices into self._rows
        while len(finished) < len(self._rows):
            next_B = self._next_tokens()
            for index, token in enumerate(next_B.tolist()):
                if index not in finished and (stop := self._append(self._rows[index], token)) is not None:
                    finished.add(index)
                    yield self._rows[index].number, self._continuation(self._rows[index], stop)
            self._ids_BT = next_B[:, None]
            self._mask_BT = torch.cat([self._mask_BT, torch.ones_like(self._ids_BT)], 1)
            if len(self._rows) - len(finished) < COMPACT_BELOW * len(self._rows):
                self._remove(finished)
                finished = set()

    def _next_tokens(self) -> Tensor:
        """Return the most likely next token of each row, (batch)."""
        options: dict[str, Any] = {**self._options}
        if self._takes_positions:
            last = None if self._context is None else self._context - 1  # ended rows may be over it
            positions_BT = (self._mask_BT.cumsum(1) - 1).clamp(0, last)
            options["position_ids"] = positions_BT[:, -self._ids_BT.shape[1]:]
        if any(row.padding for row in self._rows):  # without padding a mask costs time and has no effect
            options["attention_mask"] = self._mask_BT
        output = self._model(input_ids=self._ids_BT, past_key_values=self._cache, use_cache=True, **options)
        self._cache = output.past_key_values
        next_B: Tensor = output.logits[:, -1].argmax(-1)
        return next_B

    def _append(self, row: _Row, token: int) -> StopReason | None:
        """Append a token to a row; return the reason if the row has ended."""
        if token == self._end:
            return StopReason.END
        row.ids.append(token)
        row.room -= 1
        if row.lines is not None:
            row.lines -= int(self._newlines_V[token]) if token < len(self._newlines_V) else 0
            if row.lines <= 0:
                return StopReason.LINES
        if row.room:
            return None
        return StopReason.CONTEXT if row.is_short else StopReason.TOKENS

    def _continuation(self, row: _Row, stop: StopReason) -> Continuation:
        return Continuation(ids=tuple(row.ids), text=decode(self._tokenizer, row.ids), stop=stop)

    def _remove(self, finished: set[int]) -> None:
        """Remove finished rows from the batch, and the padding that all other rows have."""
        kept = [index for index in range(len(self._rows)) if index not in finished]
        self._rows = [self._rows[index] for index in kept]
        if kept and isinstance(self._cache, BufferedCache):
            first = min(row.padding for row in self._rows)
            self._cache.keep(kept, first)
            self._ids_BT, self._mask_BT = self._ids_BT[kept], self._mask_BT[kept, first:]
            for row in self._rows:
                row.padding -= first
