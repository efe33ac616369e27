"""The training loop. It yields the metrics of each step; the caller logs, saves and stops.

The gradient of a step is the gradient of the mean loss over all scored tokens of the global batch. It does not depend
on the number of processes and micro-batches: each process divides the sum of its losses by the number of scored tokens
in the global batch, which it knows because it reads the whole batch.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass
from typing import Any

import torch
from accelerate import Accelerator
from torch import Tensor, nn
from torch.distributed.fsdp import FSDPModule

from statecode.modeling.batches import IGNORE_INDEX, Batch, EvaluationBatches, TrainingBatches
from statecode.modeling.configs import LoopConfig, OptimizerConfig
from statecode.modeling.interrupts import SharedStop
from statecode.modeling.schedules import make_schedule
from statecode.modeling.scores import Score
from statecode.modeling.sharding import whole_tensor
from statecode.progress import progress_bar


@dataclass(frozen=True, slots=True, kw_only=True)
class StepMetrics:
    """The metrics of the optimizer steps since the last record, usually one step."""

    step: int                   # steps done, these included
    steps: int                  # number of these steps
    epoch: float                # passes over the training sequences, these steps included
    loss: float                 # nats per scored token of the global batches, each before its step
    tokens: int                 # number of tokens that all processes scored in these steps
    learning_rate: float        # the peak of --learning-rate, multiplied by the schedule
    gradient_norm: float        # L2, before clipping, of the last step
    step_s: float               # mean wall time of a step
    tokens_per_s: float         # positions that are not padding in the global batches per second, all processes
    tokens_per_s_device: float  # the same, per process
    mfu: float | None           # share of the peak arithmetic of all processes; None if it is unknown
    waited_share: float         # share of the time in which this process waited for data
    first_not_finite: int | None  # the first of these steps with a loss or gradient that is not finite
    stopping: bool              # True if a process received Ctrl-C or SIGTERM

    def as_dict(self) -> dict[str, Any]:
        """Return the fields that are logged."""
        return {name: value for name, value in asdict(self).items()
                if name not in ("stopping", "first_not_finite") and (name != "steps" or value > 1)}


def train(
    scoring: nn.Module,
    batches: TrainingBatches,
    optimizer: torch.optim.Optimizer,
    accelerator: Accelerator,
    optimizer_config: OptimizerConfig,
    loop: LoopConfig,
    *,
    first_step: int = 0,
    stop_requested: Callable[[], bool] = lambda: False,
    peak_time_of: Callable[[Batch], float] | None = None,
) -> Iterator[StepMetrics]:
    """Take the optimizer steps from `first_step` to `loop.total_steps` and yield metrics after each `loop.log_every`.

    Metrics are also yielded after each step that is followed by an evaluation or a checkpoint, and after the last one.
    Between two records the host does not wait for the device.

    A step depends only on the weights, the state of the optimizer, `loop.seed` and the number of the step: dropout is
    seeded in each step. A run that resumes from a checkpoint therefore takes the same steps as an uninterrupted run.

    Args:
        scoring: a ScoringModel, or a wrapper of one for several processes.
        stop_requested: called after each step. If it returns True in one process, all processes yield metrics with
            `stopping` after the same step: a single process at once, several one step later; see SharedStop.
        peak_time_of: returns the seconds that a global batch would take at the peak arithmetic of all processes.
    """
    schedule = make_schedule(optimizer_config, loop.total_steps)
    window, stop = _Window(accelerator), SharedStop(stop_requested, accelerator.num_processes)
    for step in range(first_step, loop.total_steps):
        seed_step(loop.seed, step, accelerator.process_index)
        asked = time.perf_counter()
        batch = batches.at(step)
        window.waited_s += time.perf_counter() - asked
        factor = schedule(step)
        for group in optimizer.param_groups:
            group["lr"] = group["initial_lr"] * factor
        scoring.train()
        nll = accumulate_gradients(scoring, batch, accelerator, loop.micro_batch_rows)
        norm = whole_tensor(accelerator.clip_grad_norm_(scoring.parameters(), optimizer_config.gradient_clip))
        optimizer.step()
        optimizer.zero_grad()
        window.add(nll, norm, batch, peak_time_of(batch) if peak_time_of else None)
        stopping = step + 1 < loop.total_steps and stop()
        if stopping or is_logged(step + 1, loop):
            yield window.metrics(
                step + 1, stopping, epoch=(step + 1) / batches.batches_per_epoch,
                learning_rate=optimizer_config.learning_rate * factor)
            window = _Window(accelerator)


def is_logged(step: int, loop: LoopConfig) -> bool:
    """Return True if metrics are recorded after `step` steps."""
    return step == loop.total_steps or any(
        step % every == 0 for every in (loop.log_every, loop.evaluate_every, loop.save_every))


class _Window:
    """The steps since the last record. Sums stay on the device until `metrics` reads them."""

    def __init__(self, accelerator: Accelerator) -> None:
        self._accelerator, self._started = accelerator, time.perf_counter()
        self._nll: list[Tensor] = []
        self._norms: list[Tensor] = []
        self._scored: list[int] = []
        self._unpadded, self._at_peak_s = 0, 0.0
        self.waited_s = 0.0

    def add(self, nll: Tensor, norm: Tensor, batch: Batch, at_peak_s: float | None) -> None:
        """Add a step with the loss of this process, the norm of the gradient of all processes, and the global batch."""
        self._nll.append(nll)
        self._norms.append(norm)
        self._scored.append(batch.scored_tokens)
        self._unpadded += batch.unpadded_tokens
        self._at_peak_s += at_peak_s or 0.0

    def metrics(self, step: int, stopping: bool, *, epoch: float, learning_rate: float) -> StepMetrics:
        """Return the metrics of the window, the same on every process except for the times."""
        nll = _sum_over_ranks(self._accelerator, torch.stack(self._nll).tolist())
        norms = torch.stack(self._norms).tolist()
        elapsed_s = time.perf_counter() - self._started  # after the device has finished
        losses = [total / max(1, tokens) for total, tokens in zip(nll, self._scored)]
        bad = [number for number, values in enumerate(zip(losses, norms)) if not all(map(math.isfinite, values))]
        return StepMetrics(
            step=step, steps=len(nll), epoch=epoch, loss=sum(nll) / max(1, sum(self._scored)),
            tokens=sum(self._scored), learning_rate=learning_rate, gradient_norm=norms[-1],
            step_s=elapsed_s / len(nll), tokens_per_s=self._unpadded / elapsed_s,
            tokens_per_s_device=self._unpadded / elapsed_s / self._accelerator.num_processes,
            mfu=self._at_peak_s / elapsed_s or None, waited_share=self.waited_s / elapsed_s,
            first_not_finite=step - len(nll) + 1 + bad[0] if bad else None, stopping=stopping,
        )


def accumulate_gradients(
    scoring: nn.Module, batch: Batch, accelerator: Accelerator, micro_batch_size: int
) -> Tensor:
    """Add the gradient of the global batch's mean loss to the parameters, one micro-batch at a time.

    Returns:
        The negative log-likelihood in nats, summed over the sequences of this process; a fp64 scalar on the device.
    """
    ranks = accelerator.num_processes
    weight = ranks / max(1, batch.scored_tokens)  # gradients are averaged over the ranks
    micro_batches = micro_batches_of_rank(batch, accelerator.process_index, ranks, micro_batch_size)
    total = torch.zeros((), device=accelerator.device, dtype=torch.float64)
    prepared = accelerator.unwrap_model(scoring, keep_torch_compile=True).prepared
    for number, micro_batch in enumerate(micro_batches):
        last = number == len(micro_batches) - 1
        with _no_sync_unless(last, accelerator, scoring), accelerator.autocast():
            nll = scoring(prepared(micro_batch, accelerator.device))
            accelerator.backward(nll * weight)
        total += nll.detach().double()
    return total


def micro_batches_of_rank(batch: Batch, rank: int, ranks: int, micro_batch_size: int) -> list[Batch]:
    """Return the micro-batches of one process.

    Process `rank` takes every `ranks`-th sequence, so that all processes have similar loads. They have equally many
    micro-batches if the number of sequences is a multiple of `ranks`.
    """
    stride = ranks * micro_batch_size
    return [batch.select(slice(begin, begin + stride, ranks)) for begin in range(rank, len(batch), stride)]


@torch.no_grad()
def evaluate(
    scoring: nn.Module, batches: EvaluationBatches | Sequence[Batch], accelerator: Accelerator, text_bytes: int = 0,
    token_bytes_V: Tensor | None = None,
) -> Score:
    """Score each batch once; the batches are divided among the processes.

    Args:
        text_bytes: UTF-8 bytes of the texts that the batches contain, for bits per byte; 0 if unknown.
        token_bytes_V: bytes of each token id, see `token_bytes`; the bytes of the scored tokens are then counted, and
            `text_bytes` is not used.

    Returns:
        The score over all batches, the same on every process.
    """
    # Remove the DistributedDataParallel wrapper: it would wait for other ranks, which may have fewer batches.
    model = accelerator.unwrap_model(scoring, keep_torch_compile=True)
    model.eval()
    nll, tokens, counted_bytes = torch.zeros((), device=accelerator.device, dtype=torch.float64), 0, 0
    rounds = range(0, len(batches), accelerator.num_processes)
    for first in progress_bar(rounds, "evaluating", "batches", shown=accelerator.is_main_process):
        number = first + accelerator.process_index
        # Sharded weights are collected by all ranks together: in the last round some compute a batch without use.
        batch = batches[min(number, len(batches) - 1)]
        # Without gradients and in eval mode the blocks would be compiled once more.
        with accelerator.autocast(), torch.compiler.set_stance("force_eager"):
            batch_nll = model(model.prepared(batch, accelerator.device))
        if number < len(batches):
            nll += batch_nll.double()
            tokens += batch.scored_tokens
            if token_bytes_V is not None:
                counted_bytes += int(token_bytes_V[batch.labels_BT[batch.labels_BT != IGNORE_INDEX]].sum())
    sums = _sum_over_ranks(accelerator, [float(nll), float(tokens), float(counted_bytes)])
    return Score(nll_nats=sums[0], tokens=int(sums[1]),
                 text_bytes=text_bytes if token_bytes_V is None else int(sums[2]))


def seed_step(seed: int, step: int, rank: int) -> None:
    """Seed PyTorch's random generator, from which dropout draws, for one step of one process."""
    torch.manual_seed((seed * 1_000_003 + step) * 4096 + rank)


def _sum_over_ranks(accelerator: Accelerator, values: list[float]) -> list[float]:
    if accelerator.num_processes == 1:
        return values
    return accelerator.reduce(torch.tensor(values, dtype=torch.float64, device=accelerator.device)).tolist()


def _no_sync_unless(last: bool, accelerator: Accelerator, model: nn.Module) -> AbstractContextManager[None]:
    """Return a context in which processes do not exchange gradients, unless this is the last micro-batch.

    Sharded gradients are always exchanged: without it each process would hold a whole gradient.
    """
    return nullcontext() if last or isinstance(model, FSDPModule) else accelerator.no_sync(model)
