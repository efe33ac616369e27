"""Python values as source text and back, for the drivers that call a benchmark's functions."""

from __future__ import annotations

import ast
import math
import warnings
from typing import Any

_NON_FINITE = {"inf": math.inf, "nan": math.nan}  # as a repr spells them, which is no Python literal


def parse(source: str) -> ast.Module:
    """`ast.parse` without the warnings that Python has for code which nobody here wrote, such as those about "\\d"."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)


def write_literal(value: Any) -> str:
    """Spell a value as an expression that needs no import and gives an equal value of the same type.

    Takes None, bool, int, float (infinities and NaN too), complex, str, bytes, and list, tuple, set, dict of these.
    Sets are spelled in the order of their elements' texts, so that the same set is always the same text.
    """
    match value:
        case float() if not math.isfinite(value):
            return f"float('{value}')"
        case complex() if not _reads_back(value):
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
    """Evaluate what `write_literal` spells, and the names inf and nan as reprs spell them, without running anything.

    Raises:
        ValueError: the expression is none of these.
    """
    return ast.literal_eval(_Spelled().visit(node))


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal and of the same types all the way down; NaN is the same as NaN."""
    if type(one) is not type(other):
        return False
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    return write_literal(one) == write_literal(other)


def _reads_back(value: complex) -> bool:
    """Whether the repr gives the number back; with infinities and some signs of zero it does not."""
    return math.isfinite(abs(value)) and repr(ast.literal_eval(repr(value))) == repr(value)


class _Spelled(ast.NodeTransformer):
    """Replace what `ast.literal_eval` refuses by constants: inf, nan, float('inf'), complex(...)."""

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(_NON_FINITE[node.id]) if node.id in _NON_FINITE else node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.expr:
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.USub) and isinstance(operand, ast.Constant) and isinstance(operand.value, float):
            return ast.Constant(-operand.value)
        return ast.UnaryOp(node.op, operand)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        arguments = [self.visit(argument) for argument in node.args]
        made = {"float": float, "complex": complex}.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if made and not node.keywords:
            return ast.Constant(made(*map(ast.literal_eval, arguments)))
        return node
