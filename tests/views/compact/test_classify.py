"""Test the kinds of the lines in the view `compact`."""

from __future__ import annotations

from itertools import islice

import pytest

import statecode
from statecode.records import EventKind
from statecode.views import compact
from statecode.views.line_kinds import ClassifiedLine, LineKind
from tests.support.compact_texts import HALF_TEXT, SHIPPED, TEXT

NEW, SEEN, CHANGED, FLOW, OTHER = (
    LineKind.SOURCE_NEW, LineKind.SOURCE_SEEN, LineKind.CHANGE, LineKind.FLOW, LineKind.OTHER,
)


def test_lines_are_classified() -> None:
    lines = TEXT.split("\n")
    assert compact.line_kinds(lines) == [
        *[ClassifiedLine(NEW)] * 4,
        ClassifiedLine(OTHER),
        ClassifiedLine(SEEN, (1,), 1),
        ClassifiedLine(FLOW, (3, 1), 2),
        ClassifiedLine(FLOW, (2,), 2),
        ClassifiedLine(CHANGED, (3,), 0),  # line 3 continues: its event was counted before the call
        ClassifiedLine(SEEN, (4,), 1),
        ClassifiedLine(OTHER),
        ClassifiedLine(FLOW),
    ]
    for number in range(len(lines)):
        assert compact.line_kinds(lines[number:], lines[:number]) == compact.line_kinds(lines)[number:]


def test_lines_of_exception_stdin_and_stderr_are_classified() -> None:
    kinds = [line.kind for line in compact.line_kinds(HALF_TEXT.split("\n"))]
    head, body = [*[NEW] * 5, OTHER, OTHER], [SEEN, FLOW, FLOW, CHANGED, SEEN, OTHER, FLOW, OTHER, FLOW, FLOW, OTHER, OTHER]
    assert kinds == head + body


@pytest.mark.parametrize(
    ("line", "classified"),
    [
        ("3 x=1 y=[1, 2]", ClassifiedLine(CHANGED, (3,), 1)),
        ("3 x=1 ->None", ClassifiedLine(CHANGED, (3,), 2)),
        (".3 x=1", ClassifiedLine(CHANGED)),
        (".3 x=1 >7", ClassifiedLine(CHANGED, (7,), 1)),
        (">1 n=4", ClassifiedLine(FLOW, (1,), 1)),
        ("3 >*1", ClassifiedLine(FLOW, (3, 1), 2)),
        ("3 >>1 n=2", ClassifiedLine(FLOW, (3, 1), 2)),
        ("3 >[4", ClassifiedLine(FLOW, (3, 4), 2)),
        ("=>8", ClassifiedLine(FLOW, (), 1)),
        ("^", ClassifiedLine(FLOW, (), 1)),
        ("3 !ValueError: no", ClassifiedLine(FLOW, (3,), 2)),
        ("@1", ClassifiedLine(FLOW)),
        ('@{"exact":true}', ClassifiedLine(FLOW)),
        ("killed", ClassifiedLine(FLOW)),
        ("|3", ClassifiedLine(OTHER)),
        (":8", ClassifiedLine(OTHER)),
        (" 3", ClassifiedLine(OTHER)),
    ],
)
def test_a_line_of_the_body_is_classified(line: str, classified: ClassifiedLine) -> None:
    assert compact.line_kinds([line], ["1 x = 1", "", "1"]) == [classified]


@pytest.mark.parametrize(
    "line", ["garbage", "", "03", "3 garbage", "3x=1", "3 x", ".3", ">", ">a", ">1 n", "3 >x=1", "3 ^", "@", "@x", "okay", "3."]
)
def test_invalid_lines_are_classified_as_other(line: str) -> None:
    assert compact.line_kinds([line], ["1 x = 1", "", "1"]) == [ClassifiedLine(OTHER)]


def test_number_of_classified_events() -> None:
    """Every event is counted once, except for the first and the last, which are not always written."""
    for trace in islice(statecode.read(SHIPPED), 0, 400, 20):
        lines = compact.line_kinds(compact.render(trace).split("\n"))
        assert len(trace.events) - 2 <= sum(line.events for line in lines) <= len(trace.events)
        ran = [event.line for event in trace.events if event.kind is EventKind.LINE]
        assert len(ran) <= sum(len(line.numbers) for line in lines)
