"""Recognise programs that differ only in layout, comments and quotes."""

from __future__ import annotations

import hashlib
from array import array


def digest_of(code: str) -> int:
    """Return 8 bytes of a hash of code without comments, as an integer of at least 1.

    White space, kinds of quotes and trailing commas have no influence, so that programs with equal syntax trees have
    equal digests. Unequal programs almost never have.
    """
    normal = "".join(code.split()).replace('"', "'").replace(",]", "]").replace(",}", "}").replace(",)", ")")
    return int.from_bytes(hashlib.blake2b(normal.encode(), digest_size=8).digest(), "big") or 1


class DigestSet:
    """A set of digests in at most 32 bytes each; a set of Python integers takes about 100.

    The table has a power of two of places. A digest is at the place of its last bits, or at the next free one.
    """

    def __init__(self) -> None:
        self._table = array("Q", bytes(8 * 1024))
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def add(self, digest: int) -> bool:
        """Add a digest, and return True if the set did not contain it."""
        if 2 * self._count >= len(self._table):
            self._grow()
        if not _put(self._table, digest):
            return False
        self._count += 1
        return True

    def _grow(self) -> None:
        larger = array("Q", bytes(2 * 8 * len(self._table)))
        for digest in self._table:
            if digest:
                _put(larger, digest)
        self._table = larger


def _put(table: array[int], digest: int) -> bool:
    last = len(table) - 1
    place = digest & last
    while table[place]:
        if table[place] == digest:
            return False
        place = (place + 1) & last
    table[place] = digest
    return True
