"""Fit a model: the loop with everything around it, which is evaluation, logs, checkpoints and stopping."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from accelerate import Accelerator
from tqdm import tqdm
from transformers import PreTrainedModel

from statecode.modeling.arguments import check
from statecode.modeling.batches import BatchSource, EvaluationBatches
from statecode.modeling.checkpoints import CheckpointFolder, Progress
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig
from statecode.modeling.forward import AttentionMaskFormat
from statecode.modeling.interrupts import deferred_stop
from statecode.modeling.loop import ScoringModel, StepRecord, evaluate, make_optimizer, train
from statecode.modeling.metrics_log import MetricsLog
from statecode.modeling.run_folder import RunFolder
from statecode.modeling.scores import Score


@dataclass(frozen=True, kw_only=True)
class TrainerInputs:
    """What a run is made of, built by a script."""

    run: RunFolder
    accelerator: Accelerator
    model: PreTrainedModel
    objective: Objective
    style: AttentionMaskFormat              # see forward.find_mask_format; PADDING for rows of one piece
    source: BatchSource
    validation: EvaluationBatches
    validation_bytes: int = 0      # UTF-8 bytes of the texts in `validation`, for bits per byte; 0 where unknown
    optimizer: OptimizerConfig
    loop: LoopConfig


def fit(parts: TrainerInputs) -> Progress:
    """Train from the newest checkpoint, or from the start, to the end; then save the model in the run.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM; a checkpoint was saved, the same call goes on from it.
        ConfigError: the newest checkpoint is of another model.
    """
    session = Trainer.begin(parts)
    with deferred_stop() as stop_asked, session.bar:
        if session.progress.best_loss is None:
            session.evaluate()
            session.save()
        for record in train(session.scoring, parts.source, session.optimizer, parts.accelerator, parts.optimizer,
                            parts.loop, first_step=session.progress.step, stop_asked=stop_asked):
            session.advance(record)
    return session.finish()


@dataclass
class Trainer:
    """One sitting of a run: from its start, or from a checkpoint."""

    parts: TrainerInputs
    scoring: ScoringModel
    optimizer: torch.optim.Optimizer
    checkpoints: CheckpointFolder
    log: MetricsLog
    progress: Progress
    bar: Any
    _clock: float = field(default_factory=time.perf_counter)

    @classmethod
    def begin(cls, parts: TrainerInputs) -> Trainer:
        """Load the newest checkpoint and bring the metrics into line with it."""
        parts.model.to(parts.accelerator.device)
        optimizer = make_optimizer(parts.model, parts.optimizer)
        checkpoints = CheckpointFolder(parts.run.path / "checkpoints", parts.loop.keep_checkpoints)
        progress = checkpoints.load_newest(parts.model, optimizer)
        if parts.loop.compile:
            parts.model.compile()
        scoring = ScoringModel(parts.accelerator.prepare(parts.model), parts.style, parts.objective)
        log = MetricsLog(parts.run.path)
        if parts.accelerator.is_main_process:
            log.start_after(progress.step, fresh=not checkpoints.steps())
        bar = tqdm(total=parts.loop.total_steps, initial=progress.step, unit="step", dynamic_ncols=True,
                   disable=None if parts.accelerator.is_main_process else True)
        return cls(parts, scoring, optimizer, checkpoints, log, progress, bar)

    def advance(self, record: StepRecord) -> None:
        """Log a step; evaluate, save and stop where that is due.

        Raises:
            ConfigError: the loss is no number any more.
        """
        loop = self.parts.loop
        check(math.isfinite(record.loss), f"the loss of step {record.step} is {record.loss}: lower --learning-rate")
        self.progress = replace(self.progress, step=record.step, tokens=self.progress.tokens + record.tokens)
        self._tick()
        self._write("train", record.measured() | self._counters())
        self.bar.update()
        self.bar.set_postfix(loss=f"{record.loss:.3f}", tokens_per_s=f"{record.tokens_per_s:,.0f}", refresh=False)
        if record.step % loop.evaluate_every == 0 or record.step == loop.total_steps:
            self.evaluate()
        if record.step % loop.save_every == 0 or record.step == loop.total_steps or record.stopping:
            self.save()
        if record.stopping and record.step < loop.total_steps:
            raise KeyboardInterrupt

    def evaluate(self) -> None:
        """Score the validation rows and keep the weights if they are the best so far.

        Raises:
            ConfigError: the loss is no number, so that no later one could be compared with it.
        """
        score = evaluate(self.scoring, self.parts.validation, self.parts.accelerator, self.parts.validation_bytes)
        self._check(score)
        self._tick()
        measured = evaluation_record(score, "validation", self.parts.objective, self.progress.step)
        self._write("evaluation", measured | self._counters())
        self._say(f"step {self.progress.step:,}: validation loss {score.loss:.4f}, perplexity {score.perplexity:.3f}")
        if self.progress.best_loss is None or score.loss < self.progress.best_loss:
            self.progress = replace(self.progress, best_step=self.progress.step, best_loss=score.loss)
            if self.parts.loop.final_weights == "best" and self.parts.accelerator.is_main_process:
                self.checkpoints.save_best(self.progress.step, self.parts.model)

    def _check(self, score: Score) -> None:
        step = self.progress.step
        check(score.tokens > 0, f"no token of the validation split was scored at step {step}: give it more text")
        remedy = "lower --learning-rate" if step else "the weights that the run starts from are damaged; take others"
        check(math.isfinite(score.loss), f"the validation loss of step {step} is {score.loss}: {remedy}")

    def save(self) -> None:
        """Write a checkpoint."""
        if self.parts.accelerator.is_main_process:
            self.checkpoints.save(self.progress, self.parts.model, self.optimizer)
        self.parts.accelerator.wait_for_everyone()

    def finish(self) -> Progress:
        """Load the weights that the run is to end with, save them as a model, mark the run as finished."""
        if self.parts.loop.final_weights == "best" and self.progress.best_step is not None:
            self.checkpoints.load_best(self.progress.best_step, self.parts.model)
        if self.parts.accelerator.is_main_process:
            self.parts.model.save_pretrained(self.parts.run.path)
            self.parts.run.finish(self._result())
        self.parts.accelerator.wait_for_everyone()
        return self.progress

    def _result(self) -> dict[str, Any]:
        best = self.parts.loop.final_weights == "best"
        return {
            "objective": self.parts.objective.value, "steps": self.progress.step,
            "weights_of_step": self.progress.best_step if best else self.progress.step,
            "best_validation_loss": self.progress.best_loss, "best_step": self.progress.best_step,
            "trained_tokens": self.progress.tokens, "elapsed_s": round(self.progress.elapsed_s, 3),
        }

    def _tick(self) -> None:
        now = time.perf_counter()
        self.progress = replace(self.progress, elapsed_s=self.progress.elapsed_s + now - self._clock)
        self._clock = now

    def _counters(self) -> dict[str, Any]:
        return {"total_tokens": self.progress.tokens, "elapsed_s": round(self.progress.elapsed_s, 3)}

    def _write(self, kind: str, measured: dict[str, Any]) -> None:
        if not self.parts.accelerator.is_main_process:
            return
        self.log.write({"kind": kind} | measured)
        numbers = {f"{kind}/{name}": value for name, value in measured.items()
                   if isinstance(value, (int, float)) and name != "step"}
        self.parts.accelerator.log(numbers, step=self.progress.step)

    def _say(self, line: str) -> None:
        if self.parts.accelerator.is_main_process:
            self.bar.write(line, file=sys.stderr)


def evaluation_record(score: Score, split: str, objective: Objective, step: int) -> dict[str, Any]:
    """The fields of an evaluation in metrics.jsonl and in results."""
    return {
        "step": step, "split": split, "objective": objective.value, "loss": score.loss, "perplexity": score.perplexity,
        "bits_per_byte": score.bits_per_byte, "tokens": score.tokens,
    }
