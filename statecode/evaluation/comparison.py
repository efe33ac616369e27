"""Compare runs in tables: losses over the same tokens, and the scores of a task next to published ones.

Causal and masked losses are never in one table, because they measure different things. If runs were evaluated on
different tokens, the comparison is an error, or it shows bits per byte instead of losses.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import Any

from statecode.errors import ConfigError
from statecode.evaluation.run_summaries import RunSummary
from statecode.tasks.base import Task
from statecode.text import markdown_cell

LOSS_NAMES = {"causal": "loss (nats per token)", "masked": "masked-token loss (nats)"}
PERPLEXITY_NAMES = {"causal": "perplexity", "masked": "masked perplexity"}
PRETRAINING = "pre-training"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunGroup:
    """Runs of one task and one objective, whose numbers are comparable in one table."""

    task: Task[Any, Any] | None  # None: pre-training
    objective: str
    runs: tuple[RunSummary, ...]
    bits_per_byte_only: bool     # True if the runs were evaluated on different tokens

    @property
    def task_title(self) -> str:
        """Title of the task, or PRETRAINING."""
        return self.task.title if self.task else PRETRAINING

    @property
    def title(self) -> str:
        """Heading of the group's tables and plots."""
        return f"{self.task_title}: {self.objective} {'fine-tuning' if self.task else 'language modelling'}"

    @property
    def file_stem(self) -> str:
        """First part of the names of the group's files."""
        return f"{self.task.name if self.task else PRETRAINING}-{self.objective}"

    @property
    def split(self) -> str:
        """The split on which the runs were evaluated in training."""
        return "dev" if self.task else "validation"

    @property
    def loss_name(self) -> str:
        """Name of the loss, with its unit."""
        return LOSS_NAMES.get(self.objective, "loss (nats per example)")


def group_runs(runs: Sequence[RunSummary], bits_per_byte: bool = False) -> list[RunGroup]:
    """Group runs by task and objective.

    Args:
        bits_per_byte: compare runs that were evaluated on different tokens by bits per byte, instead of raising
            ConfigError.

    Raises:
        ConfigError: runs of a group were evaluated on different tokens, and `bits_per_byte` is False or one of them
            has no bits per byte.
    """
    def key(run: RunSummary) -> tuple[str, str]:
        return run.task.name if run.task else "", run.objective

    groups = []
    for _, members in groupby(sorted(runs, key=key), key):
        chosen = tuple(members)
        mismatch = _describe_mismatch(chosen)
        if mismatch and not bits_per_byte:
            raise ConfigError(f"{mismatch}: their losses are not comparable. "
                              "Pass --bits-per-byte, or compare each run alone.")
        if mismatch:
            _check_bits_per_byte(chosen, mismatch)
        groups.append(RunGroup(
            task=chosen[0].task, objective=chosen[0].objective, runs=chosen, bits_per_byte_only=mismatch is not None
        ))
    return groups


def markdown(groups: Sequence[RunGroup]) -> str:
    """Return all tables as Markdown, each with its heading."""
    parts = []
    for group in groups:
        parts += [f"## {group.title}", _training_table(group)]
        if any(run.test for run in group.runs):
            parts += [f"### Test rows of {group.task_title}", _test_table(group)]
    return "\n\n".join(parts) + "\n"


def as_record(groups: Sequence[RunGroup]) -> list[dict[str, Any]]:
    """Return the numbers of all groups as JSON-serializable values, curves included."""
    return [
        {
            "task": group.task_title, "objective": group.objective, "bits_per_byte_only": group.bits_per_byte_only,
            "runs": [_run_record(run) for run in group.runs],
        }
        for group in groups
    ]


def short_names(runs: Sequence[RunSummary]) -> dict[str, str]:
    """Return a short name for each run's name: the last part of its folder, or the whole path if that is not unique."""
    last = [PurePath(run.name).name for run in runs]
    return {run.name: name if last.count(name) == 1 and name else run.name for run, name in zip(runs, last)}


def _describe_mismatch(runs: Sequence[RunSummary]) -> str | None:
    """Return a message about the first run that was evaluated on other tokens than run 0; None if all are the same."""
    for run in runs[1:]:
        difference = runs[0].evaluation_set.difference_to(run.evaluation_set)
        if difference:
            unit = runs[0].evaluation_set.unit
            return f"{runs[0].name} and {run.name} were evaluated on different {unit} ({difference})"
    return None


