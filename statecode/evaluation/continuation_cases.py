"""Cut real traces into a prompt and what really follows, as lines and as tokens of a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from transformers import PreTrainedTokenizerBase

from statecode.modeling.arguments import check, setting
from statecode.modeling.tokenizers import decode, encode, end_id, start_id


@dataclass(frozen=True, slots=True, kw_only=True)
class RealText:
    """What a program really did, in a view's words."""

    name: str         # program_id and input
    text: str
    code: str | None  # the source, where it is known


@dataclass(frozen=True, kw_only=True)
class PromptConfig:
    """How much of a trace is shown and how much is asked for."""

    prompt_lines: int = setting(12, "lines of the real trace that the model is given")
    lines: int = setting(30, "lines asked for after them, at most")

    def __post_init__(self) -> None:
        check(self.prompt_lines > 0, f"--prompt-lines must be positive; got {self.prompt_lines}")
        check(self.lines > 0, f"--lines must be positive; got {self.lines}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One prompt with its real continuation, cut to what the model's context holds."""

    name: str
    code: str | None
    before: list[str]       # the prompt's lines
    real: list[str]         # the lines that follow
    ends: bool              # whether the trace ends after them: then the model has to stop as well
    prompt_ids: list[int]   # start token first; the last line's end is not in it, so that no token is split
    real_ids: list[int]     # of the real lines, each with the line end ahead of it; the end token where `ends`
    line_of: list[int]      # which of `real` each real id belongs to; len(real) for the end token

    @property
    def real_bytes(self) -> int:
        """UTF-8 bytes of the real lines, line ends included."""
        return sum(len(line.encode()) + 1 for line in self.real)


def make_cases(
    texts: Iterable[RealText],
    tokenizer: PreTrainedTokenizerBase,
    config: PromptConfig,
    positions: int | None,
    skipped: Counter[str],
) -> Iterator[Case]:
    """Yield a case per text; count texts that end within the prompt, or whose prompt fills the context."""
    for real_text in texts:
        case = _case(real_text, tokenizer, config, positions)
        if isinstance(case, str):
            skipped[case] += 1
        else:
            yield case


def _case(
    source: RealText, tokenizer: PreTrainedTokenizerBase, config: PromptConfig, positions: int | None
) -> Case | str:
    """The case, or the reason why there is none."""
    lines = source.text.removesuffix("\n").split("\n")  # values hold other line separators, never this one
    before, after = lines[:config.prompt_lines], lines[config.prompt_lines:]
    if not after:
        return "trace_ends_within_prompt"
    asked = after[:config.lines]
    prompt_ids, real_ids = _tokens(tokenizer, "\n".join(before), "".join("\n" + line for line in asked))
    room = len(real_ids) + 1 if positions is None else positions - len(prompt_ids)
    line_of = _lines_of(tokenizer, real_ids)
    fits = len(asked) if len(real_ids) <= room else line_of[max(room, 0)]
    if fits < 1:
        return "prompt_fills_context"
    kept = [number < fits for number in line_of]
    ends = fits == len(after) and len(real_ids) < room
    return Case(
        name=source.name,
        code=source.code,
        before=before,
        real=asked[:fits],
        ends=ends,
        prompt_ids=prompt_ids,
        real_ids=[token for token, keep in zip(real_ids, kept) if keep] + [end_id(tokenizer)] * ends,
        line_of=[number for number, keep in zip(line_of, kept) if keep] + [fits] * ends,
    )


def _tokens(tokenizer: PreTrainedTokenizerBase, prompt: str, rest: str) -> tuple[list[int], list[int]]:
    """Tokens of the prompt and of the rest, as they are in the whole text wherever the cut splits no token."""
    whole, first = encode(tokenizer, [prompt + rest, prompt])
    after = whole[len(first):] if whole[: len(first)] == first else encode(tokenizer, [rest])[0]
    return [start_id(tokenizer), *first], after


def _lines_of(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> list[int]:
    """The line of each token, from 0: a line begins with the line end ahead of it."""
    line_ends = accumulate(decode(tokenizer, [token]).count("\n") for token in ids)
    return [max(0, count - 1) for count in line_ends]
