"""Test fields that the view `compact` predicts: the start of the module, and the line of an exception."""

from __future__ import annotations

from dataclasses import replace

from statecode.records import Change, Event, EventKind, ExceptionInfo, Status
from statecode.views import compact
from statecode.views.compact.predictor import definitions_of
from tests.support.adversarial_traces import BEGIN
from tests.support.compact_texts import BACK, CALL, LINE, NEXT, check_round_trip, trace_of


def test_module_that_starts_at_its_first_line() -> None:
    """Python 3.10 starts a module at its first line."""
    code = "def double(n): return 2 * n\ndouble(4)\n"
    module = Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>")
    events = (
        BEGIN._replace(line=1, from_line=1), module, LINE._replace(line=2), CALL, CALL._replace(kind=EventKind.LINE),
        BACK, module._replace(kind=EventKind.RETURN, line=2, from_line=2, value="None"),
    )
    trace = replace(trace_of(code=code), stdout="", status=Status.OK, events=events)
    assert compact.render(trace).partition("\n\n")[2] == "@[]\n>1\n1\n2 >1\n1 ->8\nok"
    check_round_trip(trace)


def test_exception_has_the_line_that_raised_it() -> None:
    raised = BACK._replace(kind=EventKind.EXCEPTION, value=None, detail="!!! E: m")
    passed = NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="!!! E: m\n!!! When calling: double(4)")
    trace = trace_of(LINE, CALL, raised, BACK._replace(value=None), passed, passed._replace(kind=EventKind.RETURN, detail=None))
    for line, note in ((1, ""), (3, '\n@{"exception":["E","m",3]}')):
        ended = replace(trace, status=Status.EXCEPTION, exception=ExceptionInfo("E", "m", line), stdout="")
        assert compact.render(ended).endswith(f"\n!E: m\n^\n3 !E: m\n When calling: double(4)\n^\nexception{note}")
        check_round_trip(ended)


def test_imports_of_several_names() -> None:
    changes = definitions_of("import os, re as r\nfrom heapq import heappop, heappush\nimport a.b\n").changes
    assert changes == {
        1: (Change("os", "<module 'os' from '<python>/os.py'>"),
            Change("r", "<module 're' from '<python>/re/__init__.py'>")),
        2: (Change("heappop", "<built-in function heappop>"), Change("heappush", "<built-in function heappush>")),
    }
