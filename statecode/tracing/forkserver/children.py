"""Supervise children in the fork server: wait, enforce the wall limit, measure, and kill leftover processes."""

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

_CHECK_INTERVAL_S = 0.25  # between two checks of a running child
_NO_PID = 2**30           # larger than any process id that the kernel assigns
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024
_libc = ctypes.CDLL(None, use_errno=True)


class Watchdog:
    """Kills a child at its wall limit. If the supervisor has closed its socket, kills the child and ends this process.

    The checks run in the handler of SIGALRM while the server waits for the child.
    """

    def __init__(self, supervisor: socket.socket) -> None:
        self._hang_up = select.poll()
        self._hang_up.register(supervisor, 0)  # no events but POLLHUP, which poll always reports
        self._hang_up.poll(0)  # the first call allocates memory and never frees it
        self._pid, self._deadline = _NO_PID, 0.0
        self._check()          # the first os.kill allocates memory too
        self.limit_hit = False
        signal.signal(signal.SIGALRM, self._check)  # only once: replacing a handler leaves garbage

    def start(self, pid: int, deadline: float) -> None:
        """Watch a child until `stop`.

        Args:
            deadline: the time of the wall limit, in seconds of `time.monotonic`.
        """
        self._pid, self._deadline, self.limit_hit = pid, deadline, False
        first_s = min(max(deadline - time.monotonic(), 0.001), _CHECK_INTERVAL_S)
        signal.setitimer(signal.ITIMER_REAL, first_s, _CHECK_INTERVAL_S)

    def stop(self) -> None:
        """Stop the timer; `limit_hit` keeps its value until the next `start`."""
        signal.setitimer(signal.ITIMER_REAL, 0)

    def _check(self, *_: object) -> None:
        if self._hang_up.poll(0):
            kill_group(self._pid)
            os.kill(self._pid, signal.SIGKILL)
            os._exit(0)
        remaining_s = self._deadline - time.monotonic()
        if remaining_s <= 0:
            self.limit_hit = True
            with contextlib.suppress(ProcessLookupError):  # the child has just ended and was reaped
                os.kill(self._pid, signal.SIGKILL)         # the server kills its group after it has ended
        elif remaining_s < _CHECK_INTERVAL_S:
            signal.setitimer(signal.ITIMER_REAL, remaining_s, _CHECK_INTERVAL_S)


class _Usage(ctypes.Structure):
    """struct rusage of Linux."""

    _fields_ = [(name, ctypes.c_long) for name in ("user_s", "user_us", "system_s", "system_us", "max_rss_kb")] + [
        ("others", ctypes.c_long * 13)
    ]


_usage, _status = _Usage(), ctypes.c_int()
_usage_ref, _status_ref = ctypes.byref(_usage), ctypes.byref(_status)


def reap(pid: int) -> tuple[int, float, float, int]:
    """Wait for a child to end.

    On Linux this calls wait4(2) through ctypes: since Python 3.12 `os.wait4` leaves a memory block behind with every
    call, and each block moves the objects of later children.

    Returns:
        The wait status, user seconds, system seconds and peak resident bytes.

    Raises:
        OSError: the process is not a child of this process.
    """
    if not sys.platform.startswith("linux"):
        _, status, usage = os.wait4(pid, 0)
        return status, usage.ru_utime, usage.ru_stime, usage.ru_maxrss * _RSS_UNIT_BYTES
    while _libc.wait4(pid, _status_ref, 0, _usage_ref) == -1:
        if ctypes.get_errno() != errno.EINTR:  # interrupted by the watchdog's timer
            raise OSError(ctypes.get_errno(), "the fork server lost its child")
    user_s, system_s = _usage.user_s + _usage.user_us * 1e-6, _usage.system_s + _usage.system_us * 1e-6
    return _status.value, user_s, system_s, _usage.max_rss_kb * 1024


def kill_group(pid: int) -> None:
    """Kill the processes of a child's process group, if there are any left."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def kill_orphans(own_pid_namespace: bool) -> None:
    """Kill and reap the orphans: processes that left the program's group, and whose own parent has ended.

    This process has become their parent.

    Args:
        own_pid_namespace: True if all visible processes belong to the program or to the launcher. Then `kill(-1)` is
            safe.
    """
    with contextlib.suppress(ChildProcessError):  # there are no children (left)
        while True:
            ended, _ = os.waitpid(-1, os.WNOHANG)
            if not ended:
                for pid in [-1] if own_pid_namespace else _children():
                    with contextlib.suppress(ProcessLookupError, PermissionError):
                        os.kill(pid, signal.SIGKILL)
                os.waitpid(-1, 0)


def _children() -> list[int]:
    try:
        with open(f"/proc/self/task/{os.getpid()}/children") as file:
            return [int(pid) for pid in file.read().split()]
    except OSError:  # not Linux: orphans do not become children of this process there
        return []
