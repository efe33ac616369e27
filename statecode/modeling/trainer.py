"""Train a model: the training loop with evaluation, logs, checkpoints and the handling of interruptions."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from accelerate import Accelerator
from transformers import PreTrainedModel

from statecode.arguments import check
from statecode.modeling.batches import EvaluationBatches, TrainingBatches
from statecode.modeling.checkpoints import CheckpointFolder, Progress
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig
from statecode.modeling.forward import AttentionMaskFormat
from statecode.modeling.interrupts import deferred_stop
from statecode.modeling.loop import ScoringModel, StepMetrics, evaluate, train
from statecode.modeling.metrics_log import MetricsLog
from statecode.modeling.optimizers import make_optimizer
from statecode.modeling.run_folder import RunFolder, read_run
from statecode.modeling.scores import Score
from statecode.progress import print_above_bars, progress_bar, time_left


@dataclass(frozen=True, kw_only=True)
class TrainerInputs:
    """The model, the data and the settings of a run, built by a script in `train/`."""

    run: RunFolder
    accelerator: Accelerator
    model: PreTrainedModel
    objective: Objective
    mask_format: AttentionMaskFormat  # see forward.find_mask_format; PADDING for sequences of one chunk
    batches: TrainingBatches
    validation_batches: EvaluationBatches
    validation_bytes: int = 0  # UTF-8 bytes of the texts in `validation_batches`, for bits per byte; 0 if unknown
    optimizer: OptimizerConfig
    loop: LoopConfig


def fit(inputs: TrainerInputs) -> Progress:
    """Train a model from the newest checkpoint, or from the start, to the last step, and save it in the run folder.

    Returns:
        The progress of the finished run.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM was received. A checkpoint was saved; the same call resumes from it.
        ConfigError: the newest checkpoint does not fit the model, or a loss is not finite.
    """
    trainer = Trainer.start(inputs)
    with deferred_stop() as stop_requested, trainer.bar:
        if trainer.progress.best_loss is None:
            trainer.evaluate()
            trainer.save()
        for metrics in train(trainer.scoring, inputs.batches, trainer.optimizer, inputs.accelerator, inputs.optimizer,
                             inputs.loop, first_step=trainer.progress.step, stop_requested=stop_requested):
            trainer.after_step(metrics)
    return trainer.finish()


@dataclass
class Trainer:
    """The state of a run in this process, from its start or a checkpoint to its end or an interruption."""

    inputs: TrainerInputs
    scoring: ScoringModel
    optimizer: torch.optim.Optimizer
    checkpoints: CheckpointFolder
    log: MetricsLog
    progress: Progress
    bar: Any  # tqdm's progress bar
    _last_update: float = field(default_factory=time.perf_counter)  # perf_counter() at the last change of elapsed_s

    @classmethod
    def start(cls, inputs: TrainerInputs) -> Trainer:
        """Create the trainer of a run, with the state of the newest checkpoint if there is one.

        Metrics that were logged after that checkpoint are removed.
        """
        inputs.model.to(inputs.accelerator.device)
        optimizer = make_optimizer(inputs.model, inputs.optimizer)
        checkpoints = CheckpointFolder(inputs.run.path / "checkpoints", inputs.loop.keep_checkpoints,
                                       read_run(inputs.run.path)["settings"])
        progress = checkpoints.load_newest(inputs.model, optimizer)
        if inputs.loop.compile:
            inputs.model.compile()
        scoring = ScoringModel(inputs.accelerator.prepare(inputs.model), inputs.mask_format, inputs.objective)
        log = MetricsLog(inputs.run.path)
        if inputs.accelerator.is_main_process:
            log.discard_after(progress.step, fresh=not checkpoints.steps())
        bar = progress_bar(None, "training", "steps", total=inputs.loop.total_steps, initial=progress.step,
                           remains=True, shown=inputs.accelerator.is_main_process)
        return cls(inputs, scoring, optimizer, checkpoints, log, progress, bar)

    def after_step(self, metrics: StepMetrics) -> None:
        """Log the metrics of a step; then evaluate the model and save a checkpoint if they are due after this step.

        Raises:
            ConfigError: the loss is not finite.
            KeyboardInterrupt: a process received Ctrl-C or SIGTERM; a checkpoint of the step was saved.
        """
        loop = self.inputs.loop
        step = metrics.step
        check(math.isfinite(metrics.loss), f"the loss of step {step} is {metrics.loss}: lower --learning-rate")
        self.progress = replace(self.progress, step=step, tokens=self.progress.tokens + metrics.tokens)
        self._update_elapsed()
        self._log_metrics("train", metrics.as_dict() | self._totals())
        self.bar.update()
        self.bar.set_postfix(loss=f"{metrics.loss:.3f}", tokens_per_s=f"{metrics.tokens_per_s:,.0f}", refresh=False)
        if step % loop.evaluate_every == 0 or step == loop.total_steps:
            self.evaluate()
        if step % loop.save_every == 0 or step == loop.total_steps or metrics.stopping:
            self.save()
        if metrics.stopping and step < loop.total_steps:
            raise KeyboardInterrupt

    def evaluate(self) -> None:
        """Score the validation sequences and log the score.

        If the loss is the lowest so far and `final_weights` is best, the weights are saved too.

        Raises:
            ConfigError: no token was scored, or the loss is not finite.
        """
        inputs = self.inputs
        score = evaluate(self.scoring, inputs.validation_batches, inputs.accelerator, inputs.validation_bytes)
        step = self.progress.step
        self._check_score(score)
        self._update_elapsed()
        self._log_metrics("evaluation", evaluation_record(score, "validation", inputs.objective, step) | self._totals())
        self._print(f"step {step:,}: validation loss {score.loss:.4f}, perplexity {score.perplexity:.3f}{self._left()}")
        if self.progress.best_loss is None or score.loss < self.progress.best_loss:
            self.progress = replace(self.progress, best_step=step, best_loss=score.loss)
            if inputs.loop.final_weights == "best" and inputs.accelerator.is_main_process:
                self.checkpoints.save_best(step, inputs.model)

    def _check_score(self, score: Score) -> None:
        step = self.progress.step
        check(score.tokens > 0, f"no token of the validation split was scored at step {step}: it needs more text")
        hint = "lower --learning-rate" if step else "the weights that the run starts from are damaged; use others"
        check(math.isfinite(score.loss), f"the validation loss of step {step} is {score.loss}: {hint}")

    def save(self) -> None:
        """Write a checkpoint on the first process, while the others wait."""
        if self.inputs.accelerator.is_main_process:
            self.checkpoints.save(self.progress, self.inputs.model, self.optimizer)
        self.inputs.accelerator.wait_for_everyone()

    def finish(self) -> Progress:
        """Load the weights that `final_weights` selects, save them as a model, and mark the run as finished.

        Returns:
            The progress of the finished run.
        """
        inputs = self.inputs
        if inputs.loop.final_weights == "best" and self.progress.best_step is not None:
            self.checkpoints.load_best(self.progress.best_step, inputs.model)
        if inputs.accelerator.is_main_process:
            inputs.model.save_pretrained(inputs.run.path)
            inputs.run.finish(self._result())
        inputs.accelerator.wait_for_everyone()
        return self.progress

    def _result(self) -> dict[str, Any]:
        best = self.inputs.loop.final_weights == "best"
        return {
            "objective": self.inputs.objective.value, "steps": self.progress.step,
            "weights_of_step": self.progress.best_step if best else self.progress.step,
            "best_validation_loss": self.progress.best_loss, "best_step": self.progress.best_step,
            "trained_tokens": self.progress.tokens, "elapsed_s": round(self.progress.elapsed_s, 3),
        }

    def _update_elapsed(self) -> None:
        now = time.perf_counter()
        self.progress = replace(self.progress, elapsed_s=self.progress.elapsed_s + now - self._last_update)
        self._last_update = now

    def _totals(self) -> dict[str, Any]:
        return {"total_tokens": self.progress.tokens, "elapsed_s": round(self.progress.elapsed_s, 3)}

    def _log_metrics(self, kind: str, values: dict[str, Any]) -> None:
        """Write `values` to metrics.jsonl, and the numbers among them to the experiment trackers."""
        if not self.inputs.accelerator.is_main_process:
            return
        self.log.write({"kind": kind} | values)
        numbers = {f"{kind}/{name}": value for name, value in values.items()
                   if isinstance(value, (int, float)) and name != "step"}
        self.inputs.accelerator.log(numbers, step=self.progress.step)

    def _print(self, line: str) -> None:
        """Print a line above the progress bar, on the first process only."""
        if self.inputs.accelerator.is_main_process:
            print_above_bars(line, sys.stderr)

    def _left(self) -> str:
        """Return the estimated time of the steps that remain, for the end of a line."""
        left = time_left(self.bar) if self.progress.step < self.inputs.loop.total_steps else ""
        return left and f", {left} left"


def evaluation_record(score: Score, split: str, objective: Objective, step: int) -> dict[str, Any]:
    """Return the record of an evaluation in metrics.jsonl, without its `kind`."""
    return {
        "step": step, "split": split, "objective": objective.value, "loss": score.loss, "perplexity": score.perplexity,
        "bits_per_byte": score.bits_per_byte, "tokens": score.tokens,
    }
