"""Test the syntax highlighting of the trace page."""

from __future__ import annotations

import io

import pytest

from statecode.views.page.highlight import highlighted
from tests.support.trace_page import SAMPLE


@pytest.mark.parametrize(
    "code",
    [SAMPLE, "", "\n\n", "x = '''a\nb'''\ry = f'{x!r:>{3}} {{}}'\r\n", "def f(:\n  'open\n", "\tx\n y = 1\n", "\f\nclass A: pass # c\n", "'''\u2028😀\n'''; x=1"],
)
def test_highlighting_keeps_every_character(code) -> None:
    lines = ["".join(segments[1::2]) for segments in highlighted(code)]
    assert lines == [line.rstrip("\n") for line in io.StringIO(code, newline=None)]


def test_highlighting_of_one_line() -> None:
    assert highlighted("def f(x): return 'a' # b") == [
        [1, "def", 0, " ", 5, "f", 0, "(x): ", 1, "return", 0, " ", 2, "'a'", 0, " ", 4, "# b"]
    ]
