"""Test the prompts of CRUXEval, and how answers are read."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")
pytestmark = pytest.mark.torch

from statecode.evaluation.interpreter import cruxeval_prompts  # noqa: E402
from statecode.evaluation.interpreter.cruxeval import Row  # noqa: E402
from statecode.evaluation.interpreter.cruxeval_prompts import (  # noqa: E402
    INPUT_EXAMPLES,
    OUTPUT_EXAMPLES,
    input_answer,
    input_prompt,
    output_answer,
    output_prompt,
)

ROW = Row(name="sample_0", code="def f(a, b):\n    return a + b", input="'x == y', b=[2]", output="'??'")


@pytest.mark.parametrize("text, expected", [
    ("assert f(17) == 17\n[/ANSWER]", "17"),
    ("assert f('x == y', b=[2]) == {'a': [1]} [/ANSWER] more", "{'a': [1]}"),
    ("assert f('[/ANSWER') == 'b'\n", "'b'"),
    ("assert f(1) == 2\nThe result is 2.", "2"),
    ("assert f(1) == (\n2)\n\nIt is 2", "2"),
    ("assert f(1) != 2", None),
    ("assert f(1) == 2 == 2", None),
    ("assert f(1) == \n", None),
    ("f(1) == 2", None),
    ("assert f(1)", None),
    ("", None),
])
def test_output_answers(text: str, expected: str | None) -> None:
    assert output_answer(text) == expected


@pytest.mark.parametrize("text, expected", [
    ("assert f(17, [1]) == 17\n[/ANSWER]", "17, [1]"),
    ("assert f('a) == 2', x=3) == 2\n[/ANSWER]", "'a) == 2', x=3"),
    ("assert f() == 2", ""),
    ("assert 2 == f(1)", None),
    ("assert f == 2", None),
    ("nonsense (", None),
])
def test_input_answers(text: str, expected: str | None) -> None:
    assert input_answer(text) == expected


def test_prompts_show_the_question_without_its_answer() -> None:
    assert output_prompt(ROW).endswith(
        f"[PYTHON]\n{ROW.code}\nassert f({ROW.input}) == ??\n[/PYTHON]\n[ANSWER]\n")
    assert input_prompt(ROW).endswith(f"[PYTHON]\n{ROW.code}\nassert f(??) == '??'\n[/PYTHON]\n[ANSWER]\n")
    assert ROW.input not in input_prompt(ROW)
    assert output_prompt(ROW).count("[ANSWER]") == input_prompt(ROW).count("[ANSWER]") == 3


@pytest.mark.parametrize("examples", [OUTPUT_EXAMPLES, INPUT_EXAMPLES])
def test_examples_are_right(examples: tuple[tuple[str, str, str], ...]) -> None:
    for code, given, result in examples:
        names: dict[str, object] = {}
        exec(f"{code}\nresult = f({given}) == {result}", names)
        assert names["result"] is True


def test_examples_are_read_as_answers() -> None:
    _, first, _ = output_prompt(ROW).split("[ANSWER]\n", 2)
    assert output_answer(first) == OUTPUT_EXAMPLES[0][2]
    _, first, _ = input_prompt(ROW).split("[ANSWER]\n", 2)
    assert input_answer(first) == INPUT_EXAMPLES[0][1]
    assert cruxeval_prompts.ANSWER_LINES == 2
