"""The warm process's hold on its children: waiting for them, their wall limit, what they used, and their end."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import select
import signal
import socket
import sys
import time

_WATCH_S = 0.25  # between looks at a running child
_NOBODY = 2**30  # a process number that the kernel never gives
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
_libc = ctypes.CDLL(None, use_errno=True)


class Watch:
    """Looks after a child while we wait: kills it at its wall limit, and with us when the supervisor is gone."""

    def __init__(self, supervisor: socket.socket) -> None:
        self._closed = select.poll()
        self._closed.register(supervisor, 0)  # nothing but the hang-up, which is always told
        self._closed.poll(0)  # the first time takes memory for good
        self._pid, self._deadline = _NOBODY, 0.0
        self._look()          # so does the first kill
        self.limit_hit = False
        signal.signal(signal.SIGALRM, self._look)  # once: `signal.signal` leaves garbage when it replaces a handler

    def begin(self, pid: int, deadline: float) -> None:
        self._pid, self._deadline, self.limit_hit = pid, deadline, False
        signal.setitimer(signal.ITIMER_REAL, min(max(deadline - time.monotonic(), 0.001), _WATCH_S), _WATCH_S)

    def end(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _look(self, *_: object) -> None:
        if self._closed.poll(0):
            kill_group(self._pid)
            os.kill(self._pid, signal.SIGKILL)
            os._exit(0)
        remaining_s = self._deadline - time.monotonic()
        if remaining_s <= 0:
            self.limit_hit = True
            with contextlib.suppress(ProcessLookupError):  # it ended, and was waited for, just now
                os.kill(self._pid, signal.SIGKILL)         # its group follows, once it has ended
        elif remaining_s < _WATCH_S:
            signal.setitimer(signal.ITIMER_REAL, remaining_s, _WATCH_S)


class _Usage(ctypes.Structure):
    """struct rusage of Linux."""

    _fields_ = [(name, ctypes.c_long) for name in ("user_s", "user_us", "system_s", "system_us", "max_rss_kb")] + [
        ("others", ctypes.c_long * 13)
    ]


_usage, _status = _Usage(), ctypes.c_int()
_usage_at, _status_at = ctypes.byref(_usage), ctypes.byref(_status)


def reap(pid: int) -> tuple[int, float, float, int]:
    """Wait for a child: wait status, user seconds, system seconds, peak resident bytes.

    Not by os.wait4 where that can be: since Python 3.12 it leaves a block of memory behind with every call, and each
    moves where the next children's objects lie.
    """
    if not sys.platform.startswith("linux"):
        _, status, usage = os.wait4(pid, 0)
        return status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * _RSS_UNIT_BYTES
    while _libc.wait4(pid, _status_at, 0, _usage_at) == -1:
        if ctypes.get_errno() != errno.EINTR:  # which is the watch, looking at its clock
            raise OSError(ctypes.get_errno(), "the warm process lost its child")
    user_s, system_s = _usage.user_s + _usage.user_us * 1e-6, _usage.system_s + _usage.system_us * 1e-6
    return _status.value, user_s, system_s, _usage.max_rss_kb * 1024


def kill_group(pid: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def kill_orphans(among_ourselves: bool) -> None:
    """End processes that left the program's group: they became our children when their parents ended."""
    with contextlib.suppress(ChildProcessError):  # there is none, or none any more
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                for pid in [-1] if among_ourselves else _children():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
                os.waitpid(-1, 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:  # not Linux: nobody adopted them
        return []
