"""Generate continuations of prompts with a causal model: greedy, by beam search or by sampling, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import torch
from torch import Tensor
from transformers import GenerationConfig, PreTrainedModel, PreTrainedTokenizerBase, StoppingCriteria

from statecode.modeling.configs import DecodingConfig
from statecode.modeling.models import max_seq_len_of
from statecode.modeling.tokenizers import decode, end_id, pad_id
from statecode.progress import progress_bar


class StopReason(str, Enum):
    """The reason for which a continuation ended."""

    END = "end"          # the model generated its end token
    LINES = "lines"      # max_new_lines was reached
    TOKENS = "tokens"    # max_new_tokens was reached
    CONTEXT = "context"  # prompt and continuation are as long as the longest sequence that the model can read


@dataclass(frozen=True, slots=True, kw_only=True)
class Continuation:
    """The text that a model generated after one prompt."""

    ids: tuple[int, ...]  # without the end token; not cut to max_new_lines
    text: str             # cut to max_new_lines lines
    stop: StopReason


@torch.no_grad()
def continue_prompts(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    config: DecodingConfig,
    max_new_lines: int | None = None,
    sample: bool = False,
) -> list[Continuation]:
    """Continue each prompt, with dropout switched off.

    A continuation does not depend on the other prompts of its batch, except for rounding.

    Args:
        prompts: token ids of each prompt, start token included.
        max_new_lines: number of newlines after which a continuation ends; None: no limit.
        sample: draw each token from the model's distribution with torch's generator, in place of the most likely one.

    Returns:
        The continuations in the order of the prompts.

    Raises:
        ValueError: a prompt is empty, or as long as the longest sequence that the model can read.
    """
    was_training = model.training
    model.eval()
    continuations: dict[int, Continuation] = {}
    lines = _LineLimit(tokenizer, max_new_lines) if max_new_lines else None
    with progress_bar(None, "generating", "texts", total=len(prompts)) as bar:
        for numbers, new_tokens in _batches(prompts, config, max_seq_len_of(model)):
            outputs = _generate(model, tokenizer, [prompts[number] for number in numbers], new_tokens, config.beams,
                                lines, sample)
            context_is_short = new_tokens < config.max_new_tokens
            for number, ids in zip(numbers, outputs):
                continuations[number] = _continuation(tokenizer, ids, max_new_lines, context_is_short)
            bar.update(len(numbers))
    model.train(was_training)
    return [continuations[number] for number in range(len(prompts))]


def _batches(
    prompts: Sequence[Sequence[int]], config: DecodingConfig, max_seq_len: int | None
) -> Iterator[tuple[list[int], int]]:
    """Divide the prompts into batches of at most `config.decoding_rows` prompts.

    The prompts of a batch have the same limit of new tokens, and similar lengths.

    Yields:
        The indices of the prompts of a batch, and their limit of new tokens.

    Raises:
        ValueError: a prompt is empty, or as long as the longest sequence that the model can read.
    """
    by_new_tokens: dict[int, list[int]] = defaultdict(list)
    for number, prompt in enumerate(prompts):
        new_tokens = config.max_new_tokens
        if max_seq_len is not None:
            new_tokens = min(new_tokens, max_seq_len - len(prompt))
        if not prompt or new_tokens < 1:
            raise ValueError(f"prompt {number} has {len(prompt)} tokens; it needs at least 1, and the model reads"
                             f" {max_seq_len} tokens with the new ones")
        by_new_tokens[new_tokens].append(number)
    for new_tokens, numbers in by_new_tokens.items():
        numbers.sort(key=lambda number: len(prompts[number]))
        for start in range(0, len(numbers), config.decoding_rows):
            yield numbers[start:start + config.decoding_rows], new_tokens


def _generate(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    prompts: Sequence[Sequence[int]],
    new_tokens: int,
    beams: int,
    lines: _LineLimit | None,
    sample: bool,
) -> list[list[int]]:
    """Return the new token ids of each prompt, without padding; the last one is the end token if it was generated."""
    longest = max(map(len, prompts))
    padding, end = pad_id(tokenizer), end_id(tokenizer)
    ids_BT = torch.tensor([[padding] * (longest - len(prompt)) + list(prompt) for prompt in prompts])
    mask_BT = torch.tensor([[0] * (longest - len(prompt)) + [1] * len(prompt) for prompt in prompts])
    settings = GenerationConfig(
        max_new_tokens=new_tokens, num_beams=beams, do_sample=sample, early_stopping=beams > 1,
        eos_token_id=end, pad_token_id=padding, **({"top_k": 0} if sample else {}),  # all tokens can be drawn
    )
    if lines is not None:
        lines.start(longest)
    generate: Any = model.generate  # transformers declares this method as a Tensor
    output_BT = generate(
        input_ids=ids_BT.to(model.device), attention_mask=mask_BT.to(model.device), generation_config=settings,
        stopping_criteria=[lines] if lines is not None else [],
    )
    new_ids: list[list[int]] = output_BT[:, longest:].tolist()
    return [ids[: ids.index(end) + 1] if end in ids else ids for ids in new_ids]


class _LineLimit(StoppingCriteria):
    """Stop the generation of a sequence after `lines` newlines."""

    def __init__(self, tokenizer: PreTrainedTokenizerBase, lines: int) -> None:
        self._lines = lines
        self._prompt_tokens = 0
        self._line_ends_V = torch.tensor([decode(tokenizer, [number]).count("\n") for number in range(len(tokenizer))])

    def start(self, prompt_tokens: int) -> None:
        """Start a new batch. Newlines in the first `prompt_tokens` tokens, padding included, do not count."""
        self._prompt_tokens = prompt_tokens

    def __call__(self, input_ids: Tensor, scores: Tensor, **kwargs: object) -> Tensor:
        new_BT = input_ids[:, self._prompt_tokens:].clamp(max=len(self._line_ends_V) - 1)
        return self._line_ends_V.to(input_ids.device)[new_BT].sum(1) >= self._lines


def _continuation(
    tokenizer: PreTrainedTokenizerBase, ids: list[int], max_new_lines: int | None, context_is_short: bool
) -> Continuation:
    """Return the continuation with the generated `ids`, its text cut to `max_new_lines` lines, and the stop reason.

    Args:
        context_is_short: True if the model's context, not `max_new_tokens`, limited the number of new tokens.
    """
    ended = bool(ids) and ids[-1] == end_id(tokenizer)
    if ended:
        ids = ids[:-1]
    text = decode(tokenizer, ids)
    if max_new_lines is not None and text.count("\n") >= max_new_lines:
        text = "\n".join(text.split("\n")[:max_new_lines]) + "\n"
        return Continuation(ids=tuple(ids), text=text, stop=StopReason.LINES)
    stop = StopReason.END if ended else StopReason.CONTEXT if context_is_short else StopReason.TOKENS
    return Continuation(ids=tuple(ids), text=text, stop=stop)
