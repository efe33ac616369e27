"""Summarise and report the scores of the interpreter evaluation: as JSON values and as Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from statecode.evaluation.interpreter.codeexecutor_scores import CodeExecutorScore, Overlap
from statecode.evaluation.interpreter.program_features import FEATURES
from statecode.evaluation.interpreter.scoring import EventScore, OutputScore, TraceScore
from statecode.evaluation.report import markdown_table
from statecode.text import printable

LENGTHS = (10, 30, 100, 300)  # events; upper ends of the groups by length, the last group has none

LEGEND = """- Trace exact: events, stdout, stderr, status, exception and truncation of the whole run are right.
- Output: stdout is right up to newlines at its end, among the runs that print something.
- Lines and identifiers: precision, recall and F1 as CodeExecutor defines them (arXiv 2305.05383).
- Next event: the real events are given and one event is written. Control flow is its kind and line; state is its
  changes and the value that is returned, yielded or raised; exact is every field.
- Traces that do not fit in the context are not written. They count as wrong in trace exact and output; all other
  columns are of the traces that fit."""


def summary(traces: Sequence[TraceScore], events: Sequence[EventScore]) -> dict[str, Any]:
    """Return counts and shares over traces and next events, as JSON values; a share of nothing is None."""
    printing = [score for score in traces if score.prints]
    code_executor = sum((score.code_executor for score in traces if score.fits), CodeExecutorScore())
    fitting = [score for score in traces if score.fits]
    return {
        "traces": len(traces), "fit": len(fitting), "printing": len(printing), "next_events": len(events),
        "trace_exact": share(traces, lambda score: score.exact),
        "trace_exact_of_fitting": share(fitting, lambda score: score.exact),
        "output": share(printing, lambda score: score.output),
        "right_events_before_divergence": share(fitting, lambda score: score.right_events),
        "lines": overlap_values(code_executor.lines), "identifiers": overlap_values(code_executor.identifiers),
        "next_event": {
            part: share(events, lambda score, part=part: getattr(score.match, part))  # type: ignore[misc]
            for part in ("exact", "control", "state")
        },
        "next_event_not_written": sum(not score.written for score in events),
    }


def share(items: Sequence[Any], value: Callable[[Any], float]) -> float | None:
    """Return the mean of `value` over items; None if there are none."""
    return sum(map(value, items)) / len(items) if items else None


def overlap_values(overlap: Overlap) -> dict[str, Any]:
    """Return the counts of an overlap with precision, recall and F1."""
    return {"right": overlap.right, "written": overlap.written, "real": overlap.real,
            "precision": overlap.precision, "recall": overlap.recall, "f1": overlap.f1}


def by_length(traces: Sequence[TraceScore], events: Sequence[EventScore]) -> dict[str, dict[str, Any]]:
    """Return the summary of each group of runs with a similar number of events."""
    groups = {}
    for first, last in zip((1, *(end + 1 for end in LENGTHS)), (*LENGTHS, None)):
        title = f"{first} to {last} events" if last else f"{first} events or more"
        groups[title] = [score for score in traces if first <= max(1, score.events) <= (last or score.events)]
    return _summaries(groups, events)


def by_feature(traces: Sequence[TraceScore], events: Sequence[EventScore]) -> dict[str, dict[str, Any]]:
    """Return the summary of the programs that have each feature; a program is in several groups."""
    return _summaries({name: [score for score in traces if name in score.features] for name in FEATURES}, events)


def _summaries(
    groups: Mapping[str, Sequence[TraceScore]], events: Sequence[EventScore]
) -> dict[str, dict[str, Any]]:
    summaries = {}
    for title, group in groups.items():
        names = {score.name for score in group}
        if group:
            summaries[title] = summary(group, [score for score in events if score.name in names])
    return summaries


def ends(traces: Iterable[TraceScore]) -> dict[str, int]:
    """Return how the written texts ended, with the reason for which the rest of a malformed text cannot be read."""
    counts = Counter(f"malformed: {score.reason}" if score.end == "malformed" else score.end for score in traces)
    return dict(counts.most_common())


def as_record(
    traces: Sequence[TraceScore], events: Sequence[EventScore], outputs: Mapping[str, OutputScore]
) -> dict[str, Any]:
    """Return all scores as JSON values.

    Args:
        outputs: predictor, such as a baseline → the score of its outputs.
    """
    return {
        "model": summary(traces, events) if traces else None,
        "outputs": {name: {"right": one.right, "cases": one.cases} for name, one in outputs.items()},
        "by_length": by_length(traces, events), "by_feature": by_feature(traces, events), "ends": ends(traces),
        "cases": [
            {"name": score.name, "events": score.events, "fits": score.fits, "exact": score.exact,
             "output": score.output, "divergence": score.divergence, "end": score.end, "reason": score.reason}
            for score in traces
        ],
    }


def markdown(record: Mapping[str, Any], facts: Mapping[str, Any], skipped: Mapping[str, int]) -> str:
    """Return the report.

    Args:
        record: the result of `as_record`.
        facts: the model, the data and the settings to list above the tables, by name.
        skipped: the number of runs that were not used, by reason.
    """
    parts = ["# Does the model run code?"]
    parts.append("\n".join(printable(f"- {name}: {value}") for name, value in facts.items()))
    model = record["model"]
    if model:
        left_out = "".join(f"; {count} not used ({reason})" for reason, count in skipped.items())
        parts.append(f"{model['traces']} runs, of which {model['traces'] - model['fit']} have a trace that does not"
                     f" fit in the context{left_out}.")
    parts += ["## Whole traces and outputs", _main_table(record)]
    if model:
        parts += ["## Next event after the real ones", _event_table(model)]
        parts += ["## By number of events", _group_table(record["by_length"])]
        parts += ["## By feature of the program", _group_table(record["by_feature"])]
        parts += ["How the texts ended: " + ", ".join(f"{end} {count}" for end, count in record["ends"].items()) + "."]
    return "\n\n".join([*parts, LEGEND]) + "\n"


def cruxeval_markdown(rates: Mapping[str, Mapping[str, Mapping[str, int]]]) -> str:
    """Return the section about CRUXEval.

    Args:
        rates: the result of `cruxeval.pass_rates`.
    """
    rows = [
        [kind.removesuffix("s"), name, percent(one["right"] / one["rows"]),
         *(f"{one[count]:,}" for count in ("right", "valid", "rows"))]
        for kind, predictors in rates.items() for name, one in predictors.items()
    ]
    header = ["predicted", "predictor", "pass@1 %", "right", "valid", "rows"]
    return "\n\n".join(["## CRUXEval, checked by runs", markdown_table(header, rows)]) + "\n"


def percent(value: float | None) -> str:
    """Return a share in per cent with one digit after the point; a dash for None."""
    return "–" if value is None else f"{100 * value:.1f}"


def _main_table(record: Mapping[str, Any]) -> str:
    header = ["predictor", "trace exact %", "output %", "lines P / R / F1 %", "identifiers P / R / F1 %",
              "right events"]
    rows = []
    if model := record["model"]:
        right = model["right_events_before_divergence"]
        rows.append(["the model's trace", percent(model["trace_exact"]), percent(model["output"]),
                     _overlap(model["lines"]), _overlap(model["identifiers"]),
                     "–" if right is None else f"{right:.1f}"])
    for name, score in record["outputs"].items():
        rows.append([name, "–", percent(score["right"] / score["cases"] if score["cases"] else None), "–", "–", "–"])
    return markdown_table(header, rows)


def _overlap(values: Mapping[str, Any]) -> str:
    return " / ".join(percent(values[name]) for name in ("precision", "recall", "f1"))


def _event_table(model: Mapping[str, Any]) -> str:
    header = ["events", "exact %", "control flow %", "state %", "none could be read"]
    shares = [percent(model["next_event"][part]) for part in ("exact", "control", "state")]
    return markdown_table(header, [[f"{model['next_events']:,}", *shares, f"{model['next_event_not_written']:,}"]])


def _group_table(groups: Mapping[str, Mapping[str, Any]]) -> str:
    header = ["runs", "number", "do not fit", "trace exact %", "output %", "lines F1 %", "next event exact %"]
    rows = [
        [title, f"{one['traces']:,}", f"{one['traces'] - one['fit']:,}", percent(one["trace_exact"]),
         percent(one["output"]), percent(one["lines"]["f1"]), percent(one["next_event"]["exact"])]
        for title, one in groups.items()
    ]
    return markdown_table(header, rows)
