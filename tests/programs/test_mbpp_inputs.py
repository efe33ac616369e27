"""Test that the inputs of MBPP+ get the types that JSON cannot represent."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from statecode.programs.mbpp_asserts import calls_of
from statecode.programs.mbpp_inputs import restore_types
from statecode.programs.python_literals import equal_with_types, read_literal
from statecode.source_tree import parse


def test_restored_inputs_have_the_types_of_the_asserts(plus_rows: list[dict[str, Any]]) -> None:
    checked, other_values = 0, set()
    for row in plus_rows:
        task = int(row["task_id"][5:])
        calls = list(calls_of(row["assertion"].strip(), frozenset({row["entry_point"]})))
        assert len(calls) == len(row["base_input"])
        for call, stored in zip(calls, row["base_input"]):
            (statement,) = parse(call.expression).body
            assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            try:
                arguments = [read_literal(argument) for argument in statement.value.args]
            except ValueError:
                assert call.expression in ("is_perfect_square(14*14)", "is_perfect_square(125*125)")
                continue
            checked += 1
            if not equal_with_types(restore_types(task, stored), arguments):
                other_values.add(task)
    assert checked == 1_172
    assert other_values == {87}  # its base_input lacks keys that its asserts have


def test_restored_inputs_satisfy_the_contracts(plus_rows: list[dict[str, Any]]) -> None:
    """MBPP+ has a contract for the arguments of each function; without `restore_types` 52 tasks violate it."""
    assert violated_contracts(plus_rows, restore_types) == {267, 734}  # faults of the data set: floats for an int, empty lists
    unrestored = violated_contracts(plus_rows, lambda task, arguments: arguments)
    assert len(unrestored - {267, 734}) == 52


def violated_contracts(rows: list[dict[str, Any]], restored: Any) -> set[int]:
    violated = set()
    for row in rows:
        task = int(row["task_id"][5:])
        function = contract_of(row)
        for stored in [*row["base_input"], *row["plus_input"]]:
            try:
                function(*restored(task, stored))
            except (AssertionError, AttributeError, TypeError):
                violated.add(task)
    return violated


def contract_of(row: dict[str, Any]) -> Any:
    functions = [node for node in parse(row["canonical_solution"]).body if isinstance(node, ast.FunctionDef)]
    (arguments,) = {ast.unparse(node.args) for node in functions if node.name == row["entry_point"]}
    namespace: dict[str, Any] = {}
    exec(f"import re\nfrom typing import *\ndef contract({arguments}):\n{row['contract'].strip(chr(10))}\n", namespace)
    return namespace["contract"]


@pytest.mark.parametrize(
    ("task", "stored", "expected"),
    [
        (2, [[1, 2], []], [(1, 2), ()]),
        (63, [[[1, 2], [3]]], [[(1, 2), (3,)]]),
        (75, [[[1]], 2], [[(1,)], 2]),
        (98, [[1, 2]], [(1, 2)]),
        (106, [[1], [2]], [[1], (2,)]),
        (115, [[[1, 2], []]], [[{1, 2}, {}]]),
        (124, ["0", "1j"], [0, 1j]),
        (124, ["0.5", "(-0-3j)"], [0.5, complex(-0.0, -3)]),
        (252, [1], [1]),
        (252, ["84.7"], [84.7]),
        (259, [[[1, 2], [3, 4]], [[5, 6]]], [((1, 2), (3, 4)), ((5, 6),)]),
        (278, [[4, 5, [7], 8]], [(4, 5, (7,), 8)]),
        (301, [{"1": {"a": {"2.5": 0}}}], [{1: {"a": {2.5: 0}}}]),
        (307, [["a", [1]], 1, 50], [("a", [1]), 1, 50]),
        (596, [[[1, [2]], "x"]], [((1, (2,)), "x")]),
        (722, [{"a": [6.2, 70]}, 6, 70], [{"a": (6.2, 70)}, 6, 70]),
        (3, [[1]], [[1]]),
    ],
)
def test_each_converter_restores_its_types(task: int, stored: list[Any], expected: list[Any]) -> None:
    assert equal_with_types(restore_types(task, stored), expected)
