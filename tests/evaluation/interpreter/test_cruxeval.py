"""Test CRUXEval: rows, checks of predictions by runs, and the baselines on the real rows."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from statecode.errors import ProgramError
from statecode.evaluation.interpreter import cruxeval
from statecode.evaluation.interpreter.cruxeval import (
    Row,
    arguments_of,
    input_check,
    output_check,
    pass_rates,
    passed,
    program_of,
)
from statecode.tracing import SandboxRunner
from statecode.tracing.options import RunOptions
from tests.support.samples import sampled

ROW = Row(name="sample_0", code="def f(a, b):\n    return a + b", input="[1], b=[2, 3]", output="[1, 2, 3]")


def check(*sources: str | None) -> list[bool]:
    return passed(sources, RunOptions())


def test_predictions_are_compared_by_value() -> None:
    assert check(
        output_check(ROW, "[1, 2, 3]"), output_check(ROW, " [1,2,\n 3] "), output_check(ROW, "[1, 2]"),
        output_check(ROW, "'[1, 2, 3]'"), output_check(ROW, "[1.0, 2, 3]"),
    ) == [True, True, False, False, True]
    assert check(
        input_check(ROW, "[1], [2, 3]"), input_check(ROW, "[], [1, 2, 3]"), input_check(ROW, "b=[3], a=[1, 2]"),
        input_check(ROW, "[1], [2]"), input_check(ROW, "[1]"), input_check(ROW, "1, 2"),
    ) == [True, True, True, False, False, False]


@pytest.mark.parametrize("prediction", [
    None, "", "x", "[1] + [2, 3]", "f([1], [2, 3])", "1 or True", "1) or (True", "print()",
    "type('A', (), {'__eq__': lambda *x: True})()", "[" * 2000,
])
def test_output_that_is_no_literal_is_not_run(prediction: str | None) -> None:
    assert output_check(ROW, prediction) is None


@pytest.mark.parametrize("prediction", [None, "[1]) or f([1]", "f([1], [2, 3]), []", "(", "[1], [2]) == 1 or ((1)"])
def test_input_that_is_no_argument_list_is_not_run(prediction: str | None) -> None:
    assert input_check(ROW, prediction) is None


def test_exit_before_the_assertion_is_not_a_pass() -> None:
    exits = Row(name="x", code="import sys\ndef f(a):\n    return a()", input="sys.exit", output="3")
    assert check(input_check(exits, "sys.exit"), input_check(exits, "lambda: 3"), None) == [False, True, False]


def test_comments_are_allowed_and_hide_nothing() -> None:
    assert check(output_check(ROW, "[1, 2, 3]  # done"), output_check(ROW, "[1, 2]  # )")) == [True, False]
    assert check(input_check(ROW, "[1], [2, 3]  # x"), input_check(ROW, "[1], [2]  # )")) == [True, False]


def test_arguments() -> None:
    assert arguments_of(ROW) == ["[1]", "[2, 3]"]
    assert arguments_of(Row(name="", code="", input="'a, b', (1, 2), {'x': [3]}", output="")) == [
        "'a, b'", "(1, 2)", "{'x': [3]}"]
    assert arguments_of(Row(name="", code="", input="", output="")) == []


def test_rows_are_read_and_faults_are_reported_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    row = {"id": "sample_1", "code": "def f():\n    return 1", "input": "", "output": "1"}
    path.write_text(json.dumps(row) + "\n")
    assert cruxeval.read_rows(path) == [Row(name="sample_1", code=row["code"], input="", output="1")]
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "output": 1}) + "\n")
    with pytest.raises(ProgramError, match=r"rows.jsonl:2: no text in the field output"):
        cruxeval.read_rows(path)
    for fault in ({"input": "1) + (2"}, {"input": "1 +"}, {"output": "1 2"}):
        path.write_text(json.dumps({**row, **fault}) + "\n")
        with pytest.raises(ProgramError, match=r"rows.jsonl:1: the input has no arguments of a call, or the output"):
            cruxeval.read_rows(path)
    path.write_text(json.dumps({**row, "input": "1, a=2 # x"}) + "\n")
    assert cruxeval.arguments_of(cruxeval.read_rows(path)[0]) == ["1", "2"]


def test_pass_rates_count_right_valid_and_all() -> None:
    rows = [ROW, Row(name="sample_1", code="def f(a):\n    return a", input="3", output="3")]
    rates = pass_rates(rows, {"one": ["[1, 2, 3]", "4"], "two": [None, "x"]}, {"three": ["1", "4"]}, RunOptions())
    assert rates == {
        "outputs": {"one": {"right": 1, "valid": 2, "rows": 2}, "two": {"right": 0, "valid": 0, "rows": 2}},
        "inputs": {"three": {"right": 0, "valid": 2, "rows": 2}},
    }


@sampled(20)
def test_the_answers_of_the_data_set_are_right(step: int, statecode_data: Path) -> None:
    """Check rows with their own output and input, and the output of their program."""
    rows = cruxeval.read_rows(statecode_data / "cruxeval")
    assert len(rows) == 400
    some = rows[::step]
    rates = pass_rates(some, {"real": [row.output for row in some]}, {"real": [row.input for row in some]}, RunOptions())
    counts = {"right": len(some), "valid": len(some), "rows": len(some)}
    assert rates == {kind: {"real": counts} for kind in ("outputs", "inputs")}
    with SandboxRunner(RunOptions()) as runner:
        assert [runner.run(program_of(row)).trace.stdout for row in some] == [f"{row.output}\n" for row in some]


@sampled(20)
def test_copying_an_argument_is_often_right(step: int, statecode_data: Path) -> None:
    """Hold the shares of the 400 rows: 71 first arguments are right, 42 last ones, and `False` 20 times, 8 times for 0."""
    rows = cruxeval.read_rows(statecode_data / "cruxeval")
    answers = {name: found[::step] for name, found in cruxeval.output_baselines(rows).items()}
    rates = pass_rates(rows[::step], answers, {}, RunOptions())["outputs"]
    right = {name: rate["right"] for name, rate in rates.items()}
    expected = {1: (20, 71, 42), 20: (0, 4, 3)}[step]
    names = "constant: the most frequent output", "copy the first argument", "copy the last argument"
    assert right == dict(zip(names, expected, strict=True))
