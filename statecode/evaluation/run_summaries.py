"""What runs left in their folders, read for a comparison. Needs neither torch nor transformers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError
from statecode.modeling.metrics_log import METRICS_FILE, read_metrics
from statecode.modeling.run_folder import flat, read_json, read_run
from statecode.modeling.tokenizer_hash import content_sha256

PRETRAINING = "pre-training"
CONALA = "CoNaLa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One evaluation during training."""

    step: int
    loss: float                  # nats per scored token
    bits_per_byte: float | None  # None where not every byte was scored, as in masked models


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatedOn:
    """The tokens that a loss is an average over; only losses over equal ones compare."""

    texts_sha256: str
    tokenizer_sha256: str
    tokens: int

    def difference_to(self, other: EvaluatedOn) -> str | None:
        """In words, why losses of the two do not compare; None where they do."""
        if self.tokenizer_sha256 != other.tokenizer_sha256:
            return "another tokenizer"
        if self.texts_sha256 != other.texts_sha256:
            return "other validation texts"
        return None if self.tokens == other.tokens else f"{self.tokens:,} against {other.tokens:,} scored tokens"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """One run as a comparison sees it."""

    name: str
    task: str                       # PRETRAINING or CONALA
    objective: str                  # causal or masked
    init: str                       # scratch, or where the weights came from
    preset: str | None
    seed: int | None
    parameters: int | None          # trainable numbers; None where the run did not get as far
    points: tuple[Point, ...]
    evaluated_on: EvaluatedOn       # of the points
    corpus: str                     # what was trained on, in words
    test: dict[str, Any] | None     # conala.json, where the run has one

    @property
    def best(self) -> Point:
        """The evaluation with the lowest loss."""
        return min(self.points, key=lambda point: point.loss)

    @property
    def last_step(self) -> int:
        """Optimizer steps up to the last evaluation."""
        return self.points[-1].step


def read_summary(folder: str | Path) -> RunSummary:
    """Read one run.

    Raises:
        ConfigError: no such run, no evaluations in it, or a file that is no JSON (file and line).
    """
    folder = Path(folder)
    run = read_run(folder)
    settings = flat(run.get("settings", {}))
    if not (folder / METRICS_FILE).is_file():
        raise ConfigError(f"{folder}: {METRICS_FILE} is missing; was the run started?")
    records = [record for record in read_metrics(folder) if record.get("kind") == "evaluation"]
    evaluations = [record for record in records if record.get("loss") is not None]
    if not evaluations:
        raise ConfigError(f"{folder}: no evaluations in metrics.jsonl; train the run first (--evaluate-every)")
    tokenizer = read_json(folder / "tokenizer.json",
                          f"{folder}: tokenizer.json is missing; the run was not started properly")
    test = read_json(folder / "conala.json") if (folder / "conala.json").is_file() else None
    return RunSummary(
        name=str(folder),
        task=CONALA if run.get("task") == "conala" else PRETRAINING,
        objective=evaluations[-1]["objective"],
        init=settings.get("init", "scratch"),
        preset=settings.get("preset"),
        seed=settings.get("seed"),
        parameters=run.get("parameters"),
        points=tuple(
            Point(step=record["step"], loss=record["loss"], bits_per_byte=record.get("bits_per_byte"))
            for record in evaluations
        ),
        evaluated_on=EvaluatedOn(
            texts_sha256=settings.get("validation_sha256") or settings.get("dev_sha256") or "",
            tokenizer_sha256=content_sha256(tokenizer),
            tokens=evaluations[-1]["tokens"],
        ),
        corpus=" ".join(filter(None, (settings.get("corpus"), settings.get("config")))) or CONALA,
        test=test,
    )
