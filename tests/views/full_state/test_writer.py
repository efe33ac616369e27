"""Test the text of a small program in the view `full-state`, and of fields that differ from their prediction."""

from __future__ import annotations

from dataclasses import replace

import pytest

from statecode.records import Change, Event, EventKind
from statecode.views import blocks, render
from statecode.views.cutting import spans
from statecode.views.segments import Kind
from tests.support.full_state_texts import TEXT, VIEW, check_view_round_trip
from tests.support.invalid_traces import HALF, small_trace


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
