"""Check which expression raised an exception, by known answers, and that the search is limited."""

from __future__ import annotations

import sys
import threading
import time

import executing
import pytest
from hypothesis import given, settings

from statecode.tracing.source_info.analysis import SourceAnalysis
from tests.support.source_locations import ANALYSIS, numbers, raise_locations


@pytest.mark.parametrize(("code", "expected"), [
    ("len(1)", ["!!! When calling: len(1)"]),
    ("x = {}\ny = [x['a'], 1]", ["!!! When subscripting: x['a']"]),
    ("x = 1\nx.real.imaginary.y", ["!!! When getting attribute: x.real.imaginary"]),
    ("if 1 < 'a': pass", ["!!! When comparing: 1 < 'a'"]),
    ("1 + (2 + '')", ["!!! When evaluating: 2 + ''"]),
    ("-''", ["!!! When evaluating: -''"]),
    ("missing", ["!!! When evaluating: missing"]),
    ("for i in 3:\n    pass", []),
    ("raise ValueError", []),
    ("assert 0, 'zero'", []),
    ("if 1:\n    x = max(\n        [],\n      key=str)", ["!!! When calling:   max(", " " * 18 + "  [],", " " * 18 + "key=str)"]),
    ("'%d' % 'ä', len(\n  'ö', 1)", ["!!! When evaluating: '%d' % 'ä'"]),
])
def test_known_expressions(code: str, expected: list[str]) -> None:
    location = raise_locations(code)[0]
    if code.startswith("for") and sys.version_info >= (3, 11):
        expected = ["!!! When evaluating: for i in 3:", "                         pass"]
    assert SourceAnalysis(code).find_exception_expression(*location) == expected


def test_the_value_of_an_f_string() -> None:
    code = "class A:\n    def __format__(self, spec): raise KeyError\na = A()\nf'{1}{a}'"
    expected = ["!!! When evaluating: <f-string value 2>"] if sys.version_info[:2] == (3, 12) else []
    assert SourceAnalysis(code).find_exception_expression(*raise_locations(code)[1]) == expected


def test_a_decorator_that_raises() -> None:
    code = "def d(f):\n    raise ValueError\n@d\n@staticmethod\ndef g(): pass\n"
    expected = ["!!! When calling decorator: @d"] if sys.version_info >= (3, 11) else []
    assert SourceAnalysis(code).find_exception_expression(*raise_locations(code)[1]) == expected


def test_the_caches_of_executing_are_empty() -> None:
    code = "x = [len(1)]\n"
    assert SourceAnalysis(code).find_exception_expression(*raise_locations(code)[0])
    assert executing.executing.statement_containing_node.cache_info().currsize == 0
    if sys.version_info >= (3, 11):
        assert executing._position_node_finder.get_instructions.cache_info().currsize == 0


def test_programs_that_differ_in_columns_only() -> None:
    for code, text in (("len( 1  )", "len( 1  )"), ("len(1)", "len(1)"), ("len(1 )", "len(1 )")):
        assert SourceAnalysis(code).find_exception_expression(*raise_locations(code)[0]) == [f"!!! When calling: {text}"]


def test_many_nested_expressions_over_many_lines() -> None:
    """Test 900 sums that span all lines, so that there would be 18 million pairs of node and line."""
    code = "x = missing\ny = ([" + "1,\n" * 20_000 + "]\n" + "+ [1]\n" * 900 + ")\n"
    started = time.monotonic()
    assert SourceAnalysis(code).find_exception_expression(*raise_locations(code)[0]) == []
    assert time.monotonic() - started < 20


@pytest.mark.parametrize("code", [
    "x = 1\n" + "x = [" + ", ".join(["x.a(x)"] * 4000) + "]\n",
    "x = 1\n" + "y = x" + ".a()" * 900 + "\n",
    "def f():\n" + "    x.a\n" * 4000,
])
def test_the_steps_for_many_locations_are_limited(code: str) -> None:
    analysis = SourceAnalysis(code)
    locations = [(number, lasti, line) for number in (0, 1) for line in (2, 3) for lasti in range(0, 5_000, 2)]
    started = time.monotonic()
    first = analysis.find_exception_expressions(locations)
    assert time.monotonic() - started < 60
    if len(code) < 2**15:  # the results do not depend on earlier calls
        analysis = SourceAnalysis(code)
        analysis.find_exception_expressions(locations[::-7])
        assert analysis.find_exception_expressions(locations) == first


def test_a_source_that_is_too_long_has_no_expressions() -> None:
    code = "class A:\n    def f(self): return [(lambda: missing)() for _ in 'a']\nA().f()\n#" + "x" * 2**18
    analysis = SourceAnalysis(code)
    assert analysis.find_exception_expression(*raise_locations(code)[0]) == []
    assert analysis.qualified_name("<lambda>", 2) == "A.f.<locals>.<lambda>" and analysis.qualified_name("f", 2) == "A.f"


def test_two_threads() -> None:
    codes = [f"{'x = 1; ' * n}len({n}, 2)" for n in range(1, 20)]
    expected = [SourceAnalysis(code).find_exception_expression(*raise_locations(code)[0]) for code in codes]
    found: dict[int, list] = {}
    locations = [raise_locations(code)[0] for code in codes]

    def analyse(thread: int) -> None:
        found[thread] = [SourceAnalysis(code).find_exception_expression(*location) for code, location in zip(codes, locations)]

    threads = [threading.Thread(target=analyse, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(found[number] == expected for number in range(4)) and expected[0] == ["!!! When calling: len(1, 2)"]


@given(numbers, numbers, numbers)
@settings(max_examples=300, deadline=None)
def test_any_location(code_index: int, lasti: int, line: int) -> None:
    found = ANALYSIS.find_exception_expression(code_index, lasti, line)
    assert type(found) is list and all(type(text) is str for text in found)
