"""Test the lines of the source, and separated digits, in the view `compact`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.records import Change
from statecode.views import compact
from statecode.views.compact.values import lengthened, shortened
from tests.support.compact_texts import LINE, NEXT, check_round_trip, half_trace, trace_of


@pytest.mark.parametrize("code", ["", "\n", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "\r\r\n\n", "x = '\x0c'\n", "1 x\n", "\\\n"])
def test_source_is_lossless(code: str) -> None:
    check_round_trip(replace(half_trace(), code=code))


def test_lines_are_numbered_as_in_python() -> None:
    trace = replace(half_trace(), code="a\r\nb\rc\x0cd\n", stdin="")
    assert compact.render(trace).startswith("1 a\r\n2 b\r3 c\x0cd\n\n")


def test_separated_digits() -> None:
    trace = trace_of(LINE, NEXT._replace(changes=(Change("x10", "(123, '4  5', ...)"),), stdout_end=12))
    text = compact.render(trace, spaced_digits=True)
    assert text.endswith("\ndigits apart\n\n1\n3 x10=(1 2 3, '4   5', ...)\n|one\n|\n:two 2 2 2\n4\nkilled")


@given(st.lists(st.sampled_from([" object at 0x…>", "@", "~", ">", "a", " "])).map("".join))
def test_addresses_are_lossless(value: str) -> None:
    text = shortened(value)
    assert lengthened(text) == value and " object at 0x…>" not in text


def test_addresses_are_short() -> None:
    assert shortened("[<Box object at 0x…>, 'a@>']") == "[<Box@>, 'a@~>']"
