"""Limit the rate of requests to each host."""

from __future__ import annotations

import threading
import time


class Stopped(Exception):
    """Raised in a thread whose wait or request was cancelled; the outcome of its link is unknown."""


class RateLimiter:
    """Keeps a minimum interval between the starts of two requests to one host; threads share one instance."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._next: dict[str, float] = {}  # host → earliest start of its next request, in monotonic seconds
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def wait(self, host: str) -> None:
        """Sleep until the next request to the host may start, and reserve that time for the caller.

        Raises:
            Stopped: `stop` was called.
        """
        with self._lock:
            start = max(time.monotonic(), self._next.get(host, 0.0))
            self._next[host] = start + self._interval_s
        self.sleep(start - time.monotonic())

    def delay(self, host: str, seconds: float) -> None:
        """Delay all further requests to the host by at least `seconds` from now."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Sleep for `seconds`.

        Raises:
            Stopped: `stop` was called, before or during the sleep.
        """
        if self._stopped.wait(max(seconds, 0.0)):
            raise Stopped

    def stop(self) -> None:
        """Cancel all present and future waits."""
        self._stopped.set()
