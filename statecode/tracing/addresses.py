"""Objects of a program at the same addresses in every run, so that sets ordered by address are in the same order."""

from __future__ import annotations

import ctypes
import os
import sys

_ADDR_NO_RANDOMIZE = 0x0040000
_M_ARENA_MAX = -8
_AGAIN = "again"  # the last argument of the second start: root's exec may gain capabilities, and then addresses move


def turn_off_randomisation() -> None:
    """Start this process again at fixed addresses, if it is not at such already."""
    if not sys.platform.startswith("linux") or sys.argv[-1] == _AGAIN:
        return
    libc = ctypes.CDLL(None)
    current = libc.personality(0xFFFFFFFF)
    if current == -1 or current & _ADDR_NO_RANDOMIZE:
        return
    if libc.personality(current | _ADDR_NO_RANDOMIZE) != -1 and libc.personality(0xFFFFFFFF) & _ADDR_NO_RANDOMIZE:
        os.execv(sys.executable, [*sys.orig_argv, _AGAIN])


def share_one_malloc_arena() -> None:
    """Keep glibc from reserving 64 MB of addresses per thread, which the memory limit would count as used."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def fill_free_lists() -> None:
    """Give the interpreter the floats, lists and dicts that it keeps for reuse, or each job would add a few."""
    [([], {}, number + 0.5) for number in range(256)]


def settle_heap() -> list[object]:
    """Take the memory blocks that were freed last, of every small size; hold them until the process ends.

    Serving jobs frees a few blocks in an order that depends on process numbers and times; with those out of the way a
    program's objects lie where they always lie.
    """
    smallest = sys.getsizeof(b"")
    tiny: list[object] = [object() for _ in range(128)]               # blocks of 16 bytes
    tiny += [2**20 + number for number in range(128)]                 # of 32
    return tiny + [bytes(size - smallest) for size in range(48, 513, 16) for _ in range(128 if size <= 128 else 32)]
