"""Test the lines of the source in the view `compact`."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from statecode.errors import TraceParseError
from statecode.views import compact
from statecode.views.compact.source_lines import number_lines
from tests.support.compact_texts import TEXT, check_round_trip, half_trace


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("if x:\n    if y:\n        z\n", "1 if x:\n2  if y:\n3   z\n"),
        ("if x:\n  if y:\n    z\n", "1 if x:\n2  if y:\n3   z\nindent 2\n"),
        ("f(\n    a,\n      b)\n", "1 f(\n2  a,\n3  ~  b)\n"),
        ("'''\n~ a\n    ~'''", "1 '''\n2 ~~ a\n3  ~~'''\n\\\n"),
        ("f(\n            a)\n", "1 f(\n2    a)\n"),
        ("\n\na\n\n\nb\n", "3 a\n6 b\n"),
        ("a\n\n\n", "1 a\n3\n"),
        ("\n", "1\n"),
        ("", "\\\n"),
        ("\n" * 25 + "a", "10\n20\n26 a\n\\\n"),
        ("a\r\n\r\n\n\nb\r\r\n\nc", "1 a\r\n2\r\n5 b\r6\r\n8 c\n\\\n"),
        ("a\f\n\f\n\t\n \n\vb\n", "1 a\f\n2 \f\n3 \t\n4 ~ \n5 \vb\n"),
    ],
)
def test_indentation_is_written_in_levels_without_empty_lines(code: str, text: str) -> None:
    assert number_lines(code) == text
    check_round_trip(replace(half_trace(), code=code))


@given(st.text("ab ~\n\r\t\f\u2028\\1i<,", max_size=60))
def test_every_source_is_lossless(code: str) -> None:
    check_round_trip(replace(half_trace(), code=code))


@pytest.mark.parametrize("line", ["indent 4", "indent 9", "indent 0", "indent 1000000000", "indentation"])
def test_a_wrong_level_is_rejected(line: str) -> None:
    with pytest.raises(TraceParseError):
        compact.parse(TEXT.replace("4 print(total)\n", f"4 print(total)\n{line}\n"))


@pytest.mark.parametrize("number", ["15", "1000000000000", "3", "04", "\u0664"])
def test_a_wrong_number_is_rejected(number: str) -> None:
    with pytest.raises(TraceParseError):
        compact.parse(TEXT.replace("4 print(total)\n", f"{number} print(total)\n"))
