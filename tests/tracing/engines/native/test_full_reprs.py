"""Check the full text of values, its limit, and values whose repr fails."""

from __future__ import annotations

import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.tracing.engines import native
from tests.support.value_samples import classes, values

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native import full_reprs, guarded_reads  # noqa: E402
from statecode.tracing.engines.native.full_values import FullValues  # noqa: E402


class Broken:
    def __repr__(self) -> str:
        raise ValueError


@given(values, st.integers(1, 40))
def test_the_text_of_a_value_is_its_repr_up_to_the_limit(value: Any, limit: int) -> None:
    text = repr(value)
    assert FullValues(10**6).text(value) == text
    cut = FullValues(limit).text(value)
    assert cut == (text if len(text) <= limit else f"{text[:limit]}…+{len(text) - limit}")


@given(values)
def test_the_chunked_repr_equals_the_repr(value: Any) -> None:
    text, more = full_reprs._chunked_repr(value, 100)
    assert (text, more) == (repr(value), "")


@pytest.mark.parametrize(
    "value", [Counter("aab"), OrderedDict(a=1), defaultdict(int, a=1), range(3), {}.keys(), ..., 1j, bytearray(1), int]
)
def test_other_builtin_values(value: Any) -> None:
    assert FullValues(100).text(value) == repr(value)


@pytest.mark.parametrize("exponent", [0, 1, 599, 700, 4299, 4300, 20_000])
@pytest.mark.parametrize("sign", [1, -1])
def test_long_numbers(exponent: int, sign: int) -> None:
    if hasattr(sys, "set_int_max_str_digits"):
        before = sys.get_int_max_str_digits()
    for value in (sign * 10**exponent, sign * (10**exponent - 1), sign * 7 * 10**exponent + sign):
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(0)
        digits = repr(value)
        if hasattr(sys, "set_int_max_str_digits"):
            sys.set_int_max_str_digits(before)
        for limit in (1, 50, 5_000, 10**6):
            expected = digits if len(digits) <= limit else f"{digits[:limit]}…+{len(digits) - limit}"
            assert FullValues(limit).text(value) == expected


def test_a_repr_that_fails_is_replaced_within_its_container() -> None:
    broken = Broken()
    text = f"{object.__repr__(broken)[:-1]} (ValueError in repr)>"
    reader = FullValues(1000)
    assert reader.text(broken) == text
    assert reader.text([1, {2: (broken,)}, [], {3}]) == f"[1, {{2: ({text},)}}, [], {{3}}]"
    items: list[Any] = [broken]
    items.append(items)
    assert reader.text(items) == f"[{text}, [...]]"
    assert reader.text({"a": deque([broken]), "b": ()}) == f"{{'a': deque([{text}]), 'b': ()}}"


@pytest.mark.parametrize("error", ["SystemExit", "GeneratorExit", "RecursionError", "MemoryError"])
def test_exceptions_that_a_repr_raises_are_named(error: str) -> None:
    module = classes(f"class A:\n    def __repr__(self): raise {error}")
    assert FullValues(1000).text(module.A()).endswith(f" ({error} in repr)>")


def test_a_keyboard_interrupt_propagates_in_in_process_recording(monkeypatch) -> None:
    module = classes("class A:\n    def __repr__(self): raise KeyboardInterrupt")
    assert FullValues(1000).text([module.A()]).endswith(" (KeyboardInterrupt in repr)>]")
    monkeypatch.setattr(guarded_reads, "passed_on", (KeyboardInterrupt,))
    with pytest.raises(KeyboardInterrupt):
        FullValues(1000).text([module.A()])


def test_a_repr_that_returns_no_str_or_a_subclass_of_str() -> None:
    module = classes("class S(str):\n    __str__ = None\nclass A:\n    def __repr__(self): return S('a')\n"
                     "class B:\n    def __repr__(self): return 3")
    text = FullValues(100).text(module.A())
    assert text == "a" and type(text) is str
    assert FullValues(100).text(module.B()).endswith(" (TypeError in repr)>")


def test_cycles_and_values_that_are_shared_many_times() -> None:
    items: list[Any] = [1]
    items.append(items)
    table: dict[str, Any] = {"t": items}
    table["me"] = table
    assert FullValues(100).text(table) == repr(table)
    for _ in range(40):
        items = [items, items]
    text = FullValues(10).text(items)
    assert re.fullmatch(r"\[{10}…\+1\d{6}\+", text)


def test_a_value_that_is_much_too_large_is_read_in_part() -> None:
    text = FullValues(10).text(["a" * 600_000, "b" * 600_000])
    assert text == f"['aaaaaaaa…+{2 * 600_000 - 10 + 7}+"
    assert FullValues(10).text("a" * 2_000_000) == "'aaaaaaaaa…+1999992"


def test_deep_nesting() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    assert FullValues(100).text(value).endswith(" (RecursionError in repr)>")
    while value:  # delete the levels one by one
        value = value[0]
