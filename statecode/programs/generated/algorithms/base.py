"""The record of an algorithm, and its usual inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from statecode.programs.generated.writer import Writer


class Algorithm(NamedTuple):
    """An algorithm as the body of a function."""

    names: tuple[str, ...]
    parameters: str
    bodies: tuple[str, ...]  # spellings, one line per line
    arguments: Callable[[Writer], tuple[Any, ...]]
    steps: Callable[..., int]  # upper bound of the events of a call
    comment: str
    renames: tuple[tuple[str, ...], ...] = ()  # other names for the first of each
    compute: Callable[..., Any] | None = None  # the result, where one expression says it


LIST_NAMES = ("values", "nums", "items", "numbers", "arr", "data")
INDEXES = (("i", "i", "k", "index"), ("j", "j", "m"))


def a_list(low: int = 3, high: int = 6, least: int = -9, most: int = 40) -> Callable[[Writer], tuple[Any, ...]]:
    return lambda w: (w.numbers(least, most, w.length(low, high)),)


def a_number(low: int, high: int) -> Callable[[Writer], tuple[Any, ...]]:
    return lambda w: (w.number(low, low + (high - low) // 6 if w.limit < 100 else high),)


def a_text(*texts: str) -> Callable[[Writer], tuple[Any, ...]]:
    return lambda w: (w.pick(texts)[: max(2, w.limit // 16)],)
