"""Let a model continue real traces and compare what it writes with what happened.

Three questions on the same lines: how surprised the model is by them (perplexity), which of them it would write after
the real ones before (teacher-forced), and which it writes after its own (free-running). Two naive guessers answer the
last two as well, the second one only in views that have a `next_source_line`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch
from tqdm import tqdm
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.evaluation.continuation_cases import Case
from statecode.evaluation.trace_lines import (
    ContinuationScore,
    LineCounts,
    NextLine,
    continue_by,
    copy_last_line,
    count_lines,
    count_next_lines,
    score_continuation,
)
from statecode.modeling.decoding import Continuation, DecodingConfig, continue_prompts
from statecode.modeling.scores import Score
from statecode.modeling.tokenizers import decode, end_id
from statecode.views import line_classifier, module_of
from statecode.views.line_kinds import LineClassifier


def guessers_of(view: str) -> dict[str, Callable[[Case], NextLine]]:
    """Return the naive guessers for a view; the second reads the program's source, which the model does not."""
    guessers: dict[str, Callable[[Case], NextLine]] = {"copy the last line": lambda case: copy_last_line}
    next_source_line = getattr(module_of(view), "next_source_line", None)
    if next_source_line is not None:
        guessers["the source's next line"] = lambda case: partial(next_source_line, case.code or "")
    return guessers


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """What the model or a guesser reached on all cases."""

    next_lines: LineCounts    # after the real lines ahead
    free: ContinuationScore   # after its own


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationResult:
    """The model's answers beside the guessers'."""

    score: Score                # of the real lines, given the prompt
    writers: dict[str, Writer]  # `model` first
    stops: dict[str, int]
    written: list[list[str]]    # the model's lines of each case


def evaluate_generation(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    cases: Sequence[Case],
    config: DecodingConfig,
    lines: int,
    view: str = "snoop",
) -> GenerationResult:
    """Score `model` on `cases`, which are texts of `view`, asking for at most `lines` lines each.

    Raises:
        ConfigError: the view cannot classify its lines.
        ValueError: there are no cases.
    """
    line_kinds = line_classifier(view)
    if not cases:
        raise ValueError("no traces to continue")
    score, next_lines = _teacher_forced(model, tokenizer, cases, line_kinds)
    prompts = [case.prompt_ids for case in cases]
    continuations = continue_prompts(model, tokenizer, prompts, config, max_new_lines=lines + 1)
    written = [_written_lines(continuation, case) for continuation, case in zip(continuations, cases)]
    free = [score_continuation(case.before, case.real, own, line_kinds) for case, own in zip(cases, written)]
    return GenerationResult(
        score=score,
        writers={"model": Writer(next_lines=next_lines, free=_sum(free))}
        | {name: _guesser(cases, make, line_kinds) for name, make in guessers_of(view).items()},
        stops=dict(Counter(continuation.stop.value for continuation in continuations)),
        written=written,
    )


def as_record(result: GenerationResult) -> dict[str, Any]:
    """The numbers as JSON can hold them: counts, so that they can be added, and shares."""
    score = result.score
    return {
        "perplexity": {"loss_nats": score.loss, "perplexity": score.perplexity, "bits_per_byte": score.bits_per_byte,
                       **asdict(score)},
        "next_line_accuracy": {name: _counts(writer.next_lines) for name, writer in result.writers.items()},
        "free_running": {name: _free_record(writer.free) for name, writer in result.writers.items()},
        "stops": result.stops,
    }


@torch.no_grad()
def next_line_hits(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, case: Case
) -> tuple[list[bool], float]:
    """Which real lines greedy decoding would write in full after the real ones ahead, and all their NLL in nats.

    A line counts when each of its tokens is the likeliest, and the token after it starts a new line or ends the text.
    """
    ids = case.prompt_ids + case.real_ids
    ids_1T = torch.tensor([ids], device=model.device)
    mask_1T = torch.ones_like(ids_1T)  # the start token may be the padding token as well
    logits_TV = model(input_ids=ids_1T, attention_mask=mask_1T, use_cache=False).logits[0].float()
    logits_TV = logits_TV[len(case.prompt_ids) - 1:]  # logits_TV[i] predicts real_ids[i], the last one what follows
    real_T = torch.tensor(case.real_ids, device=logits_TV.device)
    nll = torch.nn.functional.cross_entropy(logits_TV[:-1], real_T, reduction="sum").item()
    return _lines_right(tokenizer, case, logits_TV.argmax(-1).tolist()), nll


def _lines_right(tokenizer: PreTrainedTokenizerBase, case: Case, likeliest: Sequence[int]) -> list[bool]:
    """Line by line, whether `likeliest` holds its tokens and then ends it."""
    right = [True] * (len(case.real) + 1)
    previous = -1  # the line of the token before
    for token, real, number in zip(likeliest, [*case.real_ids, None], [*case.line_of, len(case.real)]):
        if number != previous and previous >= 0:
            right[previous] &= token == end_id(tokenizer) or decode(tokenizer, [token]).startswith("\n")
        for line in range(previous + 1 if number > previous else number, number + 1):  # one token can end several lines
            right[line] &= token == real
        previous = number
    return right[:len(case.real)]


def _teacher_forced(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, cases: Sequence[Case], line_kinds: LineClassifier
) -> tuple[Score, LineCounts]:
    was_training = model.training
    model.eval()
    score, counts = Score(), LineCounts()
    for case in tqdm(cases, "reading", unit="text", disable=None, leave=False, delay=2):
        right, nll = next_line_hits(model, tokenizer, case)
        score += Score(nll_nats=nll, tokens=len(case.real_ids), text_bytes=case.real_bytes)
        counts += count_lines([line.kind for line in line_kinds(case.real, case.before)], right)
    model.train(was_training)
    return score, counts


def _written_lines(continuation: Continuation, case: Case) -> list[str]:
    """The lines after the prompt; text that the model added to the prompt's last line counts as a line of its own."""
    first, *rest = continuation.text.removesuffix("\n").split("\n")
    lines = ([first] if first else []) + rest
    return lines if case.ends else lines[: len(case.real)]


def _guesser(cases: Sequence[Case], make: Callable[[Case], NextLine], line_kinds: LineClassifier) -> Writer:
    next_lines = [count_next_lines(make(case), case.before, case.real, line_kinds) for case in cases]
    free = [
        score_continuation(case.before, case.real, continue_by(make(case), case.before, len(case.real)), line_kinds)
        for case in cases
    ]
    return Writer(next_lines=sum(next_lines, LineCounts()), free=_sum(free))


def _sum(scores: Sequence[ContinuationScore]) -> ContinuationScore:
    return sum(scores, ContinuationScore())


def _counts(counts: LineCounts) -> dict[str, Any]:
    return {"share": counts.share(), "by_kind": counts.as_dict()}


def _free_record(score: ContinuationScore) -> dict[str, Any]:
    return {
        "lines": _counts(score.lines),
        **{name: getattr(score, name) for name in ContinuationScore.__slots__ if name != "lines"},
        "numbers_share": score.numbers_share, "flows_share": score.flows_share,
    }
