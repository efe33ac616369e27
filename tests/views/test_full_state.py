"""Test the view `full-state`: the text of a small program, and lossless parsing."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from statecode.errors import TraceParseError
from statecode.records import Change, Event, EventKind
from statecode.views import blocks, parse, render
from statecode.views.cutting import spans
from statecode.views.segments import Kind
from tests.support.invalid_traces import HALF, check_round_trip, small_trace

VIEW = "full-state"
check_view_round_trip = partial(check_round_trip, view=VIEW)
TEXT = """\
   1 | def half(n):
   2 |     return n // 2
   3 | $
   4 | x = half(int(input()))
   5 | print(x)
   6 | 1 / x
stdin: 1

>>> call <module>
  * __name__ = '__main__'
   0 | $
    __name__ = '__main__'
   1 | def half(n):
    __name__ = '__main__'
  * half = <function half at 0x…>
   4 | x = half(int(input()))
>>> call half
  * n = 1
   1 | def half(n):
    n = 1
   2 |     return n // 2
    n = 1
<<< return: 0
--- <module>
    __name__ = '__main__'
    half = <function half at 0x…>
  * x = 0
   5 | print(x)
stdout: 0
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
   6 | 1 / x
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
!!! ZeroDivisionError: division by zero
... When evaluating: 1 / x
    __name__ = '__main__'
    half = <function half at 0x…>
    x = 0
<<< return by exception
stderr: oh
stderr: ~"no"
status: exception
exception: ZeroDivisionError: division by zero
raised at: 6
""".replace("$\n", "\n")


def block_of(*events: Event) -> str:
    """Return the text of the last of some events."""
    trace = replace(small_trace(), events=events)
    check_view_round_trip(trace)
    return "".join(segment.text for segment in list(blocks(trace, VIEW))[len(events)])


def test_a_small_program() -> None:
    assert render(small_trace(), VIEW) == TEXT
    check_view_round_trip(small_trace())


def test_every_character_has_a_kind() -> None:
    found = {kind: [] for kind in Kind}
    for span in spans(small_trace(), VIEW):
        found[span.kind].append(TEXT[span.start:span.end])
    assert "".join(found[Kind.STDOUT]) == '1\n0\noh\n~"no"\n'
    assert found[Kind.NEW_VALUE] == ["'__main__'", "<function half at 0x…>", "1", "0", "0"]
    assert found[Kind.COPIED_VALUE].count("<function half at 0x…>") == 4
    assert sum(map(len, found[Kind.SOURCE])) == len(HALF) - HALF.count("\n") + sum(
        len(HALF.splitlines()[line - 1]) for line in (1, 4, 1, 2, 5, 6)
    )
    assert sum(len(text) for texts in found.values() for text in texts) == len(TEXT)


CALL = Event(EventKind.CALL, 1, 1, 0, 0, 0, "half", (Change("n", "1"), Change("m", "2")))
LINE = CALL._replace(kind=EventKind.LINE, line=2, changes=())


@pytest.mark.parametrize(
    ("event", "text"),
    [
        (LINE, "    n = 1\n    m = 2\n   2 |     return n // 2\n"),
        (LINE._replace(changes=(Change("n", "1"),)), "  * n = 1\n    m = 2\n   2 |     return n // 2\n"),
        (LINE._replace(changes=(Change("m", "3"), Change("n", "4"))), "  * m = 3\n  * n = 4\n   2 |     return n // 2\n"),
        (LINE._replace(changes=(Change("n", "3"), Change("n", "4"))),
         "    m = 2\n  * n = 3\n  * n = 4\n   2 |     return n // 2\n"),
        (LINE._replace(changes=(Change("n", "a\nb"),)), '  * n = ~"a\\nb"\n    m = 2\n   2 |     return n // 2\n'),
        (LINE._replace(changes=(Change("n", "~"),)), '  * n = ~"~"\n    m = 2\n   2 |     return n // 2\n'),
        (LINE._replace(changes=(Change("a = b", "c = d"),)),
         '    n = 1\n    m = 2\n  * ~"a = b" = c = d\n   2 |     return n // 2\n'),
        (LINE._replace(thread=1, frame=1, depth=3, from_line=9, function="g", stdout_end=7),
         '@ {"thread": 1, "depth": 3, "function": "g", "from_line": 9, "stdout_end": 7}\n--- g\n   2 |     return n // 2\n'),
        (LINE._replace(kind=EventKind.YIELD, value="a\u2028", line=1), '    n = 1\n    m = 2\n<<< yield: ~"a\\u2028"\n'),
        (LINE._replace(kind=EventKind.EXCEPTION, line=1), "    n = 1\n    m = 2\n!!!\n"),
        (LINE._replace(kind=EventKind.EXCEPTION, line=1, detail="!!! a\nb"), '    n = 1\n    m = 2\n!!! a\n...~"b"\n'),
        (LINE._replace(line=99), "    n = 1\n    m = 2\n  99 | \n"),
        (CALL._replace(kind=EventKind.START_GENERATOR, frame=1, depth=1, changes=()),
         ">>> start generator half\n   1 | def half(n):\n"),
    ],
)
def test_residual_is_written(event: Event, text: str) -> None:
    assert block_of(CALL, event) == text


@pytest.mark.parametrize("code", ["", "x = 1", "x = 1\r\ny = 2\r\n", "x = 1\ry = 2\r", "x = '\x0c'\n", "~\n", "\n\n", "~"])
def test_source_is_lossless(code: str) -> None:
    check_view_round_trip(replace(small_trace(), code=code))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    n = 1\n   2", "    n = 2\n   2", r"line 20: expected '    n = 1': '    n = 2'"),
        ("   5 | print(x)\nstdout", "   5 | print(y)\nstdout", r"line 28: expected '   5 | print(x)': '   5 | print(y)'"),
        ("<<< return: 0", "<<< returns: 0", r"line 23: not a line of this view: '<<< returns: 0'"),
        ("status: exception\n", "status: fine\n", r"line 45: 'fine' is not a valid Status: 'status: fine'"),
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
