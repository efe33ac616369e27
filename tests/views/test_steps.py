"""Test the rows of the view `steps`: their format, and that exact steps can be executed."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.records import Trace
from statecode.tracing import SandboxRunner
from statecode.views import render, rows
from statecode.views.steps import FIELDS
from tests.support.traced_views import traced


def test_steps_have_the_format_of_python_state_changes(runner: SandboxRunner, statecode_data: Path) -> None:
    lines = (statecode_data / "python-state-changes" / "card_samples.jsonl").read_text().splitlines()
    samples = [json.loads(line) for line in lines]
    assert len(samples) == 3
    for sample in samples:
        trace = traced(runner, "other = 3\n" + sample["start"].replace("; ", "\n") + "\n" + sample["code"] + "\n")
        assert {name: rows(trace, "steps")[-1][name] for name in sample} == sample


def steps_of(runner: SandboxRunner, code: str) -> list[tuple[str, str, str]]:
    return [(row["start"], row["code"], row["end"]) for row in rows(traced(runner, code), "steps")]


@pytest.mark.parametrize(
    "code, expected",
    [
        ("x = 1\nx = 1\n", [("", "x = 1", "x = 1"), ("x = 1", "x = 1", "x = 1")]),
        ("b = 1; a = b\ndel b\n", [("", "b = 1; a = b", "a = 1; b = 1"), ("b = 1", "del b", "")]),
        ("x = [1,\n   2]\n", [("", "x = [1,\n   2]", "x = [1, 2]")]),
        ("x = 2\nwhile x: x -= 1\n", [("", "x = 2", "x = 2"), ("x = 2", "while x: x -= 1", "x = 0")]),
        ("if 0: pass\nelif 1: x = 1\nelse: x = 2\ny = 1\n", [("", "y = 1", "y = 1")]),
        ("try:\n    x = 1 // 0\nexcept Exception: x = 3\ny = x\n", [("x = 3", "y = x", "x = 3; y = 3")]),
        ("f = lambda x: x + 1\ny = f(2)\n", [("", "f = lambda x: x + 1", ""), ("", "y = f(2)", "y = 3")]),
        # in a function: in a module a tracer changes the result of such a comprehension on Python 3.12
        ("def f():\n    y = [x for x in range(3)]\n    z = [a for a in y\n         if a]\n    return z\nf()",
         [("", "y = [x for x in range(3)]", "y = [0, 1, 2]"),
          ("y = [0, 1, 2]", "z = [a for a in y\n         if a]", "y = [0, 1, 2]; z = [1, 2]"), ("", "f()", "")]),
        ("def f(x):\n    'text'\n    y = x\n    return y\nf('é'); z = 1\n",
         [("x = 'é'", "y = x", "x = 'é'; y = 'é'"), ("", "f('é'); z = 1", "z = 1")]),
        ("x = 3\nx = print\nx = 4\n", [("", "x = 3", "x = 3"), ("x = 3", "x = print", ""), ("", "x = 4", "x = 4")]),
        ("def f(): return 1\nx = f()\n", [("", "x = f()", "x = 1")]),
    ],
)
def test_steps(runner: SandboxRunner, code: str, expected: list[tuple[str, str, str]]) -> None:
    assert steps_of(runner, code) == expected


def test_steps_of_a_recursion_end_with_the_innermost_first(runner: SandboxRunner) -> None:
    code = "def down(n):\n    x = n and down(n - 1)\n    return n\ny = down(1)\n"
    assert steps_of(runner, code) == [
        ("n = 0", "x = n and down(n - 1)", "n = 0; x = 0"),
        ("n = 1", "x = n and down(n - 1)", "n = 1; x = 0"),
        ("", "y = down(1)", "y = 1"),
    ]
    found = rows(traced(runner, code), "steps")
    assert [(row["line"], row["function"]) for row in found] == [(2, "down"), (2, "down"), (4, "<module>")]
    assert found[0]["first_event"] > found[1]["first_event"] > found[2]["first_event"]


def test_steps_are_exact_if_values_are_complete_literals(runner: SandboxRunner) -> None:
    code = "a = list(range(9))\nb = list(range(999))\nc = object()\nd = float('inf')\ne = {1}\nf = {}\n"
    assert [row["exact"] for row in rows(traced(runner, code), "steps")] == [True, False, False, False, True, True]


def test_exact_steps_can_be_executed(embedded_traces: list[Trace]) -> None:
    """Executing start and code in Python results in end; over a sample of the shipped traces."""
    checked = 0
    for row in (row for trace in embedded_traces[::40] for row in rows(trace, "steps") if row["exact"]):
        end = executed(row)
        if end is not None and "locals()" not in row["code"]:
            assert end == {name: value for name, value in executed({"start": row["end"], "code": ""}).items()}, row
            checked += 1
    assert checked > 500


def executed(row: dict[str, Any]) -> dict[str, Any] | None:
    """Return the variables after the statement of a row; None if the statement needs more than the row contains."""
    builtins = {"input": None, "open": None, "print": len, **{name: SAFE[name] for name in SAFE}}
    names = {"__builtins__": builtins}
    try:
        exec(row["start"], names)
        exec(row["code"], names)
    except Exception:
        return None
    del names["__builtins__"]
    return {name: value for name, value in names.items() if is_data(value)}


SAFE = {f.__name__: f for f in (abs, bool, dict, divmod, enumerate, float, int, len, list, map, max, min, range, reversed,
                                set, sorted, str, sum, tuple, zip)}


def is_data(value: object) -> bool:
    return isinstance(value, (int, float, str, list, dict, set, tuple, type(None)))


@pytest.mark.one_python
def test_every_shipped_trace(embedded_traces: list[Trace]) -> None:
    """Comments do not change a program, and every row has all fields."""
    for trace in embedded_traces:
        assert ast.dump(ast.parse(render(trace, "inline"))) == ast.dump(ast.parse(trace.code))
        assert all({name: type(value) for name, value in row.items()} == FIELDS for row in rows(trace, "steps"))


@pytest.fixture(scope="module")
def embedded_traces() -> list[Trace]:
    from statecode.dataset.source import EMBEDDED_CORPUS

    return list(statecode.read(EMBEDDED_CORPUS))


def test_steps_contain_the_attributes_of_named_variables() -> None:
    code = "class D(dict):\n    pass\nother = D()\nother.y = 1\nd = D()\nd.x = [1]\nd.x.append(2)\ne = d\n"
    steps = [(row["start"], row["code"], row["end"], row["exact"]) for row in rows(statecode.trace(code, fidelity="full"), "steps")]
    assert steps[2:] == [
        ("", "d = D()", "d = {}", True),
        ("d = {}", "d.x = [1]", "d = {}; d.x = [1]", False),  # `d = {}` is not the object: it would have no attributes
        ("d = {}; d.x = [1]", "d.x.append(2)", "d = {}; d.x = [1, 2]", False),
        ("d = {}; d.x = [1, 2]", "e = d", "d = {}; d.x = [1, 2]; e = {}; e.x = [1, 2]", False),
    ]
