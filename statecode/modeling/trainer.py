"""Train a model: the training loop with evaluation, logs, checkpoints and the handling of interruptions."""

from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from accelerate import Accelerator
from accelerate.utils import broadcast_object_list
from safetensors.torch import save_file
from torch import Tensor
from transformers import PreTrainedModel

from statecode.arguments import check
from statecode.errors import ConfigError
from statecode.modeling.batches import Batch, EvaluationBatches, TrainingBatches
from statecode.modeling.checkpoints import CheckpointFolder, Progress
from statecode.modeling.chunk_attention import use_standard_attention
from statecode.modeling.compiling import compile_blocks, compile_pays, first_step_s, remove_compilation
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig
from statecode.modeling.figures import FORMULA, ModelArithmetic, Peak, peak_memory_bytes, peak_of, postfix
from statecode.modeling.forward import AttentionMaskFormat, ScoringModel, checkpoint_activations
from statecode.modeling.interrupts import deferred_stop
from statecode.modeling.launch import on_first_rank
from statecode.modeling.loop import StepMetrics, evaluate, train
from statecode.modeling.metrics_log import MetricsLog, evaluation_record
from statecode.modeling.optimizers import make_optimizer
from statecode.modeling.outputs import written_in_run
from statecode.modeling.run_folder import RunFolder, read_run
from statecode.modeling.scores import Score
from statecode.modeling.sharding import ShardedTraining, WholeTraining, is_requested, make_training
from statecode.progress import print_above_bars, progress_bar, seconds_left, time_left


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
    token_bytes_V: Tensor | None = None  # bytes of each token id, from which the bytes are counted instead
    optimizer: OptimizerConfig
    loop: LoopConfig


def fit(inputs: TrainerInputs) -> Progress:
    """Train a model from the newest checkpoint, or from the start, to the last step, and save it in the run folder.

    Returns:
        The progress of the finished run.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM was received. A checkpoint was saved; the same call resumes from it.
        ConfigError: the newest checkpoint does not fit the model, or a loss or a gradient is not finite.
    """
    trainer = Trainer.start(inputs)
    with deferred_stop() as stop_requested, trainer.bar:
        if trainer.progress.best_loss is None:
            trainer.evaluate()
            trainer.save()
        trainer.compile()
        for metrics in train(trainer.training.scoring, inputs.batches, trainer.training.optimizer, inputs.accelerator,
                             inputs.optimizer, inputs.loop, first_step=trainer.progress.step,
                             stop_requested=stop_requested, peak_time_of=trainer.peak_time_of):
            trainer.after_steps(metrics)
    return trainer.finish()


