"""Collect the functions that modules register with `os.register_at_fork`, and register them later.

Some modules that the fork server imports register functions that repair the module's state in a forked process. A child
of the fork server needs no such repair, but a process that a program forks does. So the fork server collects the
functions, and each child registers them before its program starts.

The functions of `threading` and `random` alone write to more than a hundred memory pages, and a child would have to
copy each of these pages.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

_collected: list[dict[str, Callable[[], Any]]] = []
_register_at_fork = getattr(os, "register_at_fork", None)


def collect_hooks() -> None:
    """Replace `os.register_at_fork` by a function that only collects its arguments."""
    if _register_at_fork is not None:
        os.register_at_fork = _collect  # type: ignore[assignment]


def stop_collecting() -> None:
    """Restore `os.register_at_fork`; the collected functions are not registered yet."""
    if _register_at_fork is not None:
        os.register_at_fork = _register_at_fork


def register_collected() -> None:
    """Register the collected functions, in the order in which modules passed them."""
    for hooks in _collected:
        os.register_at_fork(**hooks)


def _collect(**hooks: Callable[[], Any]) -> None:
    _collected.append(hooks)
