"""Extract the call of the tested function from an assert of MBPP."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any, NamedTuple

from statecode.programs.python_literals import read_literal
from statecode.source_tree import parse


class Call(NamedTuple):
    """The call that a driver prints for one assert."""

    setup: str             # statements before the assert, such as "import math"; usually empty
    expression: str        # source text of the call, as in the assert
    expected: str | None   # expected repr of the result; None if the assert does not determine it


def calls_of(test: str, defined: frozenset[str]) -> Iterator[Call]:
    """Yield the call in each assert of `test`; `defined` contains the names that the program defines.

    For `assert f(x) == 3` the expression is f(x) and the expected repr is "3". Otherwise the right side is not a
    literal, or the assert checks a property of the result (math.isclose, set(...), not). If the assert then has exactly
    one call of a defined function, the expression is this call, and the expected repr is None. If it has several or
    none, the expression is the whole tested expression; the expected repr is "True" if this is a comparison or a
    negation, else None.

    Raises:
        SyntaxError: `test` does not parse.
    """
    setup: list[str] = []
    for statement in parse(test).body:
        if isinstance(statement, ast.Assert):
            expression, expected = _call_and_expected(statement.test, defined)
            source = ast.get_source_segment(test, expression)
            yield Call("\n".join(setup), source or ast.unparse(expression), expected)
        else:
            setup.append(ast.get_source_segment(test, statement) or ast.unparse(statement))


def names_defined(code: str) -> frozenset[str]:
    """Return the names of functions, classes and assigned variables at any level; empty if `code` does not parse."""
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):
        return frozenset()
    names = (node.name for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    stored = (node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    return frozenset(names).union(stored)


def may_print(code: str) -> bool:
    """Return True if a program may print more than the result of the driver line: its code mentions print or stdout."""
    return any(word in code for word in ("print", "stdout"))


def expected_repr(value: Any) -> str | None:
    """Return the repr that every result equal to `value` has, or None if equal results may have different reprs.

    A dict may equal a Counter, a defaultdict or a dict in another order; a set may equal a frozenset or a set in
    another order. Equal numbers of different types are not considered; `mbpp.OTHER_NUMBER_TYPE` lists their tasks.
    """
    return None if _has_ambiguous_repr(value) else repr(value)


def _call_and_expected(test: ast.expr, defined: frozenset[str]) -> tuple[ast.expr, str | None]:
    if isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], ast.Eq):
        try:
            return test.left, expected_repr(read_literal(test.comparators[0]))
        except (ValueError, TypeError):
            pass  # the other side is not a literal
    calls = list(_outermost_calls(test, defined))
    if len(calls) == 1:
        return calls[0], None
    return test, "True" if isinstance(test, ast.Compare) or _is_negation(test) else None


def _is_negation(test: ast.expr) -> bool:
    return isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not)


def _outermost_calls(node: ast.AST, defined: frozenset[str]) -> Iterator[ast.Call]:
    """Yield the calls of defined functions that are not arguments of another one, in the order of the source."""
    pending = [node]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in defined:
            yield node
        else:
            pending.extend(reversed(list(ast.iter_child_nodes(node))))


def _has_ambiguous_repr(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(map(_has_ambiguous_repr, value))
    return isinstance(value, (set, dict))
