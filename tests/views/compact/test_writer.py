"""Test the text of each form of an event in the view `compact`."""

from __future__ import annotations

import pytest

from statecode.records import Change, Event, EventKind
from statecode.views import compact
from statecode.views.segments import joined
from tests.support.compact_texts import BACK, CALL, HALF_TEXT, LINE, NEXT, check_round_trip, half_trace, trace_of


def last_block(*events: Event) -> str:
    """Return the text of the last of these events in a trace of them; check that the trace can be parsed."""
    trace = trace_of(*events)
    check_round_trip(trace)
    return joined(list(compact.segments(trace))[len(trace.events):-1])


def test_exception_stdin_and_stderr() -> None:
    assert compact.render(half_trace()) == HALF_TEXT
    check_round_trip(half_trace())


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([LINE], "\n3"),
        ([LINE._replace(changes=())], '\n@{"exact":true}\n3'),
        ([LINE._replace(changes=(Change("double", "2"),))], " double=2\n3"),
        ([LINE, LINE._replace(from_line=3)], " double=<function double at 0x…>\n3"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, (2, 3)]"), Change("len(x)", "2")))], " x=[1, (2, 3)]\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, (2, 3)]"), Change("len(x)", "3")))], " x=[1, (2, 3)] len(x)=3\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"),))], '\n@{"exact":true}\n.3 x=[1]\n4'),
        ([LINE, NEXT._replace(changes=(Change("x", "[1, ..., 9]"), Change("len(x)", "30")))], " x=[1, ..., 9] len(x)=30\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "P(a=1, b=2)"), Change("y", "'->'")))], " x=P(a=1, ~b=2) y='->'\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "a ~b=\nc"),))], " x=a ~~b=\n c\n4"),
        ([LINE, NEXT._replace(changes=(Change("a b", ""),))], ' "a\\u0020b"=\n4'),
        ([LINE, NEXT._replace(stdout_end=5)], "\n|one\n|\n4"),
        ([LINE, NEXT._replace(stdout_end=9)], "\n|one\n|\n:two \n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "1"),), stdout_end=4)], " x=1\n|one\n4"),
        ([LINE, NEXT._replace(stdout_end=99)], '\n@{"stdout_end":99}\n4'),
        ([LINE, CALL._replace(changes=(Change("n", "1"),))], " >1 n=1"),
        ([LINE, CALL._replace(stdout_end=4)], "\n|one\n>1"),
        ([LINE, CALL._replace(line=4, from_line=4, function="<lambda>", kind=EventKind.START_GENERATOR)],
         '\n@{"function":"<lambda>"}\n>*4'),
        ([LINE, CALL, CALL._replace(kind=EventKind.LINE, line=2)], "\n2"),
        ([LINE, CALL, CALL._replace(kind=EventKind.LINE, line=2, changes=(Change("n", "1"),))], "\n.1 n=1\n2"),
        ([LINE, CALL, BACK], "\n->8"),
        ([LINE, CALL, BACK._replace(value="a\nb ->c")], "\n->a\n b ->c"),
        ([LINE, CALL, BACK._replace(value=None)], "\n^"),
        ([LINE, CALL, BACK._replace(kind=EventKind.YIELD)], "\n=>8"),
        ([LINE, CALL, BACK, NEXT], "\n3\n4"),
        ([LINE, CALL, BACK, NEXT._replace(stdout_end=4)], "\n|one\n4"),
        ([LINE, CALL, BACK, CALL._replace(frame=2)], "\n3 >1"),
        ([LINE, CALL, BACK._replace(kind=EventKind.YIELD), CALL._replace(kind=EventKind.REENTER_GENERATOR)], "\n3 >>1"),
        ([LINE, NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="!!! E: a\n!!! When calling: f()")],
         " !E: a\n When calling: f()"),
        ([LINE, NEXT._replace(kind=EventKind.EXCEPTION, line=3, detail="E")], '\n@{"detail":"E"}\n!'),
        ([LINE, CALL._replace(depth=0, thread=1)], "\n@1\n>1"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"),)), NEXT._replace(from_line=4, changes=(Change("x", "[1, 2]"),))],
         " x=[1, 2]\n4"),
        ([LINE, NEXT._replace(changes=(Change("x", "[1]"), Change("len(x)", "1"), Change("len(x)", "2")))],
         '\n@{"exact":true}\n.3 x=[1] len(x)=1 len(x)=2\n4'),
        ([LINE, NEXT._replace(line=-1)], '\n@{"line":-1}\n0'),
        ([LINE, NEXT._replace(line=-1), NEXT._replace(from_line=-1)], "\n4"),
        ([LINE, CALL._replace(kind=EventKind.COMPREHENSION, line=4, from_line=4, function="<listcomp>"),
          BACK._replace(kind=EventKind.COMPREHENSION_RESULT, line=4, from_line=4, function="<listcomp>")], "\n->8"),
        ([LINE, CALL, NEXT, NEXT._replace(kind=EventKind.RETURN, line=4, from_line=4, value="None"),
          CALL._replace(depth=0, frame=2)], "\n>1"),
        ([LINE, NEXT._replace(frame=7, depth=2, function="g", value="1")],
         '\n@{"frame":7,"depth":2,"function":"g","value":"1"}\n4'),
    ],
)
def test_text_of_an_event(events: list[Event], text: str) -> None:
    assert last_block(*events) == text
