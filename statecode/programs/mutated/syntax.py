"""The syntax tree of a program with the positions of its nodes in the source, and the edits of the source."""

from __future__ import annotations

import ast
import bisect
import re
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, TypeVar

from statecode.programs.mutated.mutation import line_starts
from statecode.source_tree import tree_of

Item = TypeVar("Item", int, float, str)

LARGEST = 10**12  # integers beyond it are not edited


class Edit(NamedTuple):
    """The replacement of the characters from `start` to `end` of a source by another text."""

    start: int
    end: int
    text: str


# Fields that are not edited: they have no effect on the run, or an edit mostly ends the program at once.
_SKIPPED_FIELDS = frozenset({
    "decorator_list", "returns", "type_params", "annotation", "bases", "pattern", "type_comment", "ctx",
})
# The positions in f-strings depend on the version of Python.
_SKIPPED = (ast.JoinedStr, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal)


class Syntax:
    """A program as text and as tree.

    Args:
        code: the source; its lines end with \\n, \\r or \\r\\n.
        tree: the tree of the source.
    """

    def __init__(self, code: str, tree: ast.Module) -> None:
        self.code = code
        self.tree = tree
        self._line_starts = [*line_starts(code), len(code)]
        self._columns_of_lines: dict[int, list[int]] = {}

    @classmethod
    def of(cls, code: str) -> Syntax | None:
        """Return the syntax of a program; None if its source is not valid."""
        tree = tree_of(code)
        return None if tree is None else cls(code, tree)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """The nodes that can be edited.

        Annotations, decorators, f-strings, patterns, `__name__` tests and calls that are inputs are left out.
        """
        tops = [statement for statement in children(self.tree) if statement not in self.inputs]
        return [node for statement in tops for node in self.below(statement)]

    @cached_property
    def inputs(self) -> frozenset[ast.stmt]:
        """The statements of the module that call its functions with given values, such as `print(f(3))` or `main()`.

        They are to a program of functions what stdin is to others.
        """
        functions = {node.name for node in self.tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))}
        variables = names_stored(self.tree)
        found = set()
        for statement in self.tree.body:
            if isinstance(statement, ast.Expr):
                loaded = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}
                if loaded & functions and not loaded & variables:
                    found.add(statement)
        return frozenset(found)

    @staticmethod
    def below(top: ast.AST) -> Iterator[ast.AST]:
        """Yield a node and the nodes below it that can be edited."""
        pending = [top]
        while pending:
            node = pending.pop()
            yield node
            pending.extend(children(node))

    def start(self, node: ast.expr | ast.stmt) -> int:
        """Return the index of the first character of a node."""
        return self._offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        """Return the index after the last character of a node."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self._offset(node.end_lineno, node.end_col_offset)

    def text(self, node: ast.expr | ast.stmt) -> str:
        """Return the source of a node."""
        return self.code[self.start(node):self.end(node)]

    def line_and_column(self, index: int) -> tuple[int, int]:
        """Return the line, from 1, of a character, and the number of characters before it in the line."""
        line = sum(start <= index for start in self._line_starts[:-1])
        return line, index - self._line_starts[line - 1]

    def replace(self, node: ast.expr | ast.stmt, text: str) -> Edit:
        """Return the edit that replaces a node."""
        return Edit(self.start(node), self.end(node), text)

    def operator(self, left: ast.expr, right: ast.expr, symbol: str) -> Edit | None:
        """Return the position of an operator between two expressions, with its text; None if a line end is there.

        Args:
            symbol: a regular expression.
        """
        start, end = self.end(left), self.start(right)
        found = re.fullmatch(rf"([ \t)]*)({symbol})[ \t(]*", self.code[start:end])
        return found and Edit(start + found.start(2), start + found.end(2), found[2])

    def apply(self, edit: Edit) -> str:
        """Return the source after an edit."""
        return self.code[:edit.start] + edit.text + self.code[edit.end:]

    def _offset(self, line: int, column_bytes: int) -> int:
        start = self._line_starts[line - 1]
        return start + (column_bytes if self.code.isascii() else self._columns(line)[column_bytes])

    def _columns(self, line: int) -> list[int]:
        """Return for each byte of a line in UTF-8 the number of characters before it."""
        if line not in self._columns_of_lines:
            start, end = self._line_starts[line - 1:line + 1]
            sizes = [len(character.encode()) for character in self.code[start:end]]
            columns = [column for column, size in enumerate(sizes) for _ in range(size)]
            self._columns_of_lines[line] = [*columns, len(sizes)]
        return self._columns_of_lines[line]


def children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the children of a node that can be edited."""
    for name in node._fields:
        value = getattr(node, name, None)
        if name in _SKIPPED_FIELDS or name == "test" and is_main_test(value):
            continue
        if name == "type" and isinstance(node, ast.ExceptHandler):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, _SKIPPED) and not is_text_alone(child):
                yield child


def is_main_test(node: object) -> bool:
    """Return True for an expression such as `__name__ == "__main__"`."""
    return isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id == "__name__"


def is_text_alone(node: ast.AST) -> bool:
    """Return True for a docstring, or another statement that is a constant."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def integer(node: ast.AST | None) -> int | None:
    """Return the value of an integer in the source, also of a negative one; None for other nodes and beyond LARGEST."""
    sign = 1
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        sign, node = -1, node.operand
    if isinstance(node, ast.Constant) and type(node.value) is int and node.value < LARGEST:
        return sign * node.value
    return None


def names_stored(node: ast.AST) -> frozenset[str]:
    """Return the names that a target or a statement assigns, without the variables of comprehensions."""
    found = set()
    pending = [node]
    while pending:
        one = pending.pop()
        if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store):
            found.add(one.id)
        pending.extend([one.iter, *one.ifs] if isinstance(one, ast.comprehension) else ast.iter_child_nodes(one))
    return frozenset(found)


def nearest(items: Sequence[Item], own: Item, most: int) -> Sequence[Item]:
    """Return at most `most` of the sorted items other than `own`: those with the nearest places in the order."""
    place = bisect.bisect_left(items, own)
    start = max(0, min(place - most // 2, len(items) - most - 1))
    return [item for item in items[start:start + most + 1] if item != own]
