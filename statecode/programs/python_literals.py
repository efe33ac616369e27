"""Write Python values as source text and read them back, for drivers that call the functions of a data set."""

from __future__ import annotations

import ast
import math
from typing import Any

_NON_FINITE = {"inf": math.inf, "nan": math.nan}  # the names in the repr of a float, which are not literals


def write_literal(value: Any) -> str:
    """Return an expression that evaluates to an equal value of the same type, without imports.

    Args:
        value: None, bool, int, float (also infinities and NaN), complex, str, bytes, or a list, tuple, set or dict of
            such values. The elements of a set are sorted by their text, so that equal sets have equal texts.

    Raises:
        TypeError: the value has another type.
    """
    match value:
        case float() if not math.isfinite(value):
            return f"float('{value}')"
        case complex() if not _repr_round_trips(value):
            return f"complex({write_literal(value.real)}, {write_literal(value.imag)})"
        case list():
            return f"[{', '.join(map(write_literal, value))}]"
        case tuple():
            return f"({', '.join(map(write_literal, value))}{',' * (len(value) == 1)})"
        case set():
            return f"{{{', '.join(sorted(map(write_literal, value)))}}}" if value else "set()"
        case dict():
            return f"{{{', '.join(f'{write_literal(key)}: {write_literal(item)}' for key, item in value.items())}}}"
    if value is not None and type(value) not in (bool, int, float, complex, str, bytes):
        raise TypeError(f"no literal for {type(value).__name__}")
    return repr(value)


def read_literal(node: ast.expr) -> Any:
    """Return the value of an expression as `write_literal` writes it, without running code.

    The expression may also contain the names inf and nan.

    Raises:
        ValueError: the expression is not of this form, or is nested too deeply.
    """
    try:
        return ast.literal_eval(_ConstantFolder().visit(node))
    except RecursionError:
        raise ValueError("nested too deeply") from None


def equal_with_types(one: Any, other: Any) -> bool:
    """Return True if two values are equal and have the same types at every level; NaN equals NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(equal_with_types, one, other))
    if isinstance(one, dict):
        return equal_with_types(list(one.items()), list(other.items()))
    return write_literal(one) == write_literal(other)


def _repr_round_trips(value: complex) -> bool:
    """Return True if evaluating the repr returns the same number; False for infinities, NaN and some signed zeros."""
    return math.isfinite(abs(value)) and repr(ast.literal_eval(repr(value))) == repr(value)


class _ConstantFolder(ast.NodeTransformer):
    """Replaces inf, nan, float(...) and complex(...) by constants, because `ast.literal_eval` rejects them."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_NON_FINITE[node.id]) if node.id in _NON_FINITE else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant) and isinstance(operand.value, float):
            return ast.Constant(-operand.value)
        return ast.UnaryOp(node.op, operand)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(argument) for argument in node.args]
        number = {"float": float, "complex": complex}.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if number and not node.keywords:
            return ast.Constant(number(*map(ast.literal_eval, arguments)))
        return node
