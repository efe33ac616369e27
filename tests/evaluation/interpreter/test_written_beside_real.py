"""Test the table of a written trace beside the real one, with texts whose differences are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

import statecode

pytestmark = pytest.mark.torch

pytest.importorskip("torch")

from statecode.evaluation.configs import InterpreterConfig  # noqa: E402
from statecode.evaluation.interpreter.cases import RunCase, case_of  # noqa: E402
from statecode.evaluation.interpreter.scoring import evaluate_traces, texts_of  # noqa: E402
from statecode.evaluation.interpreter.written_beside_real import (  # noqa: E402
    LINES_AFTER,
    LINES_BEFORE,
    as_code,
    beside,
    example_of,
    example_section,
    written_beside_real,
)
from statecode.evaluation.interpreter.written_texts import Task, Written  # noqa: E402
from statecode.modeling.configs import Objective  # noqa: E402
from statecode.modeling.tokenizers import train_tokenizer  # noqa: E402

CONFIG = InterpreterConfig(next_events=0)


def run(name: str, code: str) -> RunCase:
    return case_of(replace(statecode.trace(code), program_id=name))


SUM = run("sum", "total = 0\nfor i in range(4):\n    total += i * 7\nprint(total)\n")
TWO = run("two", "a = 1\nb = 2\n")
LONG = run("long", "for i in range(40):\n    pass\n")


def rest_of(case: RunCase) -> str:
    """Return the real text after the program."""
    return "".join(texts_of(case, "compact")[1:])


class Known:
    """A model that writes a known text for each case, whatever its prompt is."""

    context: int | None = None

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.tokenizer: Any = train_tokenizer([rest_of(SUM)], 300, Objective.CAUSAL)
        self.texts = texts

    def write(self, tasks: Sequence[Task], description: str) -> dict[str, Written]:
        return {task.key: Written(self.texts[task.key], "end") for task in tasks}


def test_the_first_different_line_is_marked() -> None:
    real = rest_of(SUM)
    table = beside(SUM.trace, real.replace("total=21", "total=22"), "compact")
    assert [row[:2] for row in table.rows if row[0] != row[1]] == [["`3 total=21`", "`3 total=22`"]]
    assert [row[2] for row in table.rows if row[0] != row[1]] == ["first difference"]
    assert sum(bool(row[2]) for row in table.rows) == 1
    wrong = next(index for index, event in enumerate(SUM.trace.events) if ("total", "21") in event.changes)
    assert table.caption == f"{wrong} of {len(SUM.trace.events)} events are right before the first divergence."


def test_equal_texts_have_no_mark() -> None:
    table = beside(SUM.trace, rest_of(SUM), "compact")
    assert all(one == other and not mark for one, other, mark in table.rows)
    assert [row[0] for row in table.rows] == [f"`{line}`" for line in rest_of(SUM).splitlines() if line]
    assert table.caption.startswith(f"{len(SUM.trace.events)} of {len(SUM.trace.events)} events")


def test_missing_and_malformed_lines_are_shown() -> None:
    table = beside(TWO.trace, "\n1 a=1\n? what\n", "compact")
    assert table.rows[1] == ["`2 b=2`", "`? what`", "first difference"]
    assert table.rows[2][:2] == ["`ok`", ""]


def test_a_long_trace_is_cut_around_the_first_difference() -> None:
    lines = rest_of(LONG).splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if "i=30" in line)
    lines[place] = lines[place].replace("i=30", "i=31")
    rows = beside(LONG.trace, "".join(lines), "compact").rows
    assert len(rows) == LINES_BEFORE + 1 + LINES_AFTER and rows[LINES_BEFORE][2] == "first difference"


def test_lines_are_code() -> None:
    assert [as_code(line) for line in ("", "1 a=1", " x", "a ` b")] == ["", "`1 a=1`", "`  x `", "`` a ` b ``"]


def test_the_example_is_the_wrong_trace_with_the_most_right_events() -> None:
    wrong = {"sum#0": rest_of(SUM).replace("total=21", "total=22"), "two#0": rest_of(TWO).replace("b=2", "b=3")}
    cases = [SUM, TWO]
    for texts, expected in ((wrong, SUM), (wrong | {"sum#0": rest_of(SUM)}, TWO)):
        model = Known(texts)
        scores = evaluate_traces(cases, "compact", model, CONFIG, 0)[0]
        assert example_of(cases, scores) is expected
        section = example_section(cases, scores, "compact", model, CONFIG)
        assert f"The run {expected.name}" in section and "| first difference |" in section
    short = Known({})
    short.context = 8  # no trace fits
    scores = evaluate_traces(cases, "compact", short, CONFIG, 0)[0]
    assert example_of(cases, scores) is None and example_section(cases, scores, "compact", short, CONFIG) == ""
    assert written_beside_real(SUM, "compact", short, CONFIG) is None
