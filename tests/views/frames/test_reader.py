"""Test that the view `frames` can be parsed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.errors import TraceParseError
from statecode.views import parse
from tests.support.frames_texts import TEXT, VIEW, check_view_round_trip
from tests.support.invalid_traces import small_trace


@pytest.mark.parametrize(
    "code", ["", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "x = '<|arg_sep|>'\n" * 3, "<|frame_sep|>", "<|frame_sep|"]
)
def test_source_is_lossless(code: str) -> None:
    check_view_round_trip(replace(small_trace(), code=code))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"n": "1"}', '{"n": ".."}', "line 9: expected"),
        ('{"n": "1"}', '{"n": 1}', "line 9: expected a JSON object of strings"),
        ('{"n": "1"}', '{"n": "1"', "line 9: expected valid JSON"),
        ('{"n": "1"}', "[" * 100_000, "line 9: nested too deeply"),
        ('{"stdout": "0\\n"}', '{"stdout": 0}', "line 13: unknown field or wrong type: stdout"),
        ("<|end_of_text|>", "", "line 16: the text ends within a frame"),
        ("<|end_of_text|>", "<|end_of_text|>\n\n", "line 16: not a frame of this view"),
        ("<|trace_context_start|>", "", "line 1: text before the first token"),
        ("<|trace_context_start|>", "<|trace_context_start|><|frame_sep|>", "line 1: not a frame of this view"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        parse(TEXT.replace(old, new), VIEW)
    assert str(caught.value).startswith(message)
