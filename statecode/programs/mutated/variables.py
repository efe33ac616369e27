"""Find the variables that are certainly assigned before a statement."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import Any

from statecode.programs.mutated.syntax import names_stored

Names = frozenset[str]
_JUMPS = (ast.Return, ast.Raise, ast.Break, ast.Continue)
_NOT_VARIABLES = frozenset({"self", "cls", "_"})
_MOST_VARIABLES = 64  # of a scope; further ones do not count, so that the memory stays small


class Variables:
    """The variables of each scope that are assigned before each statement, on every path to it.

    Functions, classes and modules are not variables. A function has its own parameters and variables only; the
    parameters `self` and `cls` and the name `_` do not count.

    Raises:
        RecursionError: the tree is nested too deeply.
    """

    def __init__(self, tree: ast.Module) -> None:
        self._before: dict[ast.stmt, Names] = {}
        self._follow(tree.body, frozenset())

    def before(self, statement: ast.stmt) -> Names:
        """Return the variables that are assigned before a statement of the tree."""
        return self._before[statement]

    def statements(self) -> Iterator[tuple[ast.stmt, Names]]:
        """Yield each statement with the variables that are assigned before it."""
        yield from self._before.items()

    def _follow(self, block: Sequence[ast.stmt], known: Names) -> Names:
        """Record the variables before each statement of a block, and return those after the block."""
        for statement in block:
            self._before[statement] = known
            after = self._after(statement, known) - _NOT_VARIABLES
            known = after if len(after) <= _MOST_VARIABLES else after & known
        return known

    def _after(self, statement: ast.stmt, known: Names) -> Names:
        match statement:
            case ast.Assign(targets=targets):
                return known.union(*map(names_stored, targets))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr()):
                return known | {name}
            case ast.Delete(targets=targets):
                return known - {target.id for target in targets if isinstance(target, ast.Name)}
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                self._follow(statement.body, _parameters(statement.args) - _NOT_VARIABLES)
            case ast.ClassDef():
                self._follow(statement.body, frozenset())
            case ast.For() | ast.AsyncFor():
                self._follow(statement.body, known | names_stored(statement.target))
                self._follow(statement.orelse, known)
            case ast.While():
                self._follow(statement.body, known)
                self._follow(statement.orelse, known)
            case ast.With() | ast.AsyncWith():
                targets = [item.optional_vars for item in statement.items if item.optional_vars]
                return self._follow(statement.body, known.union(*map(names_stored, targets)))
            case ast.If():
                return self._join([(statement.body, known), (statement.orelse, known)])
            case ast.Try():
                return self._after_try(statement, known)
            case ast.Match():
                for each in statement.cases:
                    self._follow(each.body, known)
            case _ if hasattr(statement, "handlers"):  # TryStar, from Python 3.11
                return self._after_try(statement, known)
        return known

    def _after_try(self, statement: Any, known: Names) -> Names:
        tried = self._follow(statement.body, known)
        blocks: list[tuple[Sequence[ast.stmt], Names]] = [(statement.orelse, tried)]
        for handler in statement.handlers:
            blocks.append((handler.body, known | ({handler.name} if handler.name else frozenset())))
        joined = self._join(blocks) - {handler.name for handler in statement.handlers}
        return joined | self._follow(statement.finalbody, known)

    def _join(self, blocks: Sequence[tuple[Sequence[ast.stmt], Names]]) -> Names:
        """Follow blocks of which one is executed, and return the variables that are assigned after each of them."""
        after = [
            (self._follow(block, known), bool(block) and isinstance(block[-1], _JUMPS)) for block, known in blocks
        ]
        ends = [known for known, leaves in after if not leaves] or [known for known, _ in after]
        return frozenset.intersection(*ends)


def _parameters(arguments: ast.arguments) -> Names:
    parameters = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return frozenset(one.arg for one in [*parameters, arguments.vararg, arguments.kwarg] if one)


def integer_variables(tree: ast.Module) -> Names:
    """Return the names to which some statement of the program assigns an integer, as far as its form shows that."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.For(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))):
                found.add(name)
            case ast.comprehension(target=ast.Name(id=name), iter=ast.Call(func=ast.Name(id="range"))):
                found.add(name)
            case (
                ast.For(target=ast.Tuple(elts=[ast.Name(id=name), *_]), iter=ast.Call(func=ast.Name(id="enumerate")))
                | ast.comprehension(
                    target=ast.Tuple(elts=[ast.Name(id=name), *_]), iter=ast.Call(func=ast.Name(id="enumerate"))
                )
            ):
                found.add(name)
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_integer(value):
                found.add(name)
            case ast.AugAssign(target=ast.Name(id=name), op=ast.Add() | ast.Sub(), value=ast.Constant(value=int())):
                found.add(name)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values)
                found.update(one.id for one, value in pairs if isinstance(one, ast.Name) and _is_integer(value))
    return frozenset(found)


def _is_integer(value: ast.expr) -> bool:
    match value:
        case ast.Constant(value=constant):
            return type(constant) is int
        case ast.Call(func=ast.Name(id="len" | "int")):
            return True
        case ast.BinOp(op=ast.FloorDiv()):
            return True
        case ast.BinOp(left=left, right=right, op=ast.Add() | ast.Sub()):
            return _is_integer(left) or _is_integer(right)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _is_integer(operand)
    return False
