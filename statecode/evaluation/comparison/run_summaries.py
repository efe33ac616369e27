"""Read run folders for a comparison. This module imports neither torch nor transformers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.evaluation.comparison.training_budgets import TrainingBudget, trained_tokens
from statecode.modeling.metrics_log import METRICS_FILE, read_metrics
from statecode.modeling.run_folder import RUN_FILE, RunFolder, flatten, read_json, read_run
from statecode.modeling.tokenizer_hash import content_sha256
from statecode.tasks import TASKS
from statecode.tasks.base import Task, TaskKind
from statecode.tasks.results import read_result


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationPoint:
    """One evaluation during training."""

    step: int
    loss: float                  # nats per scored token
    bits_per_byte: float | None  # None if the bytes of the scored tokens are unknown, as for masked models


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationSet:
    """Identity of the tokens over which a loss is averaged; only losses over the same tokens are comparable.

    A loss per example, as of a classification, does not depend on the tokenizer.
    """

    texts_sha256: str
    tokenizer_sha256: str
    tokens: int              # number of scored tokens, or of scored examples
    per_token: bool = True   # False: the loss is averaged over examples
    mask_unit: str = "token"  # of masked models, see DataConfig.mask_unit

    def difference_to(self, other: EvaluationSet) -> str | None:
        """Return the reason why losses on the two sets are not comparable; None if they are comparable."""
        if self.per_token and self.tokenizer_sha256 != other.tokenizer_sha256:
            return "another tokenizer"
        if self.texts_sha256 != other.texts_sha256:
            return "other validation texts"
        if self.mask_unit != other.mask_unit:
            return f"--mask-unit {self.mask_unit} against {other.mask_unit}"
        return None if self.tokens == other.tokens else f"{self.tokens:,} against {other.tokens:,} scored {self.unit}"

    @property
    def unit(self) -> str:
        """Plural noun of the things over which the loss is averaged."""
        return "tokens" if self.per_token else "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """The results of one run, with the settings that a comparison shows."""

    name: str
    task: Task[Any, Any] | None     # the task on which the model was fine-tuned; None: pre-training
    objective: str                  # causal or masked, or that of a task
    init: str                       # scratch, or the source of the initial weights
    preset: str | None
    seeds: tuple[int | None, ...]   # its own, then those of the runs that its initial weights come from
    settings_key: str               # equal for runs that differ only by their seeds
    budget: TrainingBudget
    points: tuple[EvaluationPoint, ...]
    evaluation_set: EvaluationSet   # on which the points were computed
    corpus: str                     # description of the training data
    test: dict[str, Any] | None     # content of task.json, if the run has one
    test_sha256: str | None         # hash of the test examples of the task; None if it was not recorded

    @property
    def best(self) -> EvaluationPoint:
        """The evaluation with the lowest loss."""
        return min(self.points, key=lambda point: point.loss)

    @property
    def seed(self) -> int | None:
        """Seed of the run itself."""
        return self.seeds[0]


def read_summary(folder: str | Path) -> RunSummary:
    """Read the folder of one run.

    Raises:
        ConfigError: there is no run, it is not finished, its task is unknown, it has no evaluations, its tokenizer.json
            is missing, or a file is not JSON (the message has file and line).
    """
    folder = Path(folder)
    run = read_run(folder)
    settings = flatten(run.get("settings", {}))
    if not (folder / METRICS_FILE).is_file():
        raise ConfigError(f"{folder}: {METRICS_FILE} is missing; start the run first")
    records = read_metrics(folder)
    evaluations = [record for record in records
                   if record.get("kind") == "evaluation" and record.get("loss") is not None]
    if not evaluations:
        raise ConfigError(f"{folder}: no evaluations in metrics.jsonl; train the run first (--evaluate-every)")
    tokenizer = read_json(folder / "tokenizer.json",
                          f"{folder}: tokenizer.json is missing; start the run again")
    if not RunFolder(folder).finished:
        raise ConfigError(f"{folder}: the run is not finished, start its command again")
    lineage = read_lineage(run)
    task = _task_of(folder, run["task"]) if run.get("task") else None
    view = settings.get("view", settings.get("config"))  # a run on the tokens of another run ignores --config
    return RunSummary(
        name=str(folder),
        task=task,
        objective=evaluations[-1]["objective"],
        init=settings.get("init", "scratch"),
        preset=settings.get("preset"),
        seeds=tuple(flatten(one.get("settings", {})).get("seed") for one in lineage),
        settings_key=settings_key(lineage, content_sha256(tokenizer)),
        budget=TrainingBudget(
            steps=evaluations[-1]["step"], parameters=run.get("parameters"),
            tokens=trained_tokens(record for record in records if record.get("kind") == "train")),
        points=tuple(
            EvaluationPoint(step=record["step"], loss=record["loss"], bits_per_byte=record.get("bits_per_byte"))
            for record in evaluations
        ),
        evaluation_set=EvaluationSet(
            texts_sha256=settings.get("validation_sha256") or settings.get("dev_sha256") or "",
            tokenizer_sha256=content_sha256(tokenizer),
            tokens=evaluations[-1]["tokens"],
            per_token=task is None or task.kind is TaskKind.GENERATION,
            mask_unit=settings.get("mask_unit", "token"),
        ),
        corpus=task.title if task else " ".join(filter(None, (settings.get("corpus"), view))),
        test=read_result(folder) if task else None,
        test_sha256=settings.get("test_sha256") if task else None,
    )


def settings_key(lineage: Sequence[Mapping[str, Any]], tokenizer_sha256: str) -> str:
    """Return a text that is equal for runs that differ only by their seeds.

    It contains all settings without the seeds, with the hash of the tokenizer instead of --tokenizer.

    Args:
        lineage: see `read_lineage`. The settings of a run replace the name of its folder in --init.
    """
    parts = []
    for run in lineage:
        settings = {name: value for name, value in flatten(run.get("settings", {})).items()
                    if name not in ("seed", "tokenizer", "init")}
        parts.append(settings | {"task": run.get("task"), "precision": run.get("precision")})
    origin = flatten(lineage[-1].get("settings", {})).get("init", "scratch")
    return json.dumps([*parts, origin, tokenizer_sha256], sort_keys=True)


def read_lineage(run: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the content of run.json of a run, of the run that its initial weights come from, and so on.

    The list ends with a run whose initial weights are random or come from somewhere else than a run folder.

    Args:
        run: content of run.json.

    Raises:
        ConfigError: a run.json on the way is not valid JSON.
    """
    lineage, seen = [run], set()
    while True:
        init = flatten(lineage[-1].get("settings", {})).get("init", "scratch")
        folder = Path(init).resolve()
        if init == "scratch" or folder in seen or not (folder / RUN_FILE).is_file():
            return lineage
        seen.add(folder)
        lineage.append(read_run(folder))


def _task_of(folder: Path, name: str) -> Task[Any, Any]:
    """Return the task of the run in `folder`.

    Raises:
        ConfigError: there is no such task.
    """
    try:
        return TASKS.find(name)
    except ConfigError as error:
        raise ConfigError(f"{folder}: {error}; a task from outside of the package must be registered in this process "
                          "first, with TASKS.register(task)") from error
