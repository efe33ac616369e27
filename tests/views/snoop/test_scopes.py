"""Test that the first executed line of a statement of several lines is found."""

from __future__ import annotations

import pytest

import statecode
from tests.support.snoop_texts import read_again, visible_events


@pytest.mark.parametrize("code", ["y = 1\nx = [\n    len('ab'),\n]\n", "y = 1\nx = len(\n    'ab'\n)\n", "y = 1\nx = {\n    len('a'):\n    y}\n"])
def test_statements_of_several_lines(code: str) -> None:
    trace = statecode.trace(code)
    assert visible_events(read_again(trace)) == visible_events(trace)
