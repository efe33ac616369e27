"""Test the features of programs."""

from __future__ import annotations

import pytest

from statecode.evaluation.interpreter.program_features import FEATURES, features_of


@pytest.mark.parametrize("code, expected", [
    ("x = 1\n", set()),
    ("for i in range(3):\n    pass\n", {"loops"}),
    ("while True:\n    for i in range(3):\n        break\n", {"loops", "nested loops"}),
    ("for i in range(3):\n    x = [j for j in range(i)]\n", {"loops", "nested loops", "lists", "comprehensions"}),
    ("x = 1 if 2 else 3\n", {"conditions"}),
    ("x = 'a'\n", {"strings"}),
    ("x = f'{1}'\n", {"strings"}),
    ('"""Docstring."""\n', set()),
    ("if __name__ == '__main__':\n    pass\n", {"conditions"}),
    ("def f(n):\n    return n and f(n - 1)\n", {"functions", "recursion"}),
    ("def f(n):\n    return g(n)\n", {"functions"}),
    ("class A:\n    def f(self):\n        return self.f()\n", {"classes", "functions", "recursion"}),
    ("x = {1: 2}\ny = {3}\nz = x[0:1]\n", {"mappings and sets", "slices"}),
    ("def f():\n    yield 1\n", {"functions", "generators"}),
    ("try:\n    assert x\nexcept ValueError:\n    raise\n", {"exceptions"}),
    ("this is no python", set()),
])
def test_features(code: str, expected: set[str]) -> None:
    assert features_of(code) == expected and expected <= set(FEATURES)
