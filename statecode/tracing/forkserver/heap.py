"""Place a program's objects at the same addresses in every run, so that sets ordered by address have the same order."""

from __future__ import annotations

import ctypes
import os
import sys
from itertools import repeat

_ADDR_NO_RANDOMIZE = 0x0040000
_M_ARENA_MAX = -8
_POOL_BYTES = 2**14 - 48  # usable bytes of a pool, which CPython divides into blocks of one size
_MAX_BLOCKS = 2**11       # blocks allocated per size, at most
_SIZES = range(16, 513, 16)  # block sizes of CPython's allocator, in bytes
_SIZES_USED_BY_JOBS = 8   # serving a job frees only blocks of this number of sizes, the smallest ones
_EMPTY_BYTES_SIZE = sys.getsizeof(b"")
# The last argument of a restarted process; it prevents an endless loop of restarts. The new personality may be lost in
# exec: the kernel clears it if root's exec gains capabilities.
_RESTARTED = "again"


def disable_address_randomisation() -> None:
    """Restart this process with fixed addresses, unless it already has them or the kernel refuses."""
    if not sys.platform.startswith("linux") or sys.argv[-1] == _RESTARTED:
        return
    libc = ctypes.CDLL(None)
    current = libc.personality(0xFFFFFFFF)
    if current == -1 or current & _ADDR_NO_RANDOMIZE:
        return
    if libc.personality(current | _ADDR_NO_RANDOMIZE) != -1 and libc.personality(0xFFFFFFFF) & _ADDR_NO_RANDOMIZE:
        os.execv(sys.executable, [*sys.orig_argv, _RESTARTED])


def use_one_malloc_arena() -> None:
    """Keep glibc from reserving 64 MB of addresses per thread, which would count against the memory limit."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)


def fill_free_lists() -> None:
    """Fill the interpreter's free lists of floats, lists and dicts; otherwise each job would add objects to them."""
    [([], {}, number + 0.5) for number in range(256)]


def fill_holes() -> list[object]:
    """Allocate the free memory blocks of every small size that lie between used blocks.

    Objects that children create then lie together, on pages that only the child uses. A page shared with the server
    costs one copy when the child writes to it.

    Returns:
        The allocated objects. The caller holds them until the process ends.
    """
    return [block for size in _SIZES for block in _blocks_until_contiguous(size)]


def stabilise_heap() -> list[object]:
    """Allocate the most recently freed memory blocks of the sizes that serving a job frees.

    Serving jobs frees a few blocks in an order that depends on process numbers and times. While these blocks are in
    use, a program's objects have the same addresses in every run.

    Returns:
        The allocated objects. The caller holds them until it has forked; in the child they are held until it ends.
    """
    allocated: list[object] = [number + 0.5 for number in range(100)]  # floats have a free list of their own
    for size in _SIZES[:_SIZES_USED_BY_JOBS]:
        allocated += _allocate_blocks(size, 8)
    return allocated


def _blocks_until_contiguous(size: int) -> list[object]:
    """Allocate blocks of `size` bytes until half a pool of them is contiguous, and return their objects.

    Contiguous blocks show that the allocator has reached memory that was never used. At the latest, the allocation
    stops after about `_MAX_BLOCKS` blocks.
    """
    blocks: list[object] = []
    run_length = _POOL_BYTES // size // 2
    while len(blocks) < _MAX_BLOCKS:
        new = _allocate_blocks(size, run_length)
        blocks += new
        if 0 < id(new[-1]) - id(new[0]) <= (run_length + 1) * size:  # the list itself may lie between them
            break
    return blocks


def _allocate_blocks(size: int, count: int) -> list[object]:
    """Create objects that take one block of `size` bytes each and no other memory."""
    if size == 16:
        return [object() for _ in repeat(None, count)]
    if size == 32:
        return [2**20 + number for number in range(count)]
    length = size - _EMPTY_BYTES_SIZE
    return [bytes(length) for _ in repeat(None, count)]
