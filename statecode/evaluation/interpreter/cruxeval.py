"""CRUXEval: predict the output of a function from its input, or an input from its output.

A prediction is right if an assertion passes in the sandbox: `assert f(input) == prediction` for outputs, and
`assert f(prediction) == output` for inputs. With one prediction per row, the share of right ones is pass@1.

Source: Gu et al. 2024, CRUXEval: A Benchmark for Code Reasoning, Understanding and Execution (arXiv 2401.03065).
"""

from __future__ import annotations

import ast
import secrets
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from statecode.errors import ProgramError
from statecode.programs.mbpp_files import DatasetFiles, rows
from statecode.progress import progress_bar
from statecode.records import Program, Status
from statecode.source_tree import parse
from statecode.tracing.options import RunOptions
from statecode.tracing.runner import SandboxRunner

CRUXEVAL = DatasetFiles(
    name="cruxeval", hub_id="cruxeval-org/cruxeval", hub_files="*.jsonl",
    local_files=("cruxeval*.jsonl", "test.jsonl", "*.parquet"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of CRUXEval."""

    name: str    # its id, such as sample_17
    code: str    # defines the function f
    input: str   # source of the arguments, such as "[1, 2], 3"
    output: str  # repr of the result


def read_rows(path: str | Path | None = None) -> list[Row]:
    """Return the rows from a file or folder; by default from the folder below STATECODE_DATA, else from the Hub.

    Raises:
        ProgramError: there is no such file, the Hub cannot be reached, a row has no text for a field, or its input or
            output is no Python.
    """
    found = []
    for place, row in rows(CRUXEVAL, path):
        texts = {name: row.get(name) for name in ("id", "code", "input", "output")}
        missing = [name for name, text in texts.items() if not isinstance(text, str)]
        if missing:
            raise ProgramError(f"{place}: no text in the field {missing[0]}; expected a row of CRUXEval")
        if not _are_arguments(row["input"]) or not _is_expression(row["output"]):
            raise ProgramError(f"{place}: the input has no arguments of a call, or the output is no expression")
        found.append(Row(name=row["id"], code=row["code"], input=row["input"], output=row["output"]))
    return found


def program_of(row: Row) -> Program:
    """Return the program that prints the repr of the result of a row's call."""
    code = f"{row.code.rstrip()}\n\nprint(repr(f({row.input})))\n"
    return Program(program_id=row.name, problem_id=row.name, code=code, origin="cruxeval")


def arguments_of(row: Row) -> list[str]:
    """Return the source of each argument of a row's call, in order."""
    source = f"f(\n{row.input}\n)"
    call = parse(source, "eval").body
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return [ast.get_source_segment(source, value) or "" for value in values]


def output_check(row: Row, prediction: str | None) -> str | None:
    """Return a program that passes if the predicted output is right; None if the prediction is not a literal.

    A literal cannot call `f`, nor have an `__eq__` that accepts everything.
    """
    if prediction is None or not _is_literal(prediction):
        return None
    return f"{row.code.rstrip()}\nassert f({row.input}) == (\n{prediction.strip()}\n)\n"


def input_check(row: Row, prediction: str | None) -> str | None:
    """Return a program that passes if the predicted arguments lead to the output; None if they are not valid.

    Arguments can be any expressions that do not mention `f`, as in the data set.
    """
    if prediction is None or not _are_arguments(prediction):
        return None
    return f"{row.code.rstrip()}\nassert f(\n{prediction.strip()}\n) == ({row.output})\n"


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(parse(text.strip(), "eval"))
    except (SyntaxError, ValueError, TypeError, MemoryError, RecursionError):
        return False
    return True


def _is_expression(text: str) -> bool:
    try:
        parse(f"(\n{text.strip()}\n)", "eval")
    except (SyntaxError, ValueError):
        return False
    return True


def _are_arguments(text: str) -> bool:
    try:
        call = parse(f"f(\n{text.strip()}\n)", "eval").body
    except (SyntaxError, ValueError):
        return False
    names = [node.id for node in ast.walk(call) if isinstance(node, ast.Name)]
    return isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and names.count("f") == 1


def passed(checks: Iterable[str | None], options: RunOptions) -> list[bool]:
    """Run programs in the sandbox, and return for each whether it reached its end; False for None.

    Raises:
        IsolationError: this machine cannot isolate untrusted programs.
    """
    results = []
    with SandboxRunner(options) as runner:
        for check in progress_bar(list(checks), "checking predictions", "programs"):
            results.append(check is not None and _passes(check, runner))
    return results


def _passes(check: str, runner: SandboxRunner) -> bool:
    """Return True if a program reaches its end; a program that exits before it with the code 0 does not."""
    mark = secrets.token_hex(8)
    program = Program(program_id="check", problem_id="check", code=f"{check}\nprint({mark!r})\n")
    trace = runner.run(program).trace
    return trace.status is Status.OK and trace.stdout.endswith(f"{mark}\n")


def output_baselines(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    """Return for each baseline its prediction of the output of each row."""
    constant = Counter(row.output for row in rows).most_common(1)[0][0]
    arguments = [arguments_of(row) for row in rows]
    return {
        "constant: the most frequent output": [constant for _ in rows],
        "copy the first argument": [one[0] if one else None for one in arguments],
        "copy the last argument": [one[-1] if one else None for one in arguments],
    }


def input_baselines(rows: Sequence[Row]) -> dict[str, list[str | None]]:
    """Return for each baseline its prediction of the input of each row."""
    constant = Counter(row.input for row in rows).most_common(1)[0][0]
    return {
        "constant: the most frequent input": [constant for _ in rows],
        "copy the output": [row.output for row in rows],
    }


def pass_rates(
    rows: Sequence[Row], outputs: Mapping[str, Sequence[str | None]], inputs: Mapping[str, Sequence[str | None]],
    options: RunOptions,
) -> dict[str, dict[str, dict[str, int]]]:
    """Check the predictions of outputs and inputs of several predictors.

    Args:
        outputs: predictor → predicted output of each row; None: no answer.
        inputs: the same for inputs.

    Returns:
        "outputs" and "inputs", each: predictor → numbers of `right` predictions, of `valid` ones and of `rows`.
    """
    rates: dict[str, dict[str, dict[str, int]]] = {}
    for kind, predictions, check in (("outputs", outputs, output_check), ("inputs", inputs, input_check)):
        rates[kind] = {}
        for name, answers in predictions.items():
            checks = [check(row, answer) for row, answer in zip(rows, answers, strict=True)]
            right = passed(checks, options)
            valid = sum(one is not None for one in checks)
            rates[kind][name] = {"right": sum(right), "valid": valid, "rows": len(rows)}
    return rates
