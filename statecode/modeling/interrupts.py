"""Defer Ctrl-C and SIGTERM, so that a run ends between two steps, after it has saved a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_stop() -> Iterator[Callable[[], bool]]:
    """Defer the first Ctrl-C or SIGTERM within the block; the second one raises KeyboardInterrupt.

    Python allows signal handlers in the main thread only. In other threads nothing is deferred.

    Yields:
        A function that returns True after the first signal. Outside the main thread it always returns False.
    """
    received: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        if received:
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
