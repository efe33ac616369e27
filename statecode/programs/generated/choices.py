"""Seeded choices that are the same on every Python.

Only `random.Random.random` is used: Python guarantees its numbers for a seed, but not those of `choice` or `sample`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")


class Choices:
    """Make choices that depend only on the seed, an integer of at least 0."""

    def __init__(self, seed: int) -> None:
        self._fraction = random.Random(seed).random

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._fraction() < probability

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items; each is equally likely."""
        return items[int(self._fraction() * len(items))]

    def between(self, low: int, high: int) -> int:
        """Return an integer from `low` to `high`, both included."""
        return low + int(self._fraction() * (high - low + 1))

    def sample(self, items: Sequence[Item], count: int) -> list[Item]:
        """Return `count` different items, or all of them if there are fewer, in a random order."""
        rest = list(items)
        return [rest.pop(int(self._fraction() * len(rest))) for _ in range(min(count, len(rest)))]
