"""Report the scores of generated continuations as Markdown: perplexity, accuracy with baselines, and samples."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from statecode.evaluation.continuation.cases import ContinuationCase
from statecode.evaluation.continuation.lines import LineCounts
from statecode.evaluation.continuation.scoring import GenerationResult, PredictorScores
from statecode.evaluation.report import markdown_table
from statecode.text import printable
from statecode.views.line_kinds import LineKind

KIND_TITLES = {
    LineKind.CHANGE: "changed variables",
    LineKind.SOURCE_SEEN: "next line, seen before",
    LineKind.SOURCE_NEW: "next line, new",
    LineKind.FLOW: "calls and returns",
}


def markdown(
    result: GenerationResult,
    cases: Sequence[ContinuationCase],
    skipped: Mapping[str, int],
    facts: Mapping[str, Any],
    samples: int,
) -> str:
    """Return the whole report.

    Args:
        skipped: the number of traces that were not used, by reason.
        facts: the model, data and settings to list above the tables, by name.
        samples: the number of continuations to show in full.
    """
    score = result.score
    parts = [
        "# Continuing real traces",
        "\n".join(printable(f"- {name}: {value}") for name, value in facts.items()),
        f"{len(cases)} traces, {sum(len(case.real) for case in cases):,} lines to predict"
        + "".join(f"; {count} skipped ({reason.replace('_', ' ')})" for reason, count in skipped.items()) + ".",
        f"**Perplexity of these lines, given the prompt: {score.perplexity:.3f}** (loss {score.loss:.4f} nats per "
        f"token, {score.bits_per_byte:.4f} bits per byte, {score.tokens:,} tokens).",
        "## Each line after the real previous lines (% right)",
        _next_lines(result.predictors),
        "## Each line after the generated previous lines",
        _free_running(result.predictors),
        "Stopped by: " + ", ".join(f"{reason} {count}" for reason, count in sorted(result.stops.items())) + ".",
        LEGEND,
        "## Samples",
        *(_sample(case, lines) for case, lines in list(zip(cases, result.generated))[:samples]),
    ]
    return "\n\n".join(parts) + "\n"


LEGEND = """A line is right if it equals the real line at the same index. "Next line, new" are source lines that the
trace has not shown before: they cannot be predicted from the trace, so their share does not measure the model. "The
source's next line" reads the program's source, which the model does not see. Line numbers are compared in order: the
i-th in the generated lines with the i-th that ran; "all of them right" counts only programs with a source line that
ran. In a view that lists the program first, "next line, new" are the lines of that list."""


def _next_lines(predictors: Mapping[str, PredictorScores]) -> str:
    header = ["written by", "all lines", *KIND_TITLES.values()]
    rows = [[name, *_shares(predictor.next_lines)] for name, predictor in predictors.items()]
    counts = next(iter(predictors.values())).next_lines.total
    rows.append(["(lines)", f"{counts.total():,}", *(f"{counts[kind]:,}" for kind in KIND_TITLES)])
    return markdown_table(header, rows)


def _free_running(predictors: Mapping[str, PredictorScores]) -> str:
    header = ["written by", "lines right %", "changed variables right %", "line numbers right %", "all of them right %",
              "all lines right %", "lines until wrong", "events until wrong", "extra lines"]
    rows = []
    for name, predictor in predictors.items():
        score = predictor.free_running
        rows.append([
            name, _percent(score.lines.share()), _percent(score.lines.share(LineKind.CHANGE)),
            _percent(score.numbers_share), _percent(score.flows_share), _percent(score.programs_right / score.programs),
            f"{score.lines_until_wrong / score.programs:.1f}", f"{score.events_until_wrong / score.programs:.1f}",
            f"{score.extra_lines / score.programs:.1f}",
        ])
    return markdown_table(header, rows)


def _shares(counts: LineCounts) -> list[str]:
    return [_percent(counts.share()), *(_percent(counts.share(kind)) for kind in KIND_TITLES)]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _sample(case: ContinuationCase, generated: Sequence[str]) -> str:
    """Return a section with one prompt, the generated and the real continuation; `!` marks wrong lines."""
    real = [*case.real, *[""] * (len(generated) - len(case.real))]
    wrong = [index >= len(case.real) or line != real[index] for index, line in enumerate(generated)]
    marked = [f"{'!' if is_wrong else ' '} {line}" for is_wrong, line in zip(wrong, generated)]
    texts = "".join([*case.before, *generated, *case.real])
    fence = "`" * max(4, 1 + max(map(len, re.findall("`+", texts)), default=0))
    return "\n".join([
        f"### {printable(case.name)}", "", "Prompt:", fence, *case.before, fence,
        "The model's continuation (`!` = wrong line):", fence, *marked, fence,
        "The real continuation:", fence, *case.real, fence,
    ])
