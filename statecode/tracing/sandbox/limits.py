"""Set the resource limits of a process, which the kernel enforces: time, memory, output, descriptors, threads."""

from __future__ import annotations

import _signal  # as `signal`, but without the conversion to enums
import math
import mmap
import resource
import sys
from dataclasses import dataclass

_OPEN_FILES = 256
_PENDING_SIGNALS = 64
_RLIMIT_SIGPENDING = 11  # of Linux; the module `resource` has no name for it
_MAX_ADDRESS_SPACE_BYTES = 2**47


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Resource limits of a child. Resources used before the fork do not count against them."""

    cpu_s: float
    memory_bytes: int  # address space
    output_bytes: int  # for stdout, for stderr and for each file


def set_process_limits(limits: ProcessLimits, in_use_bytes: int | None, threads: int | None) -> None:
    """Set the soft and hard limits of this process, which cannot raise them afterwards.

    Args:
        in_use_bytes: the address space that the process uses now, see `address_space_bytes`; None: no memory limit.
        threads: maximum number of threads of the process's user, over all processes of that user; None: no limit.
    """
    _signal.signal(_signal.SIGXFSZ, _signal.SIG_DFL)  # Python ignores it; its default action kills the process
    _set_limit(resource.RLIMIT_CPU, math.ceil(limits.cpu_s) + 1)
    _signal.setitimer(_signal.ITIMER_PROF, limits.cpu_s)  # exact to microseconds; SIGPROF kills by default
    _set_limit(resource.RLIMIT_FSIZE, limits.output_bytes)
    _set_limit(resource.RLIMIT_CORE, 0)
    _set_limit(resource.RLIMIT_NOFILE, _OPEN_FILES)
    if sys.platform.startswith("linux"):
        _set_limit(_RLIMIT_SIGPENDING, _PENDING_SIGNALS)  # counted over all processes of the user
    if threads is not None:
        _set_limit(resource.RLIMIT_NPROC, threads)
    if in_use_bytes is not None:
        _set_limit(resource.RLIMIT_AS, in_use_bytes + limits.memory_bytes)


def address_space_bytes() -> int | None:
    """Return the size of this process's address space in bytes; None on systems that do not limit it (macOS).

    A bisection finds the size: the lowest RLIMIT_AS under which one more page can be mapped. /proc would contain the
    size, but is not mounted in the sandbox.
    """
    if not sys.platform.startswith("linux"):
        return None
    before = resource.getrlimit(resource.RLIMIT_AS)
    hard = _MAX_ADDRESS_SPACE_BYTES if before[1] == resource.RLIM_INFINITY else before[1]
    refused, granted = 0, min(hard, _MAX_ADDRESS_SPACE_BYTES)
    try:
        while granted - refused > mmap.PAGESIZE:
            middle = (refused + granted) // 2
            resource.setrlimit(resource.RLIMIT_AS, (middle, before[1]))
            refused, granted = (refused, middle) if _can_map_page() else (middle, granted)
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)
    return granted


def probe() -> str:
    """Limit the memory of this process and check that the kernel enforces it; call this in a throw-away process.

    Returns:
        The resources that are limited, as text.

    Raises:
        OSError: the kernel does not enforce the limit.
    """
    in_use_bytes = address_space_bytes()
    set_process_limits(ProcessLimits(cpu_s=5, memory_bytes=2**24, output_bytes=2**10), in_use_bytes, threads=None)
    if in_use_bytes is None:
        return "time, output; no limit on memory on this system"
    try:
        mmap.mmap(-1, 2**25).close()
    except OSError:
        return "time, memory, output"
    raise OSError("the kernel does not enforce a limit on memory")


def _can_map_page() -> bool:
    try:
        mmap.mmap(-1, mmap.PAGESIZE).close()
    except OSError:
        return False
    return True


def _set_limit(which: int, value: int) -> None:
    """Set the soft and the hard limit to `value`, or to the current hard limit if that is lower."""
    hard = resource.getrlimit(which)[1]
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(which, (value, value))
