"""Test the kinds of the characters in the view `compact`."""

from __future__ import annotations

from statecode.views.cutting import spans
from statecode.views.segments import Kind
from tests.support.compact_texts import HALF_TEXT, VIEW, half_trace
from tests.support.invalid_traces import HALF


def test_every_character_has_a_kind() -> None:
    found = {kind: [] for kind in Kind}
    for span in spans(half_trace(), VIEW):
        found[span.kind].append(HALF_TEXT[span.start:span.end])
    assert "".join(found[Kind.SOURCE]) == HALF.replace("    ", " ").replace("\n\n", "\n")
    assert "".join(found[Kind.STDOUT]) == "1\n0ohno"
    assert found[Kind.NEW_VALUE] == ["1", "0"]
    assert found[Kind.COPIED_VALUE] == ["0"]
    assert found[Kind.LINE_NUMBER] == [*"12456", *"14124", *"56"]
    assert found[Kind.CONTROL] == [
        ">", "->", "!ZeroDivisionError: division by zero\n When evaluating: 1 / x", "^", "exception",
    ]
