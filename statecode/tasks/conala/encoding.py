"""CoNaLa examples as tokens: the intent as a comment, then the snippet, whose tokens alone are scored.

    tokens   start  # sort list `x` ⏎  x . sort ( )  end
    scored                             x . sort ( )  end
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from statecode.errors import ConfigError
from statecode.modeling.batches import IGNORED
from statecode.modeling.tokenizers import decode, encode, end_id, start_id
from statecode.tasks.conala.data import Example


@dataclass(frozen=True, slots=True, kw_only=True)
class SnippetChunks:
    """Examples ready for `ListedChunks`, with what had to be cut to fit the context."""

    chunks: list[tuple[list[int], list[int]]]  # input ids, and at each position the id to predict there or IGNORED
    text_bytes: int    # UTF-8 bytes of the scored snippets
    cut_prompts: int   # intents that lost their beginning
    cut_snippets: int  # snippets that lost their end, and with it the end token


def prompt_text(example: Example) -> str:
    """What the model reads before it writes a snippet."""
    return f"# {example.intent}\n"


def prompt_ids(
    tokenizer: PreTrainedTokenizerBase, examples: Sequence[Example], room_tokens: int
) -> list[list[int]]:
    """The prompts as tokens, start token first, their beginning cut where they exceed `room_tokens`."""
    texts = encode(tokenizer, [prompt_text(example) for example in examples])
    return [[start_id(tokenizer), *_last(ids, room_tokens - 1)] for ids in texts]


def snippet_chunks(
    tokenizer: PreTrainedTokenizerBase, examples: Sequence[Example], context_tokens: int
) -> SnippetChunks:
    """Tokenise the examples, prompt and snippet apart, so that generation starts at a token that training saw.

    Where both exceed the context, the prompt loses its beginning; where the snippet alone does, it loses its end.

    Raises:
        ConfigError: there is nothing to tokenise, or the context holds less than two tokens.
    """
    if not examples or context_tokens < 2:
        raise ConfigError(f"{len(examples)} CoNaLa examples for a context of {context_tokens} tokens: nothing to score")
    prompts = encode(tokenizer, [prompt_text(example) for example in examples])
    answers = [[*ids, end_id(tokenizer)] for ids in encode(tokenizer, [example.snippet for example in examples])]
    kept_answers = [answer[:context_tokens] for answer in answers]
    kept_prompts = [_last(prompt, context_tokens - len(answer)) for prompt, answer in zip(prompts, kept_answers)]
    return SnippetChunks(
        chunks=[_piece(start_id(tokenizer), *both) for both in zip(kept_prompts, kept_answers)],
        text_bytes=sum(
            len((example.snippet if len(kept) == len(answer) else decode(tokenizer, kept)).encode())
            for example, kept, answer in zip(examples, kept_answers, answers)
        ),
        cut_prompts=sum(len(kept) < len(prompt) for kept, prompt in zip(kept_prompts, prompts)),
        cut_snippets=sum(len(kept) < len(answer) for kept, answer in zip(kept_answers, answers)),
    )


def _piece(start: int, prompt: list[int], answer: list[int]) -> tuple[list[int], list[int]]:
    """Inputs and labels, equally long: the label of a position is the token after it."""
    return [start, *prompt, *answer[:-1]], [IGNORED] * len(prompt) + answer


def _last(ids: list[int], count: int) -> list[int]:
    return ids[len(ids) - count:] if len(ids) > count else ids
