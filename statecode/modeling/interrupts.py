"""Ctrl-C and SIGTERM end a run between two steps, after a checkpoint."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def deferred_stop() -> Iterator[Callable[[], bool]]:
    """Within the block, the first Ctrl-C or SIGTERM only answers True from then on; the second one interrupts.

    Outside the main thread, where Python allows no handlers, the answer stays False.
    """
    asked: list[int] = []

    def handler(number: int, frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)

    if threading.current_thread() is not threading.main_thread():
        yield lambda: False
        return
    before = {number: signal.signal(number, handler) for number in STOP_SIGNALS}
    try:
        yield lambda: bool(asked)
    finally:
        for number, previous in before.items():
            signal.signal(number, previous)
