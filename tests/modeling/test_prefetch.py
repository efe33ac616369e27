"""Test that prefetched batches equal the others, and that each is prepared before it is asked for."""

from __future__ import annotations

import threading

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

import torch  # noqa: E402

from statecode.modeling.batches import Batch  # noqa: E402
from statecode.modeling.prefetch import PrefetchedBatches  # noqa: E402

TIMEOUT_S = 30.0


class NumberedBatches:
    """Batches that contain the number of their step. It is an error to ask for `missing`."""

    batches_per_epoch = 2.5

    def __init__(self, missing: int | None = None) -> None:
        self.asked: list[int] = []
        self.prepared = threading.Semaphore(0)
        self._missing = missing

    def at(self, step: int) -> Batch:
        self.asked.append(step)
        self.prepared.release()
        if step == self._missing:
            raise ValueError(f"no batch {step}")
        return Batch(*(torch.full((1, 1), step) for _ in range(4)))


def number_of(batch: Batch) -> int:
    return int(batch.input_ids_BT)


def test_the_next_batch_is_prepared_before_it_is_asked_for() -> None:
    source = NumberedBatches()
    batches = PrefetchedBatches(source, total_steps=9)
    assert number_of(batches.at(3)) == 3 and batches.batches_per_epoch == 2.5
    for _ in range(2):
        assert source.prepared.acquire(timeout=TIMEOUT_S)
    assert source.asked == [3, 4]
    assert number_of(batches.at(4)) == 4


def test_batches_in_any_order_equal_those_of_the_source() -> None:
    batches = PrefetchedBatches(NumberedBatches(), total_steps=9)
    order = [0, 1, 2, 7, 8, 8, 0, 5, 6]
    assert [number_of(batches.at(step)) for step in order] == order


def test_no_batch_is_prepared_after_the_last_step() -> None:
    source = NumberedBatches()
    batches = PrefetchedBatches(source, total_steps=3)
    assert [number_of(batches.at(step)) for step in (1, 2)] == [1, 2]
    assert number_of(batches.at(2)) == 2  # prepared by the same thread, after everything else
    assert source.asked == [1, 2, 2]


def test_an_error_is_raised_for_its_own_step() -> None:
    batches = PrefetchedBatches(NumberedBatches(missing=2), total_steps=9)
    assert number_of(batches.at(1)) == 1
    with pytest.raises(ValueError, match="no batch 2"):
        batches.at(2)
    assert number_of(batches.at(3)) == 3