def _check_bits_per_byte(runs: Sequence[RunSummary], mismatch: str) -> None:
    lacking = [run.name for run in runs if run.best.bits_per_byte is None]
    if lacking:
        raise ConfigError(f"{mismatch}, and {lacking[0]} has no bits per byte: masked models and sampled validation "
                          "sets score only some of the bytes. Compare each run alone.")


def _training_table(group: RunGroup) -> str:
    names = short_names(group.runs)
    losses = [] if group.bits_per_byte_only else _loss_headings(group)
    bytewise = ["bits per byte"] if group.objective == "causal" else []
    header = ["run", "weights from", "trained on", "parameters", "steps", "best at step", *losses, *bytewise]
    rows = []
    for run in group.runs:
        numbers = _loss_cells(run.best.loss, losses)
        numbers += [_number(run.best.bits_per_byte, 4)] if bytewise else []
        rows.append([names[run.name], run.init, run.corpus, _count(run.parameters), _count(run.last_step),
                     _count(run.best.step), *numbers])
    return markdown_table(header, rows) + "\n\n" + _note(group)


def _loss_headings(group: RunGroup) -> list[str]:
    """Return the names of the loss and of the perplexity; a loss per example has no perplexity."""
    perplexity = PERPLEXITY_NAMES.get(group.objective)
    return [group.loss_name, *([perplexity] if perplexity else [])]


def _loss_cells(loss: float, headings: Sequence[str]) -> list[str]:
    """Return the cells of a loss under `headings`: none, the loss, or the loss and the perplexity."""
    return [f"{loss:.4f}", _perplexity(loss)][:len(headings)]


def _note(group: RunGroup) -> str:
    evaluated = group.runs[0].evaluation_set
    if group.bits_per_byte_only:
        return (f"Lowest value on the {group.split} split. The runs were evaluated on different tokens or texts, so "
                "losses and perplexities are not comparable and not shown. Bits per byte of different texts also "
                "depend on how predictable each text is.")
    return f"Lowest value on the {group.split} split, {evaluated.tokens:,} {evaluated.unit}, the same for all runs."


def _test_table(group: RunGroup) -> str:
    """Return the table of test results: loss and the task's own columns, then the published rows."""
    if group.task is None:
        raise ValueError("pre-training runs have no test results")
    names = short_names(group.runs)
    losses = [] if group.bits_per_byte_only else _loss_headings(group)
    bytewise = ["bits per byte"] if group.objective == "causal" else []
    columns = group.task.columns
    rows = []
    for run in group.runs:
        if run.test is None:
            continue
        test, scores = run.test["test"], run.test["scores"]
        bits = [_number(test["bits_per_byte"], 4)] if bytewise else []
        rows.append([f"{names[run.name]} (from {run.init})", *_loss_cells(test["loss"], losses), *bits,
                     *(_number(scores[column.key], column.digits) for column in columns)])
    blank = [""] * len(losses + bytewise)
    for other in group.task.published:
        cells = [_number(other.scores[column.key], column.digits) if column.key in other.scores else ""
                 for column in columns]
        rows.append([f"*published: {other.system}* ({other.source})", *blank, *cells])
    table = markdown_table(["system", *losses, *bytewise, *(column.heading for column in columns)], rows)
    return table + ("\n\nItalic rows were published elsewhere and not measured here." if group.task.published else "")


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a Markdown table; columns that contain only numbers are aligned to the right."""
    numeric = [all(_is_number(row[column]) for row in rows) for column in range(len(header))]
    rule = ["---:" if right else "---" for right in numeric]
    return "\n".join("| " + " | ".join(map(markdown_cell, cells)) + " |" for cells in (header, rule, *rows))


def _run_record(run: RunSummary) -> dict[str, Any]:
    return {
        "name": run.name, "init": run.init, "preset": run.preset, "seed": run.seed, "corpus": run.corpus,
        "parameters": run.parameters, "tokens_evaluated": run.evaluation_set.tokens,
        "tokenizer_sha256": run.evaluation_set.tokenizer_sha256, "texts_sha256": run.evaluation_set.texts_sha256,
        "best": {"step": run.best.step, "loss": run.best.loss, "bits_per_byte": run.best.bits_per_byte},
        "curve": [[point.step, point.loss, point.bits_per_byte] for point in run.points],
        "result": run.test and {"test": run.test["test"], "scores": run.test["scores"]},
    }


def _perplexity(loss: float) -> str:
    return f"{math.exp(loss):,.3f}" if loss < 20 else f"e^{loss:.1f}"


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _is_number(cell: str) -> bool:
    return cell in ("", "–") or cell.replace(",", "").replace(".", "").replace("e^", "").isdigit()
