"""Test the scores of CodeExecutor on hand-made sentences, and their sentences against the view `codeexecutor`."""

from __future__ import annotations

from dataclasses import replace

import statecode
from statecode.evaluation.interpreter.codeexecutor_scores import (
    Overlap,
    Sentence,
    score_sentences,
    score_trace,
    sentences_of,
)
from statecode.records import Trace
from statecode.views import render

REAL = [
    Sentence(1, {"x": "1"}),
    Sentence(2, {"x": "1", "y": "2"}),
    Sentence(None, {}, "3\n"),
    Sentence(3, {"x": "1", "y": "2"}),
]
PROGRAM = """\
def f(n):
    total = 0
    for i in range(n):
        total += i
    return total

print(f(3), end="")
x = [f(2), "a"]
print(x)
"""


def score_of(written: list[Sentence]) -> tuple[Overlap, Overlap]:
    score = score_sentences(REAL, written)
    return score.lines, score.identifiers


def test_right_trace() -> None:
    lines, identifiers = score_of(REAL)
    assert (lines, identifiers) == (Overlap(4, 4, 4), Overlap(5, 5, 5))
    assert lines.precision == lines.recall == lines.f1 == 1


def test_variables_in_another_order_are_right() -> None:
    assert score_of([*REAL[:3], Sentence(3, {"y": "2", "x": "1"})])[0].right == 4


def test_wrong_value_costs_the_line_and_one_identifier() -> None:
    """One of two values in one of four sentences: 3 of 4 lines, 4 of 5 identifiers."""
    lines, identifiers = score_of([REAL[0], Sentence(2, {"x": "1", "y": "9"}), *REAL[2:]])
    assert (lines, identifiers) == (Overlap(3, 4, 4), Overlap(4, 5, 5))
    assert (lines.f1, identifiers.f1) == (3 / 4, 4 / 5)


def test_wrong_line_number_costs_its_identifiers() -> None:
    assert score_of([Sentence(7, {"x": "1"}), *REAL[1:]]) == (Overlap(3, 4, 4), Overlap(4, 5, 5))


def test_extra_variable_lowers_precision_only() -> None:
    lines, identifiers = score_of([REAL[0], Sentence(2, {"x": "1", "y": "2", "z": "3"}), *REAL[2:]])
    assert (lines.right, identifiers) == (3, Overlap(5, 6, 5))
    assert (identifiers.precision, identifiers.recall) == (5 / 6, 1)


def test_sentences_are_compared_by_position() -> None:
    """After a sentence that should not be there, everything is wrong but what happens to be the same."""
    lines, identifiers = score_of([Sentence(9, {}), *REAL])
    assert (lines, identifiers) == (Overlap(0, 5, 4), Overlap(0, 5, 5))


def test_truncated_and_empty_traces() -> None:
    lines, identifiers = score_of(REAL[:2])
    assert (lines, identifiers) == (Overlap(2, 2, 4), Overlap(3, 3, 5))
    assert (lines.precision, lines.recall, lines.f1) == (1, 1 / 2, 2 / 3)
    lines, _ = score_of([])
    assert (lines.precision, lines.recall, lines.f1) == (None, 0, 0)
    assert score_sentences([], []).lines.f1 is None


def test_wrong_printed_text_is_a_wrong_line_without_identifiers() -> None:
    assert score_of([*REAL[:2], Sentence(None, {}, "4\n"), REAL[3]]) == (Overlap(3, 4, 4), Overlap(5, 5, 5))


def test_scores_are_added_before_they_are_divided() -> None:
    assert Overlap(1, 1, 1) + Overlap(0, 9, 9) == Overlap(1, 10, 10)
    assert (Overlap(1, 1, 1) + Overlap(0, 9, 9)).f1 == 1 / 10


def test_sentences_equal_the_lines_of_the_view() -> None:
    """Render the sentences in the format of the view and compare the texts, which another module writes."""
    trace = statecode.trace(PROGRAM)
    lines = []
    for sentence in sentences_of(trace):
        if sentence.line is None:
            text = sentence.printed.removesuffix("\n").replace("\n", "\\n")
            lines.append(f"<output> {text}")
        else:
            state = " <dictsep>".join(f" {name} : {value}" for name, value in sentence.state.items())
            lines.append(f"<line> <{sentence.line - 1}> <state>{state} </state>")
    rendered = render(trace, "codeexecutor").split("\n")[:-1]
    assert lines == rendered[PROGRAM.count("\n"):] and len(lines) > 15


def test_score_of_traces() -> None:
    trace = statecode.trace(PROGRAM)
    count = len(sentences_of(trace))
    assert score_trace(trace, trace).lines == Overlap(count, count, count)
    empty = Trace(program_id="", problem_id="", input_index=0, code=PROGRAM, stdin="", status=trace.status)
    assert score_trace(trace, empty).lines == Overlap(0, 0, count)
    half = score_trace(trace, replace(trace, events=trace.events[:8], stdout=""))
    assert half.lines.precision == 1 and half.lines.recall is not None and 0 < half.lines.recall < 1
