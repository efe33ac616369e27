"""Test that the view `full-state` can be parsed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.errors import TraceParseError
from statecode.views import parse
from tests.support.full_state_texts import TEXT, VIEW, check_view_round_trip
from tests.support.invalid_traces import small_trace


@pytest.mark.parametrize("code", ["", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "x = '\x0c'\n", "~\n", "\n\n", "~"])
def test_source_is_lossless(code: str) -> None:
    check_view_round_trip(replace(small_trace(), code=code))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    n = 1\n   2", "    n = 2\n   2", r"line 20: expected '    n = 1': '    n = 2'"),
        ("   5 | print(x)\nstdout", "   5 | print(y)\nstdout", r"line 28: expected '   5 | print(x)': '   5 | print(y)'"),
        ("<<< return: 0", "<<< returns: 0", r"line 23: not a line of this view: '<<< returns: 0'"),
        ("status: exception\n", "status: fine\n", r"line 45: expected a value of Status: 'status: fine'"),
        ("raised at: 6\n", "raised at: 6\nmore\n", r"line 48: expected the end of the text before this line: 'more'"),
        ("raised at: 6\n", "raised at: 6", r"line 47: the text ends within a line: 'raised at: 6'"),
        ("status: exception\nexception: ZeroDivisionError: division by zero\nraised at: 6\n", "",
         r"line 45: the text ends without a status: ''"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        parse(TEXT.replace(old, new), VIEW)
    assert str(caught.value) == message
