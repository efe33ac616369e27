"""Set up properties of this process: signals, stack size, parent and orphans."""

from __future__ import annotations

import ctypes
import resource
import signal
import sys

_STACK_BYTES = 8 * 2**20
_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_libc = ctypes.CDLL(None, use_errno=True)


def reset_signals() -> None:
    """Set the signal mask and the signal actions of an interpreter that a shell has just started.

    The fork server inherits blocked and ignored signals from the supervisor.
    """
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN if number in (signal.SIGPIPE, signal.SIGXFSZ) else signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def set_stack_limit() -> None:
    """Set the stack limit to the usual 8 MiB, so that recursion reaches the same depth on every machine.

    A hard limit below 8 MiB stays unchanged. The new limit applies from the next exec on, which follows in
    `heap.disable_address_randomisation`.
    """
    _, hard = resource.getrlimit(resource.RLIMIT_STACK)
    if hard == resource.RLIM_INFINITY or hard >= _STACK_BYTES:
        resource.setrlimit(resource.RLIMIT_STACK, (_STACK_BYTES, hard))


def set_parent_death_signal() -> None:
    """Ask the kernel to kill this process when the thread that started it ends."""
    if sys.platform.startswith("linux"):
        _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def become_subreaper() -> None:
    """Make this process the parent of descendants whose own parent ends."""
    if sys.platform.startswith("linux"):
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1)
