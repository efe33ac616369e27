"""Count the files that a source of programs leaves out, such as links that lead out of its folder, by reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_COUNTS: ContextVar[Counter[str] | None] = ContextVar("left_out", default=None)


class LeftOutWarning(UserWarning):
    """Warning that a source has left out files."""


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Yield a counter, reason → files, that counts the files which sources leave out during the block."""
    counts: Counter[str] = Counter()
    token = _COUNTS.set(counts)
    try:
        yield counts
    finally:
        _COUNTS.reset(token)


def count(reason: str) -> None:
    """Count one file in the innermost block of `counted`, if there is one."""
    if (counts := _COUNTS.get()) is not None:
        counts[reason] += 1
