"""Objects of a program at the same addresses in every run, so that sets ordered by address are in the same order."""

from __future__ import annotations

import ctypes
import os
import sys
from itertools import repeat

_ADDR_NO_RANDOMIZE = 0x0040000
_M_ARENA_MAX = -8
_POOL_BYTES = 2**14 - 48  # that blocks of one size share
_MOST_BLOCKS = 2**11
_SIZES = range(16, 513, 16)  # bytes
_OFTEN_USED = 8  # of them, by what serves jobs
_SMALLEST = sys.getsizeof(b"")
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


def fill_holes() -> list[object]:
    """Take the memory blocks of every small size that lie free between others; hold them until the process ends.

    What children make then lies together, on pages that they alone use: each page that they share costs a copy.
    """
    return [block for size in _SIZES for block in _until_a_run(size)]


def settle_heap() -> list[object]:
    """Take the memory blocks that were freed last, of the sizes that serving jobs uses; hold them to the end.

    Serving jobs frees a few blocks in an order that depends on process numbers and times; with those out of the way a
    program's objects lie where they always lie.
    """
    taken: list[object] = [number + 0.5 for number in range(100)]  # floats have their own list of freed blocks
    for size in _SIZES[:_OFTEN_USED]:
        taken += _blocks(size, 8)
    return taken


def _until_a_run(size: int) -> list[object]:
    """Blocks up to the first that lie one behind the other, as they do in memory that nobody had used."""
    blocks: list[object] = []
    row = _POOL_BYTES // size // 2
    while len(blocks) < _MOST_BLOCKS:
        new = _blocks(size, row)
        blocks += new
        if 0 < id(new[-1]) - id(new[0]) <= (row + 1) * size:  # the list itself may lie among them
            break
    return blocks


def _blocks(size: int, count: int) -> list[object]:
    """Make objects that take a block of this many bytes each, and nothing beside them."""
    if size == 16:
        return [object() for _ in repeat(None, count)]
    if size == 32:
        return [2**20 + number for number in range(count)]
    rest = size - _SMALLEST
    return [bytes(rest) for _ in repeat(None, count)]
