"""Find the processes that a block of code started, wait for them, and check that they end."""

from __future__ import annotations

import contextlib
import ctypes
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.corpus_samples import descendants, running
from tests.support.runners import children_of

END_TIMEOUT_S = 5.0  # processes end within a second; a loaded machine may need more
_PR_SET_CHILD_SUBREAPER = 36


@contextlib.contextmanager
def nothing_left() -> Iterator[Callable[[], float]]:
    """Assert at the end of the block that all processes started in it have ended.

    During the block, orphans become children of this process (prctl(2)). Therefore all processes that are started in it
    are descendants of this process.

    Yields:
        A function that waits until the processes have ended and returns the seconds that this took.
    """
    before = descendants(os.getpid())

    def wait() -> float:
        started = time.monotonic()
        while remaining := running(descendants(os.getpid()) - before):
            if time.monotonic() - started > END_TIMEOUT_S:
                raise AssertionError(f"still running after {END_TIMEOUT_S} s: {list(map(command_line, remaining))}")
            time.sleep(0.005)
        return time.monotonic() - started

    adopt_orphans(True)
    try:
        yield wait
        wait()
    finally:
        adopt_orphans(False)
        for pid in set(children_of(os.getpid())) - before:
            with contextlib.suppress(ChildProcessError):  # reaped already
                os.waitpid(pid, os.WNOHANG)


def adopt_orphans(active: bool) -> None:
    """If `active`, make this process the new parent of orphans among its descendants; else undo this."""
    assert ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, int(active)) == 0


def command_line(pid: int) -> str:
    """Return a process id and the start of the command line, for messages; the id alone if the process has ended."""
    with contextlib.suppress(OSError):
        return f"{pid} {Path(f'/proc/{pid}/cmdline').read_bytes()[:200]!r}"
    return str(pid)
