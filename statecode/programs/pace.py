"""When the next request to a host may start."""

from __future__ import annotations

import threading
import time


class Stopped(Exception):
    """The fetch is being stopped; nothing is known about the link in flight."""


class Pace:
    """Keeps requests to one host apart; shared by all threads."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._next: dict[str, float] = {}  # host → earliest start of its next request, on the monotonic clock
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def wait(self, host: str) -> None:
        """Sleep until it is this request's turn."""
        with self._lock:
            start = max(time.monotonic(), self._next.get(host, 0.0))
            self._next[host] = start + self._interval_s
        self.sleep(start - time.monotonic())

    def hold(self, host: str, seconds: float) -> None:
        """Let no request to the host start for so long."""
        with self._lock:
            self._next[host] = max(self._next.get(host, 0.0), time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Sleep, or raise `Stopped` as soon as `stop` is called."""
        if self._stopped.wait(max(seconds, 0.0)):
            raise Stopped

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._stopped.set()
