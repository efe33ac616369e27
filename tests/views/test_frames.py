"""Test the view `frames`: the text of a small program, other tokens, and lossless parsing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind, Status
from statecode.views import blocks, frames, parse, render
from statecode.views.cutting import spans
from statecode.views.frames.tokens import Tokens
from statecode.views.segments import Kind, joined
from tests.support.invalid_traces import HALF, check_round_trip, small_trace

VIEW = "frames"
check_view_round_trip = partial(check_round_trip, view=VIEW)
TEXT = (
    '<|trace_context_start|>' + HALF + '<|arg_sep|>{"stdin": "1\\n"}<|frame_sep|>'
    '<|call_sep|>{"__name__": "\'__main__\'"}<|action_sep|><|frame_sep|>'
    '<|line_sep|>{"__name__": ".."}<|action_sep|>def half(n):\n<|frame_sep|>'
    '<|line_sep|>{"__name__": "..", "half": "<function half at 0x…>"}<|action_sep|>x = half(int(input()))\n<|frame_sep|>'
    '<|call_sep|>{"n": "1"}<|action_sep|>def half(n):\n<|frame_sep|>'
    '<|line_sep|>{"n": ".."}<|action_sep|>    return n // 2\n<|frame_sep|>'
    '<|return_sep|><|action_sep|>    return n // 2\n<|arg_sep|>"0"<|frame_sep|>'
    '<|line_sep|>{"__name__": "..", "half": "..", "x": "0"}<|action_sep|>print(x)\n<|frame_sep|>'
    '<|line_sep|>{"__name__": "..", "half": "..", "x": ".."}<|action_sep|>1 / x\n<|arg_sep|>{"stdout": "0\\n"}<|frame_sep|>'
    '<|exception_sep|><|action_sep|>1 / x\n'
    '<|arg_sep|>"!!! ZeroDivisionError: division by zero\\n!!! When evaluating: 1 / x"<|frame_sep|>'
    '<|return_sep|><|action_sep|>1 / x\n<|arg_sep|>null<|frame_sep|>'
    '<|arg_sep|>{"stderr": "oh\\nno", "status": "exception", "exception": ["ZeroDivisionError", "division by zero", 6]}'
    '<|end_of_text|>'
)


def test_a_small_program() -> None:
    assert render(small_trace(), VIEW) == TEXT
    check_view_round_trip(small_trace())


def test_normal_run_without_stdin_has_only_the_format_of_cwm() -> None:
    events = small_trace().events[:3]
    trace = replace(small_trace(), events=events, stdin="", stdout="", stderr="", status=Status.OK, exception=None)
    source, *rest = render(trace, VIEW).split("<|frame_sep|>")
    assert source == "<|trace_context_start|>" + HALF
    assert [part.partition(">")[0] for part in rest] == ["<|call_sep|", "<|line_sep|", "<|line_sep|", "<|end_of_text|"]
    assert "arg_sep" not in "".join(rest)
    check_view_round_trip(trace)


def test_every_character_has_a_kind() -> None:
    found = {kind: [] for kind in Kind}
    for span in spans(small_trace(), VIEW):
        found[span.kind].append(TEXT[span.start:span.end])
    assert found[Kind.STDOUT] == ['"1\\n"', '"0\\n"', '"oh\\nno"']
    assert found[Kind.COPIED_VALUE] == ['".."'] * 8
    assert found[Kind.NEW_VALUE][:5] == ["\"'__main__'\"", '"<function half at 0x…>"', '"1"', '"0"', '"0"']
    assert "".join(found[Kind.SOURCE]) == HALF + "".join(
        line + "\n" for line in ("def half(n):", "x = half(int(input()))", "def half(n):", "    return n // 2",
                                 "    return n // 2", "print(x)", "1 / x", "1 / x", "1 / x")
    )
    assert sum(len(text) for texts in found.values() for text in texts) == len(TEXT)


CALL = Event(EventKind.CALL, 1, 1, 0, 0, 0, "half", (Change("n", "1"),))
LINE = CALL._replace(kind=EventKind.LINE, line=2, changes=())


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (LINE._replace(changes=(Change("n", ".."),)), '<|line_sep|>{"n": [".."]}<|action_sep|>    return n // 2\n'),
        (LINE._replace(changes=(Change("n", "<|arg_sep|>"),)),
         '<|line_sep|>{"n": "\\u003c|arg_sep|>"}<|action_sep|>    return n // 2\n'),
        (LINE._replace(line=0), '<|line_sep|>{"n": ".."}<|action_sep|>'),
        (LINE._replace(line=9), '<|line_sep|>{"n": ".."}<|action_sep|><|arg_sep|>{"line": 9}'),
        (LINE._replace(kind=EventKind.YIELD, value="3", changes=(Change("m", "2"),)),
         '<|return_sep|>{"n": "..", "m": "2"}<|action_sep|>    return n // 2\n<|arg_sep|>"3"<|arg_sep|>{"kind": "yield"}'),
        (LINE._replace(value="3", thread=2, frame=0),
         '<|line_sep|>{"n": ".."}<|action_sep|>    return n // 2\n<|arg_sep|>{"thread": 2, "frame": 0, "value": "3"}'),
    ],
)
def test_residual_is_written(event: Event, text: str) -> None:
    trace = replace(small_trace(), events=(CALL, event))
    assert joined([list(blocks(trace, VIEW))[2]]) == text + "<|frame_sep|>"
    check_view_round_trip(trace)


@pytest.mark.parametrize(
    "code", ["", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "x = '<|arg_sep|>'\n" * 3, "<|frame_sep|>", "<|frame_sep|"]
)
def test_source_is_lossless(code: str) -> None:
    check_view_round_trip(replace(small_trace(), code=code))


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


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('{"n": "1"}', '{"n": ".."}', "line 9: expected"),
        ('{"n": "1"}', '{"n": 1}', "line 9: expected a JSON object of strings"),
        ('{"n": "1"}', '{"n": "1"', "line 9: Expecting ',' delimiter"),
        ('{"n": "1"}', "[" * 100_000, "line 9: nested too deeply"),
        ('{"stdout": "0\\n"}', '{"stdout": 0}', "line 13: unknown field or wrong type: stdout"),
        ("<|end_of_text|>", "", "line 16: the text ends within a frame"),
        ("<|end_of_text|>", "<|end_of_text|>\n", "line 16: not a frame of this view"),
        ("<|trace_context_start|>", "", "line 1: text before the first token"),
        ("<|trace_context_start|>", "<|trace_context_start|><|frame_sep|>", "line 1: not a frame of this view"),
    ],
)
def test_invalid_text_is_rejected(old: str, new: str, message: str) -> None:
    assert TEXT.count(old) == 1
    with pytest.raises(TraceParseError) as caught:
        parse(TEXT.replace(old, new), VIEW)
    assert str(caught.value).startswith(message)
