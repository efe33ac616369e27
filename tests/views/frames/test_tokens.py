"""Test other special tokens for the view `frames`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.errors import TraceParseError
from statecode.records import Change
from statecode.views import frames
from statecode.views.frames.tokens import Tokens
from statecode.views.segments import joined
from tests.support.frames_texts import CALL
from tests.support.invalid_traces import small_trace


def test_other_tokens() -> None:
    tokens = Tokens("<source>", "<frame>", "<call>", "<line>", "<return>", "<raise>", "<at>", "<arg>", "<end>")
    changed = (Change("x", "<line><|line_sep|>"), Change("<frame>", "<frame"))
    trace = replace(small_trace(), events=(CALL._replace(changes=changed),), stdin="<end>")
    text = joined(frames.segments(trace, tokens))
    assert '<frame><call>{"x": "\\u003cline><|line_sep|>", "\\u003cframe>": "<frame"}<at>def half(n):\n<frame>' in text
    assert frames.parse(text, tokens=tokens).content() == trace.content()
    with pytest.raises(TraceParseError, match="line 1: text before the first token"):
        frames.parse(text)


@pytest.mark.parametrize("token", ["", "<a", "a<b>", "<<a>", '<">', "<\\n>", "<|line_sep|>", "<|line_sep|>2", "<|line"])
def test_ambiguous_tokens_are_rejected(token: str) -> None:
    with pytest.raises(ValueError, match="token "):
        Tokens(call=token)
