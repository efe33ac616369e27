"""Generate continuations of real traces and compare them with the real lines.

Three measurements on the same lines: the model's perplexity, the lines that it predicts after the real previous lines
(teacher-forced), and the lines that it generates after its own previous lines (free-running). Two baselines are scored
in the last two ways as well; the second one exists only for views with a function `next_source_line`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

import torch
from transformers import PreTrainedModel, PreTrainedTokenizerBase

from statecode.evaluation.continuation.cases import ContinuationCase
from statecode.evaluation.continuation.lines import (
    ContinuationScore,
    LineCounts,
    LinePredictor,
    continue_lines,
    copy_last_line,
    count_lines,
    count_next_lines,
    score_continuation,
)
from statecode.modeling.configs import DecodingConfig
from statecode.modeling.decoding import Continuation, continue_prompts
from statecode.modeling.scores import Score
from statecode.modeling.tokenizers import decode, end_id
from statecode.progress import progress_bar
from statecode.views import VIEWS, line_classifier
from statecode.views.line_kinds import LineClassifier


def baselines_of(view: str) -> dict[str, Callable[[ContinuationCase], LinePredictor]]:
    """Return the baselines for a view.

    The second baseline exists only if the view has a function `next_source_line`. It reads the program's source, which
    may not be part of the model's prompt.

    Returns:
        Name of the baseline → function that returns the line predictor for a case.
    """
    baselines: dict[str, Callable[[ContinuationCase], LinePredictor]] = {
        "copy the last line": lambda case: copy_last_line
    }
    next_source_line = VIEWS.find(view).functions.next_source_line
    if next_source_line is not None:
        baselines["the source's next line"] = lambda case: partial(next_source_line, case.code or "")
    return baselines


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictorScores:
    """Scores of the model or of a baseline, summed over all cases."""

    next_lines: LineCounts           # teacher-forced: each line after the real previous lines
    free_running: ContinuationScore  # each line after the generated previous lines


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationResult:
    """The scores of the model and of the baselines."""

    score: Score                            # negative log-likelihood of the real lines, given the prompt
    predictors: dict[str, PredictorScores]  # by name, `model` first
    stops: dict[str, int]                   # reason for the end of a continuation -> number of continuations
    generated: list[list[str]]              # the model's lines for each case


def evaluate_generation(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    cases: Sequence[ContinuationCase],
    config: DecodingConfig,
    lines: int,
    view: str = "snoop",
) -> GenerationResult:
    """Score the lines that `model` and the baselines predict and generate for `cases`.

    Args:
        lines: the maximum number of lines to generate for each case.
        view: name of the view that rendered the texts of the cases.

    Raises:
        ConfigError: the view cannot classify its lines.
        ValueError: there are no cases.
    """
    line_kinds = line_classifier(view)
    if not cases:
        raise ValueError("no traces to continue")
    score, next_lines = _teacher_forced(model, tokenizer, cases, line_kinds)
    prompts = [case.prompt_ids for case in cases]
    # the first newline ends the last line of the prompt
    continuations = continue_prompts(model, tokenizer, prompts, config, max_new_lines=lines + 1)
    generated = [_generated_lines(continuation, case) for continuation, case in zip(continuations, cases)]
    free_running = [score_continuation(case.before, case.real, continuation_lines, line_kinds)
                    for case, continuation_lines in zip(cases, generated)]
    return GenerationResult(
        score=score,
        predictors={"model": PredictorScores(next_lines=next_lines, free_running=_sum_scores(free_running))}
        | {name: _score_baseline(cases, make, line_kinds) for name, make in baselines_of(view).items()},
        stops=dict(Counter(continuation.stop.value for continuation in continuations)),
        generated=generated,
    )


def as_record(result: GenerationResult) -> dict[str, Any]:
    """Return the scores as JSON-serializable values: counts, so that they can be added, and shares."""
    score = result.score
    return {
        "perplexity": {"loss_nats": score.loss, "perplexity": score.perplexity, "bits_per_byte": score.bits_per_byte,
                       **asdict(score)},
        "next_line_accuracy": {name: _count_record(scores.next_lines) for name, scores in result.predictors.items()},
        "free_running": {name: _free_running_record(scores.free_running) for name, scores in result.predictors.items()},
        "stops": result.stops,
    }


@torch.no_grad()
def next_line_hits(
    model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, case: ContinuationCase
) -> tuple[list[bool], float]:
    """Compare each real line with the line that greedy decoding would generate after the real previous lines.

    A line is right if each of its tokens is the most likely one, and the most likely token after the line starts a new
    line or ends the text.

    Returns:
        For each line of `case.real`, True if the line is right; and the negative log-likelihood of `case.real_ids` in
        nats.
    """
    ids = case.prompt_ids + case.real_ids
    ids_1T = torch.tensor([ids], device=model.device)
    mask_1T = torch.ones_like(ids_1T)  # explicit, because the start token can be the padding token too
    logits_TV = model(input_ids=ids_1T, attention_mask=mask_1T, use_cache=False).logits[0].float()
    logits_TV = logits_TV[len(case.prompt_ids) - 1:]  # row i predicts real_ids[i], the last row the id after them
    real_T = torch.tensor(case.real_ids, device=logits_TV.device)
    nll = torch.nn.functional.cross_entropy(logits_TV[:-1], real_T, reduction="sum").item()
    return _lines_right(tokenizer, case, logits_TV.argmax(-1).tolist()), nll


def _lines_right(tokenizer: PreTrainedTokenizerBase, case: ContinuationCase, likeliest: Sequence[int]) -> list[bool]:
    """Return for each real line True if `likeliest` has the line's tokens and then the end of the line.

    Args:
        likeliest: the most likely id at each position of `case.real_ids`, and at the position after them.
    """
    right = [True] * (len(case.real) + 1)
    previous = -1  # the line of the previous token
    for token, real, number in zip(likeliest, [*case.real_ids, None], [*case.line_of, len(case.real)]):
        if number != previous and previous >= 0:
            right[previous] &= token == end_id(tokenizer) or decode(tokenizer, [token]).startswith("\n")
        # a token with several newlines is part of all lines that it ends or starts
        for line in range(previous + 1 if number > previous else number, number + 1):
            right[line] &= token == real
        previous = number
    return right[:len(case.real)]


def _teacher_forced(
    model: PreTrainedModel,
    tokenizer: PreTrainedTokenizerBase,
    cases: Sequence[ContinuationCase],
    line_kinds: LineClassifier,
) -> tuple[Score, LineCounts]:
    """Return the model's score on the real lines, and the counts of the lines that it predicts."""
    was_training = model.training
    model.eval()
    score, counts = Score(), LineCounts()
    for case in progress_bar(cases, "scoring lines", "texts"):
        right, nll = next_line_hits(model, tokenizer, case)
        score += Score(nll_nats=nll, tokens=len(case.real_ids), text_bytes=case.real_bytes)
        counts += count_lines([line.kind for line in line_kinds(case.real, case.before)], right)
    model.train(was_training)
    return score, counts


