"""How the commands put numbers and warnings."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


def counted(number: int, noun: str) -> str:
    """`1 shard`, `1,200 shards`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def size(number_bytes: float) -> str:
    """`812 B`, `1.4 MB`: powers of ten, two digits or more."""
    for unit in ("B", "kB", "MB", "GB"):
        if number_bytes < 1000:
            break
        number_bytes /= 1000
    else:
        unit = "TB"
    return f"{number_bytes:.0f} {unit}" if unit == "B" or number_bytes >= 100 else f"{number_bytes:.1f} {unit}"


def duration(seconds: float) -> str:
    """`12 s`, `3 min 20 s`, `5 h 10 min`."""
    whole = max(1, round(seconds))
    if whole < 100:
        return f"{whole} s"
    minutes, left_s = divmod(whole, 60)
    if minutes < 100:
        return f"{minutes} min {left_s} s"
    return f"{minutes // 60:,} h {minutes % 60} min"


@contextmanager
def plain_warnings() -> Iterator[None]:
    """Print each warning of the library as one line and once, without the place in our code."""
    told = set()

    def show(message: Warning | str, *place: Any, **more: Any) -> None:
        if str(message) not in told:
            print(f"warning: {message}", file=sys.stderr)
        told.add(str(message))

    with warnings.catch_warnings():
        warnings.showwarning = show
        yield
