"""Edits of constants, operators, conditions and slices."""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Iterator

from statecode.programs.mutated.syntax import LARGEST, Edit, Syntax, integer, is_main_test, nearest

_OTHERS = 4        # maximum number of other constants of the program in the place of a constant

_ARITHMETIC: dict[type[ast.operator], tuple[str, tuple[str, ...]]] = {
    ast.Add: (r"\+", ("-", "*")), ast.Sub: ("-", ("+", "*")), ast.Mult: (r"\*", ("+", "-", "//")),
    ast.Div: ("/", ("//", "*")), ast.FloorDiv: ("//", ("%", "/", "*")), ast.Mod: ("%", ("//", "*")),
    ast.Pow: (r"\*\*", ("*", "+")), ast.LShift: ("<<", (">>",)), ast.RShift: (">>", ("<<",)),
    ast.BitAnd: ("&", ("|", "^")), ast.BitOr: (r"\|", ("&", "^")), ast.BitXor: (r"\^", ("&", "|")),
}
"""Operator → its symbol as a regular expression, and the symbols that replace it."""

_COMPARISON: dict[type[ast.cmpop], tuple[str, tuple[str, ...]]] = {
    ast.Lt: ("<", ("<=", ">", ">=")), ast.LtE: ("<=", ("<", ">=", ">")), ast.Gt: (">", (">=", "<", "<=")),
    ast.GtE: (">=", (">", "<=", "<")), ast.Eq: ("==", ("!=",)), ast.NotEq: ("!=", ("==",)),
    ast.Is: ("is", ("is not",)), ast.IsNot: (r"is[ \t]+not", ("is",)),
    ast.In: ("in", ("not in",)), ast.NotIn: (r"not[ \t]+in", ("in",)),
}
_SEQUENCES = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.JoinedStr, ast.ListComp)


def constants(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace a number by a near one, 0, 1 or another one of the program, and a text by another."""
    skipped = _formats(syntax)
    nodes = [node for node in syntax.nodes if isinstance(node, (ast.Constant, ast.UnaryOp)) and id(node) not in skipped]
    negative = {id(node.operand) for node in nodes if isinstance(node, ast.UnaryOp) and integer(node) is not None}
    integers = sorted({value for node in nodes if (value := integer(node)) is not None and id(node) not in negative})
    floats = sorted({_float(node) for node in nodes if isinstance(node, ast.Constant) and type(node.value) is float})
    texts = sorted({syntax.text(node) for node in nodes if _is_text(syntax, node)})
    for node in nodes:
        value = integer(node)
        if id(node) in negative:
            continue
        if value is not None:
            new = [value + 1, value - 1, 0, 1, *nearest(integers, value, _OTHERS)]
            allowed = [one for one in dict.fromkeys(new) if one != value and (one >= 0 or value < 0)]
            yield from (syntax.replace(node, str(one)) for one in allowed if abs(one) < LARGEST)
        elif isinstance(node, ast.Constant):
            yield from _other_constants(syntax, node, floats, texts)


def _other_constants(syntax: Syntax, node: ast.Constant, floats: list[float], texts: list[str]) -> Iterator[Edit]:
    """Yield the edits of a constant that is no integer."""
    if isinstance(node.value, bool):
        yield syntax.replace(node, str(not node.value))
    elif isinstance(node.value, float) and math.isfinite(node.value):
        new = dict.fromkeys([node.value + 1.0, node.value / 2, *nearest(floats, node.value, _OTHERS)])
        yield from (syntax.replace(node, repr(one)) for one in new if one != node.value and math.isfinite(one))
    elif _is_text(syntax, node):
        text = syntax.text(node)
        quote = text[-1]
        yield from (syntax.replace(node, one) for one in (quote * 2, *nearest(texts, text, _OTHERS)) if one != text)


def _float(node: ast.AST) -> float:
    assert isinstance(node, ast.Constant)
    return float(node.value)  # type: ignore[arg-type]


def _is_text(syntax: Syntax, node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.lineno == node.end_lineno


def _formats(syntax: Syntax) -> set[int]:
    """Return the ids of texts with which others are formatted: another format mostly raises an exception."""
    found = set()
    for node in syntax.nodes:
        match node:
            case ast.BinOp(left=ast.Constant() as text, op=ast.Mod()) | ast.Attribute(value=ast.Constant() as text):
                found.add(id(text))
    return found


def arithmetic(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace an arithmetic operator, or remove a minus sign."""
    for node in syntax.nodes:
        match node:
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                if not any(_is_sequence(operand) for operand in (left, right)):
                    symbol, others = _ARITHMETIC[type(op)]
                    yield from _replace_operator(syntax, left, right, symbol, others)
            case ast.UnaryOp(op=ast.USub(), operand=operand) if not isinstance(operand, ast.Constant):
                yield _without_prefix(syntax, node, "-")


def _is_sequence(node: ast.expr) -> bool:
    return isinstance(node, _SEQUENCES) or isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def assignments(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace an augmented assignment by another one or by a plain one."""
    for node in syntax.nodes:
        if isinstance(node, ast.AugAssign) and type(node.op) in _ARITHMETIC:
            symbol, others = _ARITHMETIC[type(node.op)]
            new = [] if _is_sequence(node.value) else [f"{other}=" for other in others]
            yield from _replace_operator(syntax, node.target, node.value, f"{symbol}=", (*new, "="))


def comparisons(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace a comparison operator."""
    for node in syntax.nodes:
        if isinstance(node, ast.Compare):
            for left, op, right in zip([node.left, *node.comparators], node.ops, node.comparators):
                symbol, others = _COMPARISON[type(op)]
                yield from _replace_operator(syntax, left, right, symbol, others)


def logical_operators(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that exchange `and` and `or`."""
    for node in syntax.nodes:
        if isinstance(node, ast.BoolOp):
            old, new = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
            for left, right in zip(node.values, node.values[1:]):
                yield from _replace_operator(syntax, left, right, old, (new,))


def _replace_operator(
    syntax: Syntax, left: ast.expr, right: ast.expr, symbol: str, others: tuple[str, ...]
) -> Iterator[Edit]:
    if place := syntax.operator(left, right, symbol):
        yield from (place._replace(text=other) for other in others)


def negations(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that negate a condition or remove its `not`."""
    for node in syntax.nodes:
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test) | ast.Assert(test=test):
                tests = [test]
            case ast.comprehension(ifs=ifs):
                tests = ifs
            case _:
                continue
        for test in tests:
            if is_main_test(test):
                continue
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                yield _without_prefix(syntax, test, "not")
            elif not isinstance(test, ast.Constant) and test.lineno == test.end_lineno:
                simple = not isinstance(test, (ast.BoolOp, ast.IfExp, ast.NamedExpr))
                yield syntax.replace(test, f"not {syntax.text(test)}" if simple else f"not ({syntax.text(test)})")


def _without_prefix(syntax: Syntax, node: ast.expr, prefix: str) -> Edit:
    """Return the edit that removes an operator from the start of a node, with the spaces after it.

    One space remains if the words before and after would become one, as in `return-x`.
    """
    found = re.compile(rf"{prefix}[ \t]*").match(syntax.code, syntax.start(node))
    assert found is not None
    start, end = found.span()
    around = syntax.code[max(0, start - 1):start] + syntax.code[end:end + 1]
    return Edit(start, end, " " if len(around) == 2 and around.replace("_", "a").isalnum() else "")


def slice_bounds(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that remove a bound or the step of a slice."""
    for node in syntax.nodes:
        if isinstance(node, ast.Slice):
            yield from (syntax.replace(part, "") for part in (node.lower, node.upper, node.step) if part)