def _generated_lines(continuation: Continuation, case: ContinuationCase) -> list[str]:
    """Return the generated lines; text that continues the last line of the prompt counts as a line of its own.

    If the trace goes on after the real lines, at most as many generated lines as real lines are returned.
    """
    first, *rest = continuation.text.removesuffix("\n").split("\n")
    lines = ([first] if first else []) + rest
    return lines if case.ends else lines[: len(case.real)]


def _score_baseline(
    cases: Sequence[ContinuationCase], make: Callable[[ContinuationCase], LinePredictor], line_kinds: LineClassifier
) -> PredictorScores:
    next_lines = [count_next_lines(make(case), case.before, case.real, line_kinds) for case in cases]
    free_running = [
        score_continuation(case.before, case.real, continue_lines(make(case), case.before, len(case.real)), line_kinds)
        for case in cases
    ]
    return PredictorScores(next_lines=sum(next_lines, LineCounts()), free_running=_sum_scores(free_running))


def _sum_scores(scores: Sequence[ContinuationScore]) -> ContinuationScore:
    return sum(scores, ContinuationScore())


def _count_record(counts: LineCounts) -> dict[str, Any]:
    return {"share": counts.share(), "by_kind": counts.as_dict()}


def _free_running_record(score: ContinuationScore) -> dict[str, Any]:
    return {
        "lines": _count_record(score.lines),
        **{name: getattr(score, name) for name in ContinuationScore.__slots__ if name != "lines"},
        "numbers_share": score.numbers_share, "flows_share": score.flows_share,
    }
