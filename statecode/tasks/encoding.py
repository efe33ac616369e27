"""Encode the examples of a generation task: the prompt, then the target. Only the target's tokens are scored.

    tokens   start  # sort list `x` ⏎  x . sort ( )  end
    scored                             x . sort ( )  end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from transformers import PreTrainedTokenizerBase

from statecode.errors import ConfigError
from statecode.modeling.batches import IGNORE_INDEX
from statecode.modeling.tokenizers import decode, encode, end_id, start_id
from statecode.tasks.base import GenerationTask


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetChunks:
    """One chunk per example, in the form that `ListedChunks` accepts, with counts of truncated prompts and targets."""

    chunks: list[tuple[list[int], list[int]]]  # input ids, and labels: the next id, or IGNORE_INDEX in the prompt
    target_bytes: list[int]  # UTF-8 bytes of each scored target
    cut_prompts: int  # prompts whose beginning was truncated
    cut_targets: int  # targets whose end was truncated, together with their end token

    @property
    def text_bytes(self) -> int:
        """UTF-8 bytes of the scored targets."""
        return sum(self.target_bytes)


def prompt_ids(tokenizer: PreTrainedTokenizerBase, prompts: Sequence[str], room_tokens: int) -> list[list[int]]:
    """Return at most `room_tokens` ids for each prompt: the start token, then the prompt, truncated on the left."""
    return [[start_id(tokenizer), *_truncate_left(ids, room_tokens - 1)] for ids in encode(tokenizer, prompts)]


def target_chunks(
    task: GenerationTask[Any], tokenizer: PreTrainedTokenizerBase, examples: Sequence[Any], context_tokens: int
) -> TargetChunks:
    """Tokenise each example as a chunk of at most `context_tokens` ids.

    Prompt and target are tokenised separately: no token spans both, and generation starts at a token boundary that
    occurs in training. If prompt and target together exceed the context, the prompt is truncated on the left. If the
    target and its end token alone exceed the context, the target is truncated on the right.

    Raises:
        ConfigError: there are no examples, or `context_tokens` is below 2.
    """
    if not examples or context_tokens < 2:
        raise ConfigError(
            f"{len(examples)} {task.title} examples for a context of {context_tokens} tokens: nothing to score")
    targets = [task.target(example) for example in examples]
    prompts = encode(tokenizer, [task.prompt(example) for example in examples])
    answers = [[*ids, end_id(tokenizer)] for ids in encode(tokenizer, targets)]
    kept_answers = [answer[:context_tokens] for answer in answers]
    kept_prompts = [_truncate_left(ids, context_tokens - len(answer)) for ids, answer in zip(prompts, kept_answers)]
    return TargetChunks(
        chunks=[_make_chunk(start_id(tokenizer), *both) for both in zip(kept_prompts, kept_answers)],
        target_bytes=[
            len((target if len(kept) == len(answer) else decode(tokenizer, kept)).encode())
            for target, kept, answer in zip(targets, kept_answers, answers)
        ],
        cut_prompts=sum(len(kept) < len(prompt) for kept, prompt in zip(kept_prompts, prompts)),
        cut_targets=sum(len(kept) < len(answer) for kept, answer in zip(kept_answers, answers)),
    )


def _make_chunk(start: int, prompt: list[int], answer: list[int]) -> tuple[list[int], list[int]]:
    """Return inputs and labels of equal length. Labels are the next ids, or IGNORE_INDEX for ids of the prompt."""
    return [start, *prompt, *answer[:-1]], [IGNORE_INDEX] * len(prompt) + answer


def _truncate_left(ids: list[int], count: int) -> list[int]:
    return ids[len(ids) - count:] if len(ids) > count else ids
