"""The training loop. It yields the metrics of each step; the caller logs, saves and stops.

The gradient of a step is the gradient of the mean loss over all scored tokens of the global batch. It does not depend
on the number of processes and micro-batches: each process divides the sum of its losses by the number of scored tokens
in the global batch, which it knows because it reads the whole batch.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace

import torch
from accelerate import Accelerator
from torch import Tensor, nn

from statecode.modeling.batches import Batch, EvaluationBatches, TrainingBatches
from statecode.modeling.configs import LoopConfig, Objective, OptimizerConfig
from statecode.modeling.forward import AttentionMaskFormat, logits_of, nll_sum
from statecode.modeling.schedules import make_schedule
from statecode.modeling.scores import Score
from statecode.progress import progress_bar


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMetrics:
    """The metrics of one optimizer step."""

    step: int             # steps done, this one included
    epoch: float          # passes over the training sequences, this step included
    loss: float           # nats per scored token of the global batch, before the step
    tokens: int           # number of tokens that all processes scored in this step
    learning_rate: float  # the peak of --learning-rate, multiplied by the schedule
    gradient_norm: float  # L2, before clipping
    step_s: float         # wall time of this step
    tokens_per_s: float   # positions of the global batch that are not padding, divided by step_s
    stopping: bool        # True if a process received Ctrl-C or SIGTERM

    def as_dict(self) -> dict[str, float]:
        """Return the fields that are logged."""
        return {name: value for name, value in asdict(self).items() if name != "stopping"}


@dataclass(frozen=True, slots=True)
class ScoringModel:
    """A model with the attention mask format and the objective that its loss needs."""

    model: nn.Module
    mask_format: AttentionMaskFormat
    objective: Objective

    def nll(self, batch: Batch) -> Tensor:
        """Return the negative log-likelihood in nats, summed over the labels of the batch; a scalar tensor."""
        return nll_sum(logits_of(self.model, batch, self.mask_format, self.objective), batch.labels_BT)


def train(
    scoring: ScoringModel,
    batches: TrainingBatches,
    optimizer: torch.optim.Optimizer,
    accelerator: Accelerator,
    optimizer_config: OptimizerConfig,
    loop: LoopConfig,
    *,
    first_step: int = 0,
    stop_requested: Callable[[], bool] = lambda: False,
) -> Iterator[StepMetrics]:
    """Take the optimizer steps from `first_step` to `loop.total_steps` and yield the metrics of each.

    A step depends only on the weights, the state of the optimizer, `loop.seed` and the number of the step: dropout is
    seeded in each step. A run that resumes from a checkpoint therefore takes the same steps as an uninterrupted run.

    Args:
        stop_requested: called once per step. If it returns True in one process, `StepMetrics.stopping` is True in all.
    """
    schedule = make_schedule(optimizer_config, loop.total_steps)
    for step in range(first_step, loop.total_steps):
        started = time.perf_counter()
        seed_step(loop.seed, step, accelerator.process_index)
        batch = batches.at(step)
        factor = schedule(step)
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        scoring.model.train()
        nll = accumulate_gradients(scoring, batch, accelerator, loop.micro_batch_rows)
        norm = accelerator.clip_grad_norm_(scoring.model.parameters(), optimizer_config.gradient_clip)
        optimizer.step()
        optimizer.zero_grad()
        total, stopping = _sum_over_ranks(accelerator, nll, float(stop_requested()))
        step_s = time.perf_counter() - started
        yield StepMetrics(
            step=step + 1, epoch=(step + 1) / batches.batches_per_epoch, loss=total / max(1, batch.scored_tokens),
            tokens=batch.scored_tokens, learning_rate=optimizer_config.learning_rate * factor,
            gradient_norm=float(norm), step_s=step_s, tokens_per_s=batch.unpadded_tokens / step_s,
            stopping=stopping > 0,
        )


def accumulate_gradients(
    scoring: ScoringModel, batch: Batch, accelerator: Accelerator, micro_batch_size: int
) -> float:
    """Add the gradient of the global batch's mean loss to the parameters, one micro-batch at a time.

    Returns:
        The negative log-likelihood in nats, summed over the sequences of this process.
    """
    ranks = accelerator.num_processes
    weight = ranks / max(1, batch.scored_tokens)  # DistributedDataParallel averages gradients over the ranks
    micro_batches = micro_batches_of_rank(batch, accelerator.process_index, ranks, micro_batch_size)
    total = torch.zeros((), device=accelerator.device, dtype=torch.float64)
    for number, micro_batch in enumerate(micro_batches):
        last = number == len(micro_batches) - 1
        with _no_sync_unless(last, accelerator, scoring.model), accelerator.autocast():
            nll = scoring.nll(micro_batch.to(accelerator.device))
            accelerator.backward(nll * weight)
        total += nll.detach().double()
    return float(total)


def micro_batches_of_rank(batch: Batch, rank: int, ranks: int, micro_batch_size: int) -> list[Batch]:
    """Return the micro-batches of one process.

    Process `rank` takes every `ranks`-th sequence, so that all processes have similar loads. They have equally many
    micro-batches if the number of sequences is a multiple of `ranks`.
    """
    stride = ranks * micro_batch_size
    return [batch.select(slice(begin, begin + stride, ranks)) for begin in range(rank, len(batch), stride)]


@torch.no_grad()
def evaluate(
    scoring: ScoringModel, batches: EvaluationBatches | Sequence[Batch], accelerator: Accelerator, text_bytes: int = 0
) -> Score:
    """Score each batch once; the batches are divided among the processes.

    Args:
        text_bytes: UTF-8 bytes of the texts that the batches contain, for bits per byte; 0 if unknown.

    Returns:
        The score over all batches, the same on every process.
    """
    # Remove the DistributedDataParallel wrapper: it would wait for other ranks, which may have fewer batches.
    scoring = replace(scoring, model=accelerator.unwrap_model(scoring.model))
    scoring.model.eval()
    nll, tokens = 0.0, 0
    own = range(accelerator.process_index, len(batches), accelerator.num_processes)
    for number in progress_bar(own, "evaluating", "batches", shown=accelerator.is_main_process):
        batch = batches[number]
        with accelerator.autocast():
            nll += float(scoring.nll(batch.to(accelerator.device)).double())
        tokens += batch.scored_tokens
    total_nll, total_tokens = _sum_over_ranks(accelerator, nll, float(tokens))
    return Score(nll_nats=total_nll, tokens=int(total_tokens), text_bytes=text_bytes)


def seed_step(seed: int, step: int, rank: int) -> None:
    """Seed PyTorch's random generator, from which dropout draws, for one step of one process."""
    torch.manual_seed((seed * 1_000_003 + step) * 4096 + rank)


def _sum_over_ranks(accelerator: Accelerator, *values: float) -> list[float]:
    if accelerator.num_processes == 1:
        return list(values)
    return accelerator.reduce(torch.tensor(values, dtype=torch.float64, device=accelerator.device)).tolist()


def _no_sync_unless(last: bool, accelerator: Accelerator, model: nn.Module) -> AbstractContextManager[None]:
    """Return a context in which processes do not exchange gradients, unless this is the last micro-batch."""
    return nullcontext() if last else accelerator.no_sync(model)
