"""What modules want done in forked processes (`os.register_at_fork`): not in the children of the warm process, where
nothing is to be mended, but in those that a program forks itself.

The hooks of `threading` and `random` alone touch more than a hundred pages, each of which a child has to copy.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

_kept: list[dict[str, Callable[[], Any]]] = []
_register = getattr(os, "register_at_fork", None)


def keep_back() -> None:
    """From now on note what modules register while they are imported."""
    if _register is not None:
        os.register_at_fork = _keep  # type: ignore[assignment]


def register_later_ones() -> None:
    """From now on let modules register as usual."""
    if _register is not None:
        os.register_at_fork = _register


def register_kept() -> None:
    """Register what was noted, in its order."""
    for hooks in _kept:
        os.register_at_fork(**hooks)


def _keep(**hooks: Callable[[], Any]) -> None:
    _kept.append(hooks)
