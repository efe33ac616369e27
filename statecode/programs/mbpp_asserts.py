"""One call of the tested function out of one assert of MBPP."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from statecode.programs.python_literals import parse, read_literal


class Call(NamedTuple):
    """What a driver prints for one assert."""

    setup: str             # statements that stand before the assert, as "import math"; mostly empty
    expression: str        # the call, in the assert's own words
    expected: str | None   # what printing its repr should give, None where the assert does not say


def calls_of(test: str, defined: frozenset[str]) -> Iterator[Call]:
    """Yield the call in each assert of `test`; `defined` are the names that the program defines.

    `assert f(x) == 3` gives f(x) and "3". Where the other side is no literal, or the assert checks something of the
    result (math.isclose, set(...), not), the one call of a defined function is given, with nothing expected. With
    several such calls, or none, it is the whole tested expression.

    Raises:
        SyntaxError: `test` does not parse.
    """
    setup: list[str] = []
    for statement in parse(test).body:
        if isinstance(statement, ast.Assert):
            expression, expected = _subject(statement.test, defined)
            source = ast.get_source_segment(test, expression)
            yield Call("\n".join(setup), source or ast.unparse(expression), expected)
        else:
            setup.append(ast.get_source_segment(test, statement) or ast.unparse(statement))


def names_defined(code: str) -> frozenset[str]:
    """The functions and classes of a program, and the names it assigns at any level; none where it does not parse."""
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):
        return frozenset()
    names = (node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    stored = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return frozenset(names).union(stored)


def prints(code: str) -> bool:
    """Whether a program may print by itself, so that its output is more than the result."""
    return any(word in code for word in ("print", "stdout"))


def expected_repr(value: Any) -> str | None:
    """The repr that a result equal to `value` has, or None where equal values may read differently.

    A dict may equal a Counter, a defaultdict or one in another order; a set a frozenset or one in another order.
    """
    return None if _reads_otherwise(value) else repr(value)


def _subject(test: ast.expr, defined: frozenset[str]) -> tuple[ast.expr, str | None]:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        try:
            return test.left, expected_repr(read_literal(test.comparators[0]))
        except (ValueError, TypeError):
            pass  # the other side is no literal
    calls = list(_outermost_calls(test, defined))
    if len(calls) == 1:
        return calls[0], None
    return test, "True" if isinstance(test, ast.Compare) or _negates(test) else None


def _negates(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _outermost_calls(node: ast.AST, defined: frozenset[str]) -> Iterator[ast.Call]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
        yield node
    else:
        for child in ast.iter_child_nodes(node):
            yield from _outermost_calls(child, defined)


def _reads_otherwise(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_reads_otherwise, value))
    return isinstance(value, (set, dict))
