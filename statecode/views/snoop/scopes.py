"""Scopes and first executed lines of a program, from its syntax tree; used to read snoop's text."""

from __future__ import annotations

import ast
import io
from dataclasses import dataclass, field
from functools import lru_cache

from statecode.source_tree import tree_of

_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_CHILD = {  # type of a node → its field that is evaluated first
    ast.Expr: "value", ast.Return: "value", ast.Assign: "value", ast.AnnAssign: "value", ast.AugAssign: "target",
    ast.If: "test", ast.While: "test", ast.For: "iter", ast.Assert: "test", ast.Raise: "exc", ast.Call: "func",
    ast.Attribute: "value", ast.Subscript: "value", ast.BinOp: "left", ast.Compare: "left", ast.UnaryOp: "operand",
    ast.IfExp: "test", ast.Starred: "value", ast.Await: "value", ast.Yield: "value", ast.YieldFrom: "value",
    ast.BoolOp: "values", ast.JoinedStr: "values", ast.FormattedValue: "value", ast.NamedExpr: "value",
    ast.List: "elts", ast.Tuple: "elts", ast.Set: "elts", ast.Dict: "keys", ast.With: "items",
    ast.withitem: "context_expr", ast.Delete: "targets",
}


@dataclass
class Scope:
    """A module, a class or a function."""

    function: str                       # qualified name
    first_line: int                     # line of the first decorator, or of the definition
    line: int                           # line of the definition
    end_line: int
    is_class: bool = False
    is_decorated: bool = False
    parameters: frozenset[str] = frozenset()
    names: set[str] = field(default_factory=set)      # names used in this scope or in a nested one
    global_names: set[str] = field(default_factory=set)  # names declared `global` in this scope

    def qualified(self, name: str) -> str:
        """Return the qualified name of a function or class that is defined in this scope."""
        if self.function == "<module>" or name in self.global_names:
            return name
        return f"{self.function}{'.' if self.is_class else '.<locals>.'}{name}"


class Scopes:
    """The scopes of a program, and its statements."""

    def __init__(self, code: str) -> None:
        self._by_name: dict[str, list[Scope]] = {}
        self._by_line: dict[int, Scope] = {}      # first line of a statement → its innermost scope
        self._statements: dict[int, ast.stmt] = {}
        text = "".join(io.StringIO(code, newline=None))
        module = Scope("<module>", 0, 0, text.count("\n") + 1)
        self._enter(tree_of(code) or ast.Module(body=[], type_ignores=[]), module)

    def at(self, line: int) -> Scope | None:
        """Return the scope of the statement that starts at a line, or None."""
        return self._by_line.get(line)

    def scopes_named(self, function: str) -> list[Scope]:
        """Return the scopes with this qualified name; several if the name is defined more than once."""
        return self._by_name.get(function, [])

    def called(self, function: str, line: int) -> Scope | None:
        """Return the scope with this qualified name that contains `line`, the line of a call event; None if none does.

        Of several such scopes, the one whose definition is nearest to `line` is returned.
        """
        found = (scope for scope in self.scopes_named(function) if scope.first_line <= line <= scope.end_line)
        return min(found, key=lambda scope: abs(scope.line - line), default=None)

    def first_executed(self, line: int) -> int:
        """Return the line of the first event of the statement that starts at `line`.

        It is the line of the expression that the statement evaluates first, as found in the syntax tree.
        """
        node: ast.AST | None = self._statements.get(line)
        reached = line
        while node is not None:
            reached = getattr(node, "lineno", reached)
            child = None if _is_constant(node) else getattr(node, _CHILD.get(type(node), ""), None)
            node = (child[0] if child else None) if isinstance(child, list) else child
        return reached

    def _enter(self, node: ast.AST, scope: Scope) -> None:
        self._by_name.setdefault(scope.function, []).append(scope)
        pending: list[ast.AST] = list(ast.iter_child_nodes(node))
        while pending:
            child = pending.pop()
            if isinstance(child, ast.stmt):
                self._by_line.setdefault(child.lineno, scope)
                self._statements.setdefault(child.lineno, child)
            if isinstance(child, ast.Name):
                scope.names.add(child.id)
            elif isinstance(child, ast.Global):
                scope.global_names.update(child.names)
            if isinstance(child, _DEFINITIONS):
                inner = _scope_of(child, scope)
                self._enter(child, inner)
                scope.names |= inner.names
            else:
                pending.extend(ast.iter_child_nodes(child))


@lru_cache(maxsize=16)
def scopes_of(code: str) -> Scopes:
    """Return the scopes of a program; cached for consecutive runs of one program."""
    return Scopes(code)


def _scope_of(node: _Definition, outer: Scope) -> Scope:
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    is_class = isinstance(node, ast.ClassDef)
    return Scope(
        outer.qualified(node.name), first, node.lineno, node.end_lineno or node.lineno, is_class=is_class,
        is_decorated=bool(node.decorator_list), parameters=frozenset() if is_class else _parameters(node),
    )


def _parameters(node: ast.AST) -> frozenset[str]:
    arguments: ast.arguments = node.args  # type: ignore[attr-defined]
    return frozenset(part.arg for part in ast.walk(arguments) if isinstance(part, ast.arg))


def _is_constant(node: ast.AST) -> bool:
    """Return True if Python loads an expression as one constant, at the line of the expression.

    Lists and sets of at most two elements are not loaded as one constant.
    """
    if isinstance(node, (ast.List, ast.Set)):
        return len(node.elts) > 2 and all(map(_is_literal, node.elts))
    return isinstance(node, ast.Dict) and not node.keys or _is_literal(node)


def _is_literal(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Tuple) and all(map(_is_literal, node.elts)))
