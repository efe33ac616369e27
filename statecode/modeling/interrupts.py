"""Defer Ctrl-C and SIGTERM, so that a run ends between two steps, after it has saved a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

import torch
from torch import Tensor, distributed

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_stop() -> Iterator[Callable[[], bool]]:
    """Defer the first Ctrl-C or SIGTERM within the block; a Ctrl-C after it raises KeyboardInterrupt.

    A SIGTERM after the first signal is ignored: a scheduler of jobs sends it to a launcher and to its processes, and
    the launcher sends it to the processes once more.

    Python allows signal handlers in the main thread only. In other threads nothing is deferred.

    Yields:
        A function that returns True after the first signal. Outside the main thread it always returns False.
    """
    received: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        if received and number == signal.SIGINT:
            raise KeyboardInterrupt
        received.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    previous_handlers = {number: signal.signal(number, handler) for number in STOP_SIGNALS}
    try:
        yield lambda: bool(received)
    finally:
        for number, previous in previous_handlers.items():
            signal.signal(number, previous)


class SharedStop:
    """The decision of all processes to stop after the same step, if one of them was asked to stop.

    A call starts an exchange and returns the result of the exchange that the call before it started. The processes
    stop at most two calls after a signal, and no call waits for an exchange that has just started. The hosts exchange
    the values themselves, so that no device is waited for.

    Args:
        requested: returns True if this process was asked to stop.
        processes: number of processes. All of them create an object, and call it equally often.
    """

    def __init__(self, requested: Callable[[], bool], processes: int) -> None:
        self._requested = requested
        self._group = distributed.new_group(backend="gloo") if processes > 1 else None
        self._pending: tuple[distributed.Work, Tensor] | None = None

    def __call__(self) -> bool:
        """Return True if the processes stop now. A single process stops as soon as it was asked to."""
        if self._group is None:
            return self._requested()
        if self._pending is not None:
            work, stopping = self._pending
            work.wait()
            if stopping:
                return True
        stopping = torch.tensor(int(self._requested()))
        work = distributed.all_reduce(stopping, distributed.ReduceOp.MAX, self._group, async_op=True)
        assert work is not None
        self._pending = work, stopping
        return False
