"""Limits that the kernel keeps on one process: time, memory, output, descriptors, threads."""

from __future__ import annotations

import math
import mmap
import resource
import signal
import sys
from dataclasses import dataclass

_OPEN_FILES = 256
_PENDING_SIGNALS = 64
_RLIMIT_SIGPENDING = 11  # of Linux; Python does not name it
_HIGHEST_BYTES = 2**47  # of an address space


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """What a child may use beyond what it began with."""

    cpu_s: float
    memory_bytes: int
    output_bytes: int  # of stdout, of stderr and of each file


def limit(limits: ProcessLimits, in_use_bytes: int | None, threads: int | None) -> None:
    """Put limits on this process, for good.

    Args:
        in_use_bytes: its address space now, see `address_space_bytes`; None leaves memory unlimited.
        threads: that its user may have, in all of the user's processes; None leaves them unlimited.
    """
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it; here the write beyond the limit ends the program
    _set(resource.RLIMIT_CPU, math.ceil(limits.cpu_s) + 1)
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_s)  # to the microsecond; its signal's default ends the process
    _set(resource.RLIMIT_FSIZE, limits.output_bytes)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform.startswith("linux"):
        _set(_RLIMIT_SIGPENDING, _PENDING_SIGNALS)  # they are counted per user: others would lack them
    if threads is not None:
        _set(resource.RLIMIT_NPROC, threads)
    if in_use_bytes is not None:
        _set(resource.RLIMIT_AS, in_use_bytes + limits.memory_bytes)


def address_space_bytes() -> int | None:
    """The size of this process's address space, None where the kernel does not limit it (macOS).

    It is found by asking for a page under one limit after the other: /proc, which would tell, is not there inside.
    """
    if not sys.platform.startswith("linux"):
        return None
    before = resource.getrlimit(resource.RLIMIT_AS)
    refused, granted = 0, _HIGHEST_BYTES if before[1] == resource.RLIM_INFINITY else min(before[1], _HIGHEST_BYTES)
    try:
        while granted - refused > mmap.PAGESIZE:
            middle = (refused + granted) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, before[1]))
            refused, granted = (refused, middle) if _a_page_is_granted() else (middle, granted)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    return granted


def try_out() -> str:
    """Limit this process's memory and see that it holds; for a process that is thrown away.

    Raises:
        OSError: it does not work here.
    """
    in_use_bytes = address_space_bytes()
    limit(ProcessLimits(cpu_s=5, memory_bytes=2**24, output_bytes=2**10), in_use_bytes, threads=None)
    if in_use_bytes is None:
        return "time, output; no limit on memory on this system"
    try:
        mmap.mmap(-1, 2**25).close()
    except OSError:
        return "time, memory, output"
    raise OSError("the kernel keeps no limit on memory")


def _a_page_is_granted() -> bool:
    try:
        mmap.mmap(-1, mmap.PAGESIZE).close()
    except OSError:
        return False
    return True


def _set(which: int, value: int) -> None:
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
