"""Test the calls in the asserts of MBPP."""

from __future__ import annotations

import pytest

from statecode.programs.mbpp_asserts import Call, calls_of, names_defined


@pytest.mark.parametrize(
    ("test", "call"),
    [
        ("assert f(1) == 2", ("", "f(1)", "2")),
        ("assert (f(1)) == 'a'", ("", "f(1)", "'a'")),
        ("assert f((1, 2), {3}) == (1,)", ("", "f((1, 2), {3})", "(1,)")),
        ("assert f(1) == {1: 2}", ("", "f(1)", None)),
        ("assert f(1) == [{1}]", ("", "f(1)", None)),
        ("assert f(1) == -2.5", ("", "f(1)", "-2.5")),
        ("assert f(1) == True", ("", "f(1)", "True")),
        ("assert f(1) == None", ("", "f(1)", "None")),
        ("assert f(1) == g", ("", "f(1)", None)),
        ("import math\nassert math.isclose(f(1), 2.0, rel_tol=0.001)", ("import math", "f(1)", None)),
        ("assert set(f('é')) == set([1, 2])", ("", "f('é')", None)),
        ("assert not f(1)", ("", "f(1)", None)),
        ("assert f(1)", ("", "f(1)", None)),
        ("assert int(f(1)) == 2", ("", "int(f(1))", "2")),
        ("assert f(f(1)) == 2", ("", "f(f(1))", "2")),
        ("assert f(1) == f(2)", ("", "f(1) == f(2)", "True")),
        ("assert f(1) < f(2)", ("", "f(1) < f(2)", "True")),
        ("assert f(1) and f(2)", ("", "f(1) and f(2)", None)),
        ("assert not (f(1) or f(2))", ("", "not (f(1) or f(2))", "True")),
        ("assert 2 == len('ab')", ("", "2 == len('ab')", "True")),
        ("x = 1; assert f(x) == 2, 'message'", ("x = 1", "f(x)", "2")),
        ("assert f(\n  'é', 1\n) == 2", ("", "f(\n  'é', 1\n)", "2")),
        ("assert f('\\d') == 2", ("", "f('\\d')", "2")),  # parsing an invalid escape sequence warns
    ],
)
def test_the_call_in_an_assert(test: str, call: tuple[str, str, str | None]) -> None:
    assert list(calls_of(test, frozenset("f"))) == [Call(*call)]


def test_each_assert_of_a_test_is_a_call() -> None:
    test = "assert f(1) == 1\nx = 2\nassert f(x) == 2"
    assert list(calls_of(test, frozenset("f"))) == [Call("", "f(1)", "1"), Call("x = 2", "f(x)", "2")]


def test_asserts_that_are_nested_as_deeply_as_python_accepts() -> None:
    long_sum = "+".join(["x"] * 1200)
    assert list(calls_of(f"assert {long_sum} + f(1)", frozenset("f"))) == [Call("", "f(1)", None)]
    assert list(calls_of(f"assert f(1) == {long_sum}", frozenset("f"))) == [Call("", "f(1)", None)]
    assert names_defined("x = " + "-" * 10**5 + "1") == frozenset()
    with pytest.raises(SyntaxError, match="nested too deeply|too many nested"):
        list(calls_of("assert " + "-" * 10**5 + "1", frozenset("f")))
