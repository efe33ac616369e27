"""Test that all spellings of an algorithm return what they should, within the events that are expected."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from statecode.programs.generated.algorithms import ALGORITHMS
from statecode.programs.generated.algorithms.base import Algorithm
from statecode.programs.generated.writer import Writer
from tests.support.counted_events import FILE_NAME, counted

INPUTS = [(seed, limit) for limit in (30, 300) for seed in range(12)]


def function_of(one: Algorithm, body: str) -> Callable[..., Any]:
    lines = "".join(f"    {line}\n" for line in body.replace("{f}", "f").split("\n"))
    scope: dict[str, Any] = {}
    exec(compile(f"def f({one.parameters}):\n{lines}", FILE_NAME, "exec"), scope)
    return scope["f"]


@pytest.mark.parametrize("one", ALGORITHMS, ids=lambda one: one.names[0])
def test_every_spelling(one: Algorithm) -> None:
    for body in one.bodies:
        function = function_of(one, body)
        for seed, limit in INPUTS:
            arguments = one.arguments(Writer(seed, limit))
            given = copy.deepcopy(arguments)
            result, events = counted(lambda: function(*given))
            assert events <= one.steps(*arguments), (body, arguments)
            if one.compute:
                assert result == one.compute(*copy.deepcopy(arguments)), (body, arguments)


@pytest.mark.parametrize("name, arguments, results", [
    ("linear_search", ([4, 7, 9], 7), {1}), ("binary_search", ([2, 5, 8], 8), {2}), ("fibonacci", (6,), {"[0, 1, 1, 2, 3, 5]", 8}),
    ("insertion_sort", ([3, 1, 2],), {"[1, 2, 3]"}), ("min_coins", ([1, 3], 6), {2}), ("max_subarray", ([2, -5, 4, 3, -1],), {7}),
    ("is_balanced", ("(())",), {True}), ("roman_to_int", ("XIV",), {14}), ("to_roman", (14,), {"XIV"}), ("knapsack", ([2, 3], [5, 9], 4), {9}),
    ("transpose", ([[1, 2], [3, 4]],), {"[[1, 3], [2, 4]]"}), ("longest_run", ([1, 2, 1, 2, 3],), {3}), ("lis", ([3, 1, 2, 5],), {3}),
])
def test_known_results(name: str, arguments: tuple[Any, ...], results: set[Any]) -> None:
    """Lists are compared by their text. Spellings may have different results: the list of Fibonacci numbers, or the last."""
    one = next(one for one in ALGORITHMS if one.names[0] == name)
    found = [function_of(one, body)(*copy.deepcopy(arguments)) for body in one.bodies]
    assert {str(result) if isinstance(result, list) else result for result in found} == results
