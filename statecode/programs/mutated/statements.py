"""Edits of statements and of the variables in them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from statecode.programs.mutated.syntax import Edit, Syntax, children, is_main_test, is_text_alone, names_stored, nearest
from statecode.programs.mutated.variables import Names, Variables

_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_OTHERS = 8  # maximum number of other variables in the place of a variable
_PURE = frozenset(
    "abs bool dict enumerate float int len list max min range reversed round set sorted str sum tuple zip".split()
)
_SIMPLE = (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.Expr, ast.Delete, ast.Assert, *_JUMPS)


def variable_misuses(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace a variable by another one that is assigned before in the same scope."""
    for statement, known in Variables(syntax.tree).statements():
        for name, variables in _uses(statement, known):
            if name.id in variables and syntax.text(name) == name.id:
                yield from (syntax.replace(name, other) for other in nearest(sorted(variables), name.id, _OTHERS))


def _uses(statement: ast.stmt, known: Names) -> Iterator[tuple[ast.Name, Names]]:
    """Yield the names that a statement itself reads, without those that it calls, with the variables known there."""
    pending: list[tuple[ast.AST, Names]] = [(child, known) for child in children(statement)]
    while pending:
        node, variables = pending.pop()
        if isinstance(node, (ast.stmt, ast.ExceptHandler, ast.match_case, ast.Lambda, ast.arguments)):
            continue
        if isinstance(node, ast.Name):
            if isinstance(node.ctx, ast.Load):
                yield node, variables
            continue
        if isinstance(node, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            first = node.generators[0].iter
            pending.append((first, variables))
            inner = variables.union(*(names_stored(part.target) for part in node.generators))
            pending.extend((child, inner) for child in children(node) if not isinstance(child, ast.comprehension))
            for part in node.generators:
                pending.extend((test, inner) for test in part.ifs)
            continue
        called = node.func if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
        pending.extend((child, variables) for child in children(node) if child is not called)


def statement_swaps(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that exchange two consecutive statements of which the order matters, each on a line of its own."""
    variables = Variables(syntax.tree)
    for block in _blocks(syntax):
        for first, second in zip(block, block[1:]):
            if _is_editable(syntax, first) and _is_editable(syntax, second) and not isinstance(first, _JUMPS):
                unknown = names_stored(first) - variables.before(first)
                if not unknown & (_loaded(second)) and _order_matters(first, second):
                    between = syntax.code[syntax.end(first):syntax.start(second)]
                    text = syntax.text(second) + between + syntax.text(first)
                    yield Edit(syntax.start(first), syntax.end(second), text)


def statement_deletions(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that replace a statement by `pass`, except one that alone defines a name."""
    variables = Variables(syntax.tree)
    for block in _blocks(syntax):
        for statement in block:
            if _is_editable(syntax, statement) and _can_be_deleted(statement, variables.before(statement)):
                yield syntax.replace(statement, "pass")


def break_continue(syntax: Syntax) -> Iterator[Edit]:
    """Yield edits that exchange `break` and `continue`."""
    for node in syntax.nodes:
        if isinstance(node, (ast.Break, ast.Continue)):
            yield syntax.replace(node, "continue" if isinstance(node, ast.Break) else "break")


def _blocks(syntax: Syntax) -> Iterator[Sequence[ast.stmt]]:
    """Yield the blocks of statements, without those of classes and that below `if __name__ == "__main__"`."""
    for node in (syntax.tree, *syntax.nodes):
        if isinstance(node, (ast.ClassDef, ast.Lambda)) or isinstance(node, ast.If) and is_main_test(node.test):
            continue
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list):
                yield block


def _is_editable(syntax: Syntax, statement: ast.stmt) -> bool:
    """Return True for a simple statement on one line that is neither a docstring nor an input nor a `yield`."""
    if not isinstance(statement, _SIMPLE) or statement.lineno != statement.end_lineno:
        return False
    if is_text_alone(statement) or statement in syntax.inputs:
        return False
    match statement:
        case ast.AnnAssign(value=None) | ast.Expr(value=ast.Yield() | ast.YieldFrom() | ast.Await()):
            return False
    return True


def _can_be_deleted(statement: ast.stmt, known: Names) -> bool:
    match statement:
        case ast.Assign(targets=targets):
            attribute = any(isinstance(one, ast.Attribute) for target in targets for one in ast.walk(target))
            return not attribute and names_stored(statement) <= known
        case ast.AnnAssign(target=target):
            return isinstance(target, ast.Name) and target.id in known
    return names_stored(statement) <= known


def _loaded(statement: ast.stmt) -> Names:
    """Return the names that a statement reads; those that it changes in place are among them."""
    found = {one.id for one in ast.walk(statement) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Load)}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        found.add(statement.target.id)
    return frozenset(found)


def _order_matters(first: ast.stmt, second: ast.stmt) -> bool:
    """Return True if one statement may change what the other one reads or changes."""
    stored, later = names_stored(first), names_stored(second)
    if stored & (_loaded(second) | later) or later & _loaded(first):
        return True
    return _has_effect(first) and _has_effect(second)


def _has_effect(statement: ast.stmt) -> bool:
    """Return True if a statement may do more than assign variables."""
    return isinstance(statement, (ast.Assert, *_JUMPS)) or any(
        isinstance(one, ast.Call) and not (isinstance(one.func, ast.Name) and one.func.id in _PURE)
        or isinstance(one, (ast.Attribute, ast.Subscript)) and not isinstance(one.ctx, ast.Load)
        for one in ast.walk(statement)
    )