@dataclass
class Trainer:
    """The state of a run in this process, from its start or a checkpoint to its end or an interruption."""

    inputs: TrainerInputs
    training: WholeTraining | ShardedTraining  # the model and its optimizer
    arithmetic: ModelArithmetic
    peak: Peak
    checkpoints: CheckpointFolder
    log: MetricsLog
    progress: Progress
    bar: Any  # tqdm's progress bar
    _validation: Score | None = None  # of the last evaluation in this process
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
        bf16 = inputs.accelerator.mixed_precision == "bf16"
        peak = peak_of(inputs.accelerator.device, bf16)
        if inputs.loop.checkpoint_activations:
            checkpoint_activations(inputs.model)
        arithmetic = ModelArithmetic.of_model(inputs.model, inputs.objective)
        training = make_training(ScoringModel(inputs.model, inputs.mask_format, inputs.objective), optimizer,
                                 inputs.accelerator, inputs.optimizer)
        log = MetricsLog(inputs.run.path)
        if inputs.accelerator.is_main_process:
            log.discard_after(progress.step, fresh=not checkpoints.steps())
            inputs.run.add_facts(precision="bf16" if bf16 else "fp32", mfu={
                "formula": FORMULA, "peak_flops_per_s": peak.flops_per_s, "peak": peak.source})
        bar = progress_bar(None, "training", "steps", total=inputs.loop.total_steps, initial=progress.step,
                           remains=True, shown=inputs.accelerator.is_main_process)
        return cls(inputs, training, arithmetic, peak, checkpoints, log, progress, bar)

    def peak_time_of(self, batch: Batch) -> float:
        """Return the seconds that a step on a global batch would take at the peak of all devices."""
        return self.arithmetic.flops(batch) / self.peak.flops_per_s / self.inputs.accelerator.num_processes

    def compile(self) -> None:
        """Compile the model if the run is compiled, and log the time that the compilation took.

        The gradients of the next batch are computed and discarded, so that no step of the run contains the compilation.
        """
        inputs, step = self.inputs, self.progress.step
        if step >= inputs.loop.total_steps or is_requested() or not self._is_compiled_run():
            return  # sharded models are not compiled
        compile_blocks(inputs.model)
        compile_s = first_step_s(self.training.scoring, inputs.batches.at(step), inputs.accelerator, inputs.loop)
        self._log_metrics("compilation", {"step": step, "compile_s": round(compile_s, 3)})
        self._print(f"compiled in {compile_s:.0f} s")

    def _is_compiled_run(self) -> bool:
        """Return True if the blocks of the model are compiled, and record it in run.json.

        With `auto` the first process decides for all of them, because a process that compiles takes part in an exchange
        of gradients that the others would not expect. It decides once per run, from all its steps: a resumed run does
        as run.json records. An older version that did not record it did not compile with its defaults.
        """
        inputs, compiled = self.inputs, [False]
        if inputs.accelerator.is_main_process:
            recorded = read_run(inputs.run.path).get("compiled")
            if inputs.loop.compile != "auto":
                compiled = [inputs.loop.compile == "on"]
            elif recorded is not None or self.progress.step:
                compiled = [bool(recorded)]
            else:
                peak_time_s = inputs.loop.total_steps * self.peak_time_of(inputs.batches.at(0))
                compiled = [compile_pays(peak_time_s, inputs.accelerator.device)]
            inputs.run.add_facts(compiled=compiled[0])
        if inputs.accelerator.num_processes > 1:
            broadcast_object_list(compiled)
        return compiled[0]

    def after_steps(self, metrics: StepMetrics) -> None:
        """Log the metrics of steps; then evaluate the model and save a checkpoint if they are due after these steps.

        Raises:
            ConfigError: the loss or the gradient of a step is not finite.
            KeyboardInterrupt: a process received Ctrl-C or SIGTERM; a checkpoint of the step was saved.
        """
        loop = self.inputs.loop
        step = metrics.step
        if metrics.first_not_finite is not None:
            self._stop_not_finite(metrics.first_not_finite)
        self.progress = replace(self.progress, step=step, tokens=self.progress.tokens + metrics.tokens)
        self._update_elapsed()
        memory_bytes = peak_memory_bytes(self.inputs.accelerator.device)
        self.bar.set_postfix(refresh=False, **postfix(metrics, memory_bytes, self._validation))
        self.bar.update(metrics.steps)
        self._log_metrics("train", metrics.as_dict() | {
            "peak_memory_bytes": memory_bytes, "left_s": seconds_left(self.bar)} | self._totals())
        if step % loop.evaluate_every == 0 or step == loop.total_steps:
            self.evaluate()
        if step % loop.save_every == 0 or step == loop.total_steps or metrics.stopping:
            self.save()
        if metrics.stopping and step < loop.total_steps:
            self._print(f"stopped after step {step:,} with a checkpoint; the same command resumes the run")
            raise KeyboardInterrupt

    def _stop_not_finite(self, step: int) -> None:
        """Save the batch of a step whose loss or gradient is not finite, and raise ConfigError."""
        path = self.inputs.run.path / f"not-finite-{step:07d}.safetensors"
        if self.inputs.accelerator.is_main_process:
            with written_in_run(self.inputs.run.path):
                save_batch(self.inputs.batches.at(step - 1), path)
        self.inputs.accelerator.wait_for_everyone()
        raise ConfigError(f"the loss or the gradient of step {step} is not finite; its batch is in {path}. Lower"
                          " --learning-rate and pass --resume restart")

    def evaluate(self) -> None:
        """Score the validation sequences and log the score.

        If the loss is the lowest so far and `final_weights` is best, the weights are saved too.

        Raises:
            ConfigError: no token was scored, or the loss is not finite.
        """
        inputs = self.inputs
        score = evaluate(self.training.scoring, inputs.validation_batches, inputs.accelerator, inputs.validation_bytes,
                         inputs.token_bytes_V)
        step = self.progress.step
        self._check_score(score)
        self._validation = score
        self._update_elapsed()
        self._log_metrics("evaluation", evaluation_record(score, "validation", inputs.objective, step) | self._totals())
        self._print(f"step {step:,}: validation loss {score.loss:.4f}, perplexity {score.perplexity:.3f}"
                    f"{_bits(score)}{self._left()}")
        if self.progress.best_loss is None or score.loss < self.progress.best_loss:
            self.progress = replace(self.progress, best_step=step, best_loss=score.loss)
            if inputs.loop.final_weights == "best":
                model = self.training.whole_model()
                on_first_rank(inputs.accelerator, lambda: self.checkpoints.save_best(step, model))

    def _check_score(self, score: Score) -> None:
        step = self.progress.step
        check(score.tokens > 0, f"no token of the validation split was scored at step {step}: it needs more text")
        hint = "lower --learning-rate" if step else "the weights that the run starts from are damaged; use others"
        check(math.isfinite(score.loss), f"the validation loss of step {step} is {score.loss}: {hint}")

    def save(self) -> None:
        """Write a checkpoint on the first process, while the others wait."""
        model, optimizer = self.training.whole_model(), self.training.whole_optimizer()
        on_first_rank(self.inputs.accelerator, lambda: self.checkpoints.save(self.progress, model, optimizer))

    def finish(self) -> Progress:
        """Load the weights that `final_weights` selects, save them as a model, and mark the run as finished.

        Returns:
            The progress of the finished run.
        """
        model = self.training.whole_model()
        if isinstance(self.training, WholeTraining):
            self._load_final(model)
        on_first_rank(self.inputs.accelerator, lambda: self._write_result(model))
        return self.progress

    def _load_final(self, model: PreTrainedModel) -> None:
        use_standard_attention(model)
        remove_compilation(model)
        if self.inputs.loop.final_weights == "best" and self.progress.best_step is not None:
            self.checkpoints.load_best(self.progress.best_step, model)

    def _write_result(self, model: PreTrainedModel) -> None:
        if isinstance(self.training, ShardedTraining):  # the first process alone has the whole model
            self._load_final(model)
        with written_in_run(self.inputs.run.path):
            model.save_pretrained(self.inputs.run.path)
        self.inputs.run.finish(self._result())

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


def save_batch(batch: Batch, path: Path) -> None:
    """Write the tensors of a global batch to a safetensors file."""
    tensors = {field.name: getattr(batch, field.name) for field in fields(batch)}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items() if tensor is not None}, path)


def _bits(score: Score) -> str:
    return "" if score.bits_per_byte is None else f", bits per byte {score.bits_per_byte:.3f}"
