"""A trace's text in the view `frames`, and a check that texts of this view can be parsed."""

from __future__ import annotations

from functools import partial

from statecode.records import Change, Event, EventKind
from tests.support.invalid_traces import HALF, check_round_trip

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
CALL = Event(EventKind.CALL, 1, 1, 0, 0, 0, "half", (Change("n", "1"),))
