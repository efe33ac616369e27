"""Traces with their texts in the view `compact`, and a check that texts of this view can be parsed."""

from __future__ import annotations

from dataclasses import replace

from statecode.records import Change, Event, EventKind, Status, Trace
from statecode.views import compact
from statecode.views.segments import joined
from tests.support.adversarial_traces import BEGIN
from tests.support.invalid_traces import small_trace
from tests.support.paths import ROOT

VIEW = "compact"
SHIPPED = ROOT / "statecode" / "data" / "embedded"
PROGRAM = """\
def double(n):
    return 2 * n
total = double(4)
print(total)
"""
TEXT = """\
1 def double(n):
2  return 2 * n
3 total = double(4)
4 print(total)

1
3 >1 n=4
2 ->8
3 total=8
4
|8
ok"""
HALF_TEXT = """\
1 def half(n):
2  return n // 2
4 x = half(int(input()))
5 print(x)
6 1 / x
<1

1
4 >1 n=1
2 ->0
4 x=0
5
|0
6 !ZeroDivisionError: division by zero
 When evaluating: 1 / x
^
exception
|oh
:no"""


def half_trace() -> Trace:
    """Return the trace of `invalid_traces.HALF`, with BEGIN as its first event."""
    trace = small_trace()
    return replace(trace, events=(BEGIN, *trace.events[1:]))


def trace_of(*events: Event, code: str = PROGRAM) -> Trace:
    """Return a trace of the module's call and first line, followed by `events`. Its stdout has 12 characters."""
    events = BEGIN, Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>"), *events
    return replace(half_trace(), code=code, stdin="", stdout="one\n\ntwo 222", stderr="", status=Status.KILLED,
                   exception=None, events=events)


def check_round_trip(trace: Trace) -> None:
    """Check that the text, with and without spaced digits, is parsed to `trace` and equals its joined segments."""
    for spaced_digits in (False, True):
        text = compact.render(trace, spaced_digits)
        assert joined(compact.segments(trace, spaced_digits)) == text
        read = compact.parse(text, trace.code)
        assert read.content() == trace.content()
        assert (read.code, read.stdin) == (trace.code, trace.stdin)


LINE = Event(EventKind.LINE, 3, 1, 0, 0, 0, "<module>", (Change("double", "<function double at 0x…>"),))
NEXT = LINE._replace(line=4, from_line=3, changes=())
CALL = Event(EventKind.CALL, 1, 1, 1, 1, 0, "double")
BACK = Event(EventKind.RETURN, 1, 1, 1, 1, 0, "double", value="8")
