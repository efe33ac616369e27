"""Split the texts of real traces into a prompt and the real continuation, as lines and as token ids."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from transformers import PreTrainedTokenizerBase

from statecode.evaluation.configs import PromptConfig
from statecode.modeling.tokenizers import decode, encode, end_id, start_id


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceText:
    """The text of a real trace, rendered by a view."""

    name: str         # program_id and index of the input, or the name of the program's file
    text: str
    code: str | None  # the program's source; None if unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class ContinuationCase:
    """One prompt with its real continuation, truncated to whole lines that fit in the model's context."""

    name: str
    code: str | None
    before: list[str]       # lines of the prompt
    real: list[str]         # lines of the real continuation
    ends: bool              # True if the trace ends after `real`; the model is expected to stop there too
    prompt_ids: list[int]   # start token first; without the newline after the last line, so that no token is split
    real_ids: list[int]     # ids of `real`, the newline before each line included; then the end token if `ends`
    line_of: list[int]      # index into `real` of the line of each id in `real_ids`; len(real) for the end token

    @property
    def real_bytes(self) -> int:
        """Number of UTF-8 bytes of the real lines, newlines included."""
        return sum(len(line.encode()) + 1 for line in self.real)


def make_cases(
    texts: Iterable[TraceText],
    tokenizer: PreTrainedTokenizerBase,
    config: PromptConfig,
    positions: int | None,
    skipped: Counter[str],
) -> Iterator[ContinuationCase]:
    """Yield one case per text; skip texts that end within the prompt or whose prompt fills the context.

    Args:
        positions: the model's context in tokens; None if it has no limit.
        skipped: receives the number of skipped texts by reason.
    """
    for trace_text in texts:
        case = _case(trace_text, tokenizer, config, positions)
        if isinstance(case, str):
            skipped[case] += 1
        else:
            yield case


def _case(
    source: TraceText, tokenizer: PreTrainedTokenizerBase, config: PromptConfig, positions: int | None
) -> ContinuationCase | str:
    """Return the case for a text, or the reason for skipping it: a key of `skipped`."""
    lines = source.text.removesuffix("\n").split("\n")  # not splitlines: values contain other line separators
    before, after = lines[:config.prompt_lines], lines[config.prompt_lines:]
    if not after:
        return "trace_ends_within_prompt"
    requested = after[:config.lines]
    prompt_ids, real_ids = _tokens(tokenizer, "\n".join(before), "".join("\n" + line for line in requested))
    room = len(real_ids) + 1 if positions is None else positions - len(prompt_ids)
    line_of = _lines_of(tokenizer, real_ids)
    fitting_lines = len(requested) if len(real_ids) <= room else line_of[max(room, 0)]
    if fitting_lines < 1:
        return "prompt_fills_context"
    kept = [number < fitting_lines for number in line_of]
    ends = fitting_lines == len(after) and len(real_ids) < room
    return ContinuationCase(
        name=source.name,
        code=source.code,
        before=before,
        real=requested[:fitting_lines],
        ends=ends,
        prompt_ids=prompt_ids,
        real_ids=[token for token, keep in zip(real_ids, kept) if keep] + [end_id(tokenizer)] * ends,
        line_of=[number for number, keep in zip(line_of, kept) if keep] + [fitting_lines] * ends,
    )


def _tokens(tokenizer: PreTrainedTokenizerBase, prompt: str, rest: str) -> tuple[list[int], list[int]]:
    """Return the ids of the prompt (start token first) and of the rest.

    They are the ids of the whole text, divided after the prompt. If a token spans the border between prompt and rest,
    the rest is tokenised alone.
    """
    whole, first = encode(tokenizer, [prompt + rest, prompt])
    after = whole[len(first):] if whole[: len(first)] == first else encode(tokenizer, [rest])[0]
    return [start_id(tokenizer), *first], after


def _lines_of(tokenizer: PreTrainedTokenizerBase, ids: Sequence[int]) -> list[int]:
    """Return the 0-based line of each token; the newline before a line belongs to that line."""
    line_ends = accumulate(decode(tokenizer, [token]).count("\n") for token in ids)
    return [max(0, count - 1) for count in line_ends]
