"""What a model wrote after real traces, as Markdown: perplexity beside accuracy, guessers beside the model, samples."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from statecode.evaluation.comparison import table
from statecode.evaluation.continuation_cases import Case
from statecode.evaluation.generation import GenerationResult, Writer
from statecode.evaluation.trace_lines import LineCounts
from statecode.views.line_kinds import LineKind

KIND_TITLES = {
    LineKind.CHANGE: "changed variables",
    LineKind.SOURCE_SEEN: "next line, seen before",
    LineKind.SOURCE_NEW: "next line, new",
    LineKind.FLOW: "calls and returns",
}


def markdown(
    result: GenerationResult, cases: Sequence[Case], skipped: Mapping[str, int], facts: Mapping[str, Any], samples: int
) -> str:
    """The whole report.

    Args:
        facts: what is printed above the tables, name → value.
        samples: how many continuations are shown in full.
    """
    score = result.score
    parts = [
        "# Continuing real traces",
        "\n".join(f"- {name}: {value}" for name, value in facts.items()),
        f"{len(cases)} traces, {sum(len(case.real) for case in cases):,} lines asked for"
        + "".join(f"; {count} left out ({reason.replace('_', ' ')})" for reason, count in skipped.items()) + ".",
        f"**Perplexity of these lines, given the prompt: {score.perplexity:.3f}** (loss {score.loss:.4f} nats per "
        f"token, {score.bits_per_byte:.4f} bits per byte, {score.tokens:,} tokens).",
        "## Each line after the real lines ahead of it (% right)",
        _next_lines(result.writers),
        "## A whole continuation after its own lines",
        _free_running(result.writers),
        "Stopped by: " + ", ".join(f"{reason} {count}" for reason, count in sorted(result.stops.items())) + ".",
        LEGEND,
        "## Samples",
        *(_sample(case, lines) for case, lines in list(zip(cases, result.written))[:samples]),
    ]
    return "\n\n".join(parts) + "\n"


LEGEND = """A line is right when its text is the same at the same place. "Next line, new" is source that was not shown
before: no reader of the trace can know it, so its share is no fault of the model. "The source's next line" reads the
program's source, which the model does not see. Line numbers are compared in order: the i-th that was written with the
i-th that ran; "all of them right" counts only programs of which a source line ran. In a view that lists the program
first, "next line, new" is the lines of that list."""


def _next_lines(writers: Mapping[str, Writer]) -> str:
    header = ["written by", "all lines", *KIND_TITLES.values()]
    rows = [[name, *_shares(writer.next_lines)] for name, writer in writers.items()]
    counts = next(iter(writers.values())).next_lines.total
    rows.append(["(lines)", f"{counts.total():,}", *(f"{counts[kind]:,}" for kind in KIND_TITLES)])
    return table(header, rows)


def _free_running(writers: Mapping[str, Writer]) -> str:
    header = ["written by", "lines right %", "changed variables right %", "line numbers right %", "all of them right %",
              "all lines right %", "lines until wrong", "events until wrong", "lines too many"]
    rows = []
    for name, writer in writers.items():
        free = writer.free
        rows.append([
            name, _percent(free.lines.share()), _percent(free.lines.share(LineKind.CHANGE)),
            _percent(free.numbers_share), _percent(free.flows_share), _percent(free.programs_right / free.programs),
            f"{free.lines_until_wrong / free.programs:.1f}", f"{free.events_until_wrong / free.programs:.1f}",
            f"{free.extra_lines / free.programs:.1f}",
        ])
    return table(header, rows)


def _shares(counts: LineCounts) -> list[str]:
    return [_percent(counts.share()), *(_percent(counts.share(kind)) for kind in KIND_TITLES)]


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{100 * share:.1f}"


def _sample(case: Case, written: Sequence[str]) -> str:
    """One prompt with what followed; `!` marks lines that are not what happened."""
    real = [*case.real, *[""] * (len(written) - len(case.real))]
    wrong = [place >= len(case.real) or line != real[place] for place, line in enumerate(written)]
    own = [f"{'!' if is_wrong else ' '} {line}" for is_wrong, line in zip(wrong, written)]
    fence = "````"
    return "\n".join([
        f"### {case.name}", "", "Prompt:", fence, *case.before, fence, "The model (`!` = not what happened):", fence,
        *own, fence, "What happened:", fence, *case.real, fence,
    ])
