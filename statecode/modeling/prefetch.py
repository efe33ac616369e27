"""Prepare the next training batch in a thread while the model computes the current step.

The preparation must use no parallel operations of PyTorch, which in a second thread slow down those of the model on
CPUs by a third. Those of NumPy do not.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor

from statecode.modeling.batches import Batch, TrainingBatches


class PrefetchedBatches:
    """Training batches of which the next one is prepared in advance.

    The batches equal those of `batches`, whose `at` must depend on the step alone. At most one batch is kept that was
    not asked for.

    Args:
        total_steps: number of steps of the run; no batch is prepared after the last one.
        pin_memory: copy the batches to page-locked memory, from which a GPU copies them while it computes.
    """

    def __init__(self, batches: TrainingBatches, total_steps: int, pin_memory: bool = False) -> None:
        self._batches, self._total_steps, self._pin_memory = batches, total_steps, pin_memory
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prefetch")
        self._next: tuple[int, Future[Batch]] | None = None  # a step and its batch

    @property
    def batches_per_epoch(self) -> float:
        """Optimizer steps per pass over the sequences."""
        return self._batches.batches_per_epoch

    def at(self, step: int) -> Batch:
        """Return the batch of optimizer step `step`, counted from 0, and start to prepare the one of the next step.

        An error in the preparation of a batch is raised by the call that asks for this batch.
        """
        if self._next is not None and self._next[0] == step:
            prepared = self._next[1]
        else:
            prepared = self._thread.submit(self._prepare, step)
        try:
            batch = prepared.result()
        finally:
            self._next = None
        if step + 1 < self._total_steps:
            self._next = step + 1, self._thread.submit(self._prepare, step + 1)
        return batch

    def _prepare(self, step: int) -> Batch:
        batch = self._batches.at(step)
        return batch.pinned() if self._pin_memory else batch
