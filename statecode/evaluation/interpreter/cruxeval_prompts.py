"""Ask a model directly for the outputs and inputs of CRUXEval: a prompt with two examples, and no trace.

The prompts have the form of the direct prompts of CRUXEval (arXiv 2401.03065): functions in [PYTHON], assertions in
[ANSWER]. The instructions and the examples are statecode's own, so that scores can differ from published ones.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from transformers import PreTrainedTokenizerBase

from statecode.evaluation.interpreter.cruxeval import Row
from statecode.evaluation.interpreter.scoring import Model
from statecode.evaluation.interpreter.written_texts import Task
from statecode.modeling.batched_decoding import Prompt
from statecode.modeling.tokenizers import encode, start_id
from statecode.source_tree import parse

ANSWER_TOKENS = 128  # longest answer
ANSWER_LINES = 2     # the assertion, and the end of the answer

OUTPUT_EXAMPLES = (
    ("def f(word):\n    return word.upper() + '!'", "'hey'", "'HEY!'"),
    ("def f(items, n):\n    return items[:n]", "[4, 7, 9], 2", "[4, 7]"),
)
INPUT_EXAMPLES = (
    ("def f(a, b):\n    return a * b", "'ab', 2", "'abab'"),
    ("def f(values):\n    return sum(v > 3 for v in values)", "[5, 1, 8]", "2"),
)
OUTPUT_INSTRUCTION = "Complete each assertion with the value that the function returns, as a literal."
INPUT_INSTRUCTION = "Complete each assertion with arguments for which the function returns the given value."


def output_prompt(row: Row) -> str:
    """Return a prompt with two examples that asks for the output, in the form of the direct prompts of CRUXEval."""
    shown = [
        _example(code, f"f({given}) == ??", f"f({given}) == {result}") for code, given, result in OUTPUT_EXAMPLES
    ]
    return "\n\n".join([OUTPUT_INSTRUCTION, *shown, _question(row.code, f"f({row.input}) == ??")])


def input_prompt(row: Row) -> str:
    """Return a prompt with two examples that asks for an input, in the form of the direct prompts of CRUXEval."""
    shown = [_example(code, f"f(??) == {result}", f"f({given}) == {result}") for code, given, result in INPUT_EXAMPLES]
    return "\n\n".join([INPUT_INSTRUCTION, *shown, _question(row.code, f"f(??) == {row.output}")])


def _question(code: str, assertion: str) -> str:
    return f"[PYTHON]\n{code}\nassert {assertion}\n[/PYTHON]\n[ANSWER]\n"


def _example(code: str, asked: str, answer: str) -> str:
    return f"{_question(code, asked)}assert {answer}\n[/ANSWER]"


def direct_answers(rows: Sequence[Row], kind: str, model: Model) -> list[str | None]:
    """Ask a model for the outputs or inputs of rows, and return its answers; None for an answer without an assertion.

    Args:
        kind: outputs or inputs.
    """
    tasks = direct_tasks(rows, kind, model.tokenizer, model.context)
    written = model.write(tasks, f"asking for {kind}")
    answer = output_answer if kind == "outputs" else input_answer
    found = {task.key: answer(written[task.key].text) for task in tasks}
    return [found.get(f"{row.name} {kind}") for row in rows]


def direct_tasks(
    rows: Iterable[Row], kind: str, tokenizer: PreTrainedTokenizerBase, context: int | None
) -> list[Task]:
    """Return the tasks to answer the rows directly; rows whose prompt and answer do not fit in the context are left
    out.

    Args:
        kind: outputs or inputs.
        context: maximum number of tokens that the model reads; None: no limit.
    """
    tasks = []
    for row in rows:
        before = output_prompt(row) if kind == "outputs" else input_prompt(row)
        ids = [start_id(tokenizer), *encode(tokenizer, [before])[0]]
        if context is None or len(ids) + ANSWER_TOKENS <= context:
            prompt = Prompt(ids=ids, max_new_tokens=ANSWER_TOKENS, max_new_lines=ANSWER_LINES)
            tasks.append(Task(key=f"{row.name} {kind}", before=before, prompt=prompt))
    return tasks


def output_answer(text: str) -> str | None:
    """Return the right side of the assertion at the start of an answer; None if there is none."""
    found = _assertion(text)
    return None if found is None else found[1]


def input_answer(text: str) -> str | None:
    """Return the arguments of the call in the assertion at the start of an answer; None if there is none."""
    found = _assertion(text)
    if found is None or not found[0].startswith("f(") or not found[0].endswith(")"):
        return None
    return found[0][2:-1]


def _assertion(text: str) -> tuple[str, str] | None:
    """Return the sources of both sides of the assertion in the first lines of a text."""
    lines = "\n".join(_lines_before(text, "[/ANSWER]")).strip().split("\n")
    for count in range(len(lines), 0, -1):  # text that is no Python may follow
        source = "\n".join(lines[:count])
        try:
            statement = parse(source).body[0]
            break
        except (SyntaxError, ValueError, IndexError):
            continue
    else:
        return None
    if not isinstance(statement, ast.Assert) or not isinstance(statement.test, ast.Compare):
        return None
    if [type(operator) for operator in statement.test.ops] != [ast.Eq]:
        return None
    sides = statement.test.left, statement.test.comparators[0]
    left, right = (ast.get_source_segment(source, side) for side in sides)
    return (left, right) if left and right else None


def _lines_before(text: str, end: str) -> Iterator[str]:
    for line in text.split("\n"):
        before, found, _ = line.partition(end)
        yield before
        if found:
            return
