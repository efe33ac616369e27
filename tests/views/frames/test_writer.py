"""Test the text of a small program in the view `frames`, and of fields that differ from their prediction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.records import Change, Event, EventKind, Status
from statecode.views import blocks, render
from statecode.views.cutting import spans
from statecode.views.segments import Kind, joined
from tests.support.frames_texts import CALL, TEXT, VIEW, check_view_round_trip
from tests.support.invalid_traces import HALF, small_trace


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
