"""Test which parts of a text have a loss: those that a model can know from the text before."""

from __future__ import annotations

import pytest

import statecode
from statecode.records import Trace
from statecode.views import blocks, render
from statecode.views.cutting import windows
from statecode.views.scored import ScoredText, scored_run, scored_window, value_spans, whole_window
from statecode.views.segments import VALUE_KINDS, Kind, Segment

CODE = "n = int(input())\nfor k in range(2):\n    n += k\nprint(n)\n"


def parts_of(text: ScoredText, scored: bool = True) -> list[str]:
    """Return the scored parts of a text, or the parts between them."""
    ends = [0, *(end for span in text.scored for end in span), len(text.text)]
    spans = list(zip(ends[1:-1:2], ends[2:-1:2])) if scored else list(zip(ends[::2], ends[1::2]))
    return [text.text[start:end] for start, end in spans]


@pytest.fixture(scope="module")
def trace() -> Trace:
    return statecode.trace(CODE, stdin="5\n")


@pytest.mark.parametrize("view, given", [
    ("compact", "1 n = int(input())\n2 for k in range(2):\n3  n += k\n4 print(n)\n<5\n"),
    ("io", f"[code]\n{CODE}[stdin]\n5\n[stdout]\n"),
    ("final-state", f"[code]\n{CODE}[stdin]\n5\n[variables]\n"),
])
def test_the_source_and_the_input_are_given(view: str, given: str, trace: Trace) -> None:
    text = scored_run(trace, view)
    assert text.text == render(trace, view) and text.has_end
    assert parts_of(text) == [text.text.removeprefix(given)] and parts_of(text, scored=False) == [given, ""]


@pytest.mark.parametrize("view", ["compact", "snoop", "frames", "full-state", "inline", "codeexecutor", "io", "code"])
def test_the_text_is_that_of_the_view_and_the_parts_are_in_order(view: str, trace: Trace) -> None:
    text = scored_run(trace, view)
    ends = [end for span in text.scored for end in span]
    assert text.text == render(trace, view) and ends == sorted(set(ends)) and all(0 <= end <= len(text.text) for end in ends)


def test_a_line_of_snoop_is_given_at_its_first_event_and_scored_at_the_next_ones(trace: Trace) -> None:
    text = scored_run(trace, "snoop")
    given = "".join(parts_of(text, scored=False))
    assert given.count("n += k") == 1 and render(trace, "snoop").count("n += k") == 2
    assert "".join(parts_of(text)).count("n += k") == 1 and " ...... n = 5\n" in "".join(parts_of(text))


def test_the_source_alone_and_unordered_source_are_not_scored(trace: Trace) -> None:
    assert scored_run(trace, "code").scored == []
    assert all("for k" not in part for part in parts_of(scored_run(trace, "inline")))


def test_the_context_of_a_window_is_given() -> None:
    long = statecode.trace(CODE.replace("2", "30"), stdin="5\n")
    found = windows(long, "compact", 80, lambda text: (len(text) + 2) // 3)
    assert found is not None
    parts = list(found)
    assert len(parts) > 1 and "[from event" in parts[1].text
    for part in parts:
        text, whole = scored_window(part), whole_window(part)
        assert text.text == whole.text == part.text and whole.scored == [(0, len(part.text))]
        context = sum(len(segment.text) for segment in part.context)
        assert text.scored == [(context, len(part.text))] and text.has_end == part.is_last == whole.has_end


def test_the_lines_of_a_value_are_one_value_and_two_values_are_two() -> None:
    segments = [Segment("a = ", Kind.SYNTAX), Segment("[1,", Kind.NEW_VALUE), Segment("", Kind.CONTROL),
                Segment("\n    ", Kind.SYNTAX), Segment("2]", Kind.COPIED_VALUE), Segment("\n", Kind.SYNTAX),
                Segment("", Kind.NEW_VALUE), Segment("b=", Kind.SYNTAX), Segment("3", Kind.NEW_VALUE),
                Segment(" ", Kind.CONTROL), Segment("4", Kind.NEW_VALUE)]
    text = "".join(segment.text for segment in segments)
    assert [text[start:end] for start, end in value_spans(segments)] == ["[1,\n    2]", "3", "4"]
    assert value_spans([]) == []


@pytest.mark.parametrize("view", ["compact", "snoop", "frames", "full-state", "inline", "codeexecutor", "final-state"])
def test_the_values_of_a_text_are_those_of_its_segments(view: str) -> None:
    traced = statecode.trace("class P:\n    def __repr__(self): return 'one\\n\\n  two'\np = P()\nn = [p, 45]\n")
    text, position, found = scored_run(traced, view), 0, []
    for segment in (segment for block in blocks(traced, view) for segment in block):
        if segment.kind in VALUE_KINDS and segment.text:
            found.append((position, position + len(segment.text)))
        position += len(segment.text)
    ends = [end for span in text.values for end in span]
    assert ends == sorted(set(ends)) and found
    assert all(sum(start <= first and last <= end for start, end in text.values) == 1 for first, last in found)
    lines = [text.text[start:end].split() for start, end in text.values]
    assert any("one" in " ".join(line) and "two" in " ".join(line) for line in lines)  # also where it has several lines
