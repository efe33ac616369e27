"""Edits of the bounds of loops, and of indexes by one."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from statecode.programs.mutated.syntax import Edit, Syntax, integer
from statecode.programs.mutated.variables import integer_variables

_TIGHT = (ast.Name, ast.Attribute, ast.Subscript, ast.Call)
_ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow)
_ORDER = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def loop_bounds(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits of the arguments of `range`, of the direction of a loop over it, and of the bound of a `while`."""
    integers = integer_variables(syntax.tree)
    for node in syntax.nodes:
        match node:
            case ast.Call(func=ast.Name(id="range"), args=[ast.expr() as first, *rest], keywords=[]):
                if any(isinstance(argument, ast.Starred) for argument in node.args):
                    continue
                for argument in [first, *rest[:1]]:
                    yield from _by_one(syntax, argument)
                if not rest:
                    yield Edit(syntax.start(first), syntax.start(first), "1, ")
            case ast.For(iter=ast.Call(func=ast.Name(id="range")) as called):
                yield syntax.replace(called, f"reversed({syntax.text(called)})")
            case ast.For(iter=ast.Call(func=ast.Name(id="reversed"), args=[items]) as called):
                yield syntax.replace(called, syntax.text(items))
            case ast.While(test=test):
                for compared in syntax.below(test):
                    if isinstance(compared, ast.Compare) and isinstance(compared.ops[-1], _ORDER):
                        if _is_integer(compared.comparators[-1], integers):
                            yield from _by_one(syntax, compared.comparators[-1])


def off_by_one(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that add 1 to an index or to a bound of a slice, or subtract 1 from it."""
    integers = integer_variables(syntax.tree)
    for node in syntax.nodes:
        if isinstance(node, ast.Slice):
            for bound in filter(None, (node.lower, node.upper)):
                yield from _by_one(syntax, bound)
        elif isinstance(node, ast.Subscript) and _is_integer(node.slice, integers):
            yield from _by_one(syntax, node.slice)


def _is_integer(node: ast.expr, integers: frozenset[str]) -> bool:
    """Return True if the form of an expression shows that its value is an integer."""
    match node:
        case ast.Name(id=name):
            return name in integers
        case ast.Call(func=ast.Name(id="len")):
            return True
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.FloorDiv(), right=right):
            return _is_integer(left, integers) or _is_integer(right, integers)
    return integer(node) is not None


def _by_one(syntax: Syntax, node: ast.expr) -> Iterator[Edit]:
    """Yield the edits that replace an expression by one that is larger or smaller by 1, in its shortest form."""
    for change in (1, -1):
        yield syntax.replace(node, _shifted(syntax, node, change))


def _shifted(syntax: Syntax, node: ast.expr, change: int) -> str:
    value = integer(node)
    if value is not None:
        return str(value + change)
    sign = "+" if change > 0 else "-"
    match node:
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as op, right=ast.Constant(value=int(number))):
            place = syntax.operator(left, node.right, r"[+-]")
            if place and number > 0:
                number = (number if isinstance(op, ast.Add) else -number) + change
                first = syntax.code[syntax.start(node):place.start].rstrip()
                spaces = syntax.code[place.start - 1] == " "
                return first + ("" if not number else f" {'+-'[number < 0]} {abs(number)}" if spaces else f"{number:+}")
        case ast.BinOp(op=op) if isinstance(op, _ARITHMETIC):
            return f"{syntax.text(node)} {sign} 1"
    return f"{syntax.text(node)} {sign} 1" if isinstance(node, _TIGHT) else f"({syntax.text(node)}) {sign} 1"
