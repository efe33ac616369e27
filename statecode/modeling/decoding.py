"""Let a causal model write: greedy or by beams, many prompts at a time, and say why each text stopped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import torch
from torch import Tensor
from tqdm import tqdm
from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase, StoppingCriteria

from statecode.modeling.arguments import check, setting
from statecode.modeling.models import positions_of
from statecode.modeling.tokenizers import decode, end_id, pad_id


class StopReason(str, Enum):
    """Why a continuation ended."""

    END = "end"          # the model wrote its end token
    LINES = "lines"      # it wrote as many lines as were asked for
    TOKENS = "tokens"    # it wrote as many tokens as were allowed
    CONTEXT = "context"  # it can read no further


@dataclass(frozen=True, kw_only=True)
class DecodingConfig:
    """How a model writes."""

    max_new_tokens: int = setting(128, "longest continuation, tokens")
    beams: int = setting(1, "beams searched; 1 is greedy decoding")
    decoding_rows: int = setting(32, "prompts that are continued at a time")

    def __post_init__(self) -> None:
        for name in ("max_new_tokens", "beams", "decoding_rows"):
            check(getattr(self, name) > 0, f"--{name.replace('_', '-')} must be positive; got {getattr(self, name)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """What a model wrote after one prompt."""

    ids: tuple[int, ...]  # without the end token
    text: str
    stop: StopReason


@torch.no_grad()
def continue_prompts(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    config: DecodingConfig,
    max_new_lines: int | None = None,
) -> list[Continuation]:
    """Continue each prompt (token ids, start token included), in their order; dropout is off meanwhile.

    A continuation does not depend on which prompts stand beside its own, rounding aside.

    Raises:
        ValueError: a prompt is empty, or leaves no room in the model's context.
    """
    was_training = model.training
    model.eval()
    written: dict[int, Continuation] = {}
    lines = _LineLimit(tokenizer, max_new_lines) if max_new_lines else None
    with tqdm(total=len(prompts), desc="writing", unit="text", disable=None, leave=False, delay=2) as bar:
        for numbers, new_tokens in _batches(prompts, config, positions_of(model)):
            rows = _write(model, tokenizer, [prompts[number] for number in numbers], new_tokens, config.beams, lines)
            for number, ids in zip(numbers, rows):
                written[number] = _continuation(tokenizer, ids, max_new_lines, new_tokens < config.max_new_tokens)
            bar.update(len(numbers))
    model.train(was_training)
    return [written[number] for number in range(len(prompts))]


def _batches(
    prompts: Sequence[Sequence[int]], config: DecodingConfig, positions: int | None
) -> Iterator[tuple[list[int], int]]:
    """Group prompts that have the same room, similar lengths together; yield their numbers with the room."""
    by_room: dict[int, list[int]] = defaultdict(list)
    for number, prompt in enumerate(prompts):
        room = config.max_new_tokens if positions is None else min(config.max_new_tokens, positions - len(prompt))
        if not prompt or room < 1:
            raise ValueError(f"prompt {number} has {len(prompt)} tokens; the model reads {positions} with the new ones")
        by_room[room].append(number)
    for room, numbers in by_room.items():
        numbers.sort(key=lambda number: len(prompts[number]))
        for start in range(0, len(numbers), config.decoding_rows):
            yield numbers[start:start + config.decoding_rows], room


def _write(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    new_tokens: int,
    beams: int,
    lines: _LineLimit | None,
) -> list[list[int]]:
    """The new ids of each prompt, padding aside, the end token included where it was written."""
    longest = max(map(len, prompts))
    padding, end = pad_id(tokenizer), end_id(tokenizer)
    ids_BT = torch.tensor([[padding] * (longest - len(prompt)) + list(prompt) for prompt in prompts])
    mask_BT = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    settings = GenerationConfig(
        max_new_tokens=new_tokens, num_beams=beams, do_sample=False, early_stopping=beams > 1,
        eos_token_id=end, pad_token_id=padding,
    )
    if lines is not None:
        lines.start(longest)
    generate: Any = model.generate  # its declared type is that of a Tensor
    output_BT = generate(
        input_ids=ids_BT.to(model.device), attention_mask=mask_BT.to(model.device), generation_config=settings,
        stopping_criteria=[lines] if lines is not None else [],
    )
    return [_up_to_end(row, end) for row in output_BT[:, longest:].tolist()]


class _LineLimit(StoppingCriteria):
    """Stop a row once it has so many line ends."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, lines: int) -> None:
        self._lines = lines
        self._prompt_tokens = 0
        self._line_ends_V = torch.tensor([decode(tokenizer, [number]).count("\n") for number in range(len(tokenizer))])

    def start(self, prompt_tokens: int) -> None:
        """Count from here in the next batch."""
        self._prompt_tokens = prompt_tokens

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs: object) -> Tensor:
        new_BT = input_ids[:, self._prompt_tokens:].clamp(max=len(self._line_ends_V) - 1)
        return self._line_ends_V.to(input_ids.device)[new_BT].sum(1) >= self._lines


def _up_to_end(ids: list[int], end: int) -> list[int]:
    return ids[: ids.index(end) + 1] if end in ids else ids


def _continuation(
    tokenizer: PreTrainedTokenizerBase, ids: list[int], max_new_lines: int | None, room_was_short: bool
) -> Continuation:
    """Cut what was written to the limits and say which of them was met first."""
    ended = bool(ids) and ids[-1] == end_id(tokenizer)
    if ended:
        ids = ids[:-1]
    text = decode(tokenizer, ids)
    if max_new_lines is not None and text.count("\n") >= max_new_lines:
        text = "\n".join(text.split("\n")[:max_new_lines]) + "\n"
        return Continuation(ids=tuple(ids), text=text, stop=StopReason.LINES)
    stop = StopReason.END if ended else StopReason.CONTEXT if room_was_short else StopReason.TOKENS
    return Continuation(ids=tuple(ids), text=text, stop=stop)
