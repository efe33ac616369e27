"""The statements of a program by line, for views that show the effect of a line."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from statecode.source_tree import tokens_of, tree_of

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_OWN_SCOPES = (*_COMPREHENSIONS, ast.GeneratorExp, ast.Lambda)


class Statement(NamedTuple):
    """A simple statement, several that share a line, or a compound statement with its body on the same line."""

    line: int               # first line, 1-based
    end_line: int
    code: str               # source of the statement; the first line has no indentation
    nodes: tuple[ast.stmt, ...]
    names: frozenset[str]   # variables in the statement, without those of its comprehensions and lambdas


class Statements:
    """The lines and statements of a program; a program that cannot be parsed has only lines."""

    def __init__(self, code: str) -> None:
        self.lines = list(io.StringIO(code, newline=""))  # split as Python does, with line ends
        text = "".join(io.StringIO(code, newline=None))
        self.tree = tree_of(code)
        self.deleted: dict[int, frozenset[str]] = {}    # line → variables and attributes that its statement deletes
        self.temporary: dict[int, frozenset[str]] = {}  # line → variables of comprehensions in its statement
        self._at: dict[int, Statement] = {}
        self._logical_ends = _logical_ends(text)
        if self.tree is not None:
            lines = list(io.StringIO(text))
            for nodes in _groups(self.tree.body):
                self._add(_statement(nodes, lines))

    def at(self, line: int) -> Statement | None:
        """Return the statement at a line; None at the head of a loop, branch or definition, and at an empty line."""
        return self._at.get(line)

    def end_of(self, line: int) -> int:
        """Return the number of the last line of the logical line at `line`; a comment can be appended to that line.

        For a line outside any logical line, such as an empty line, return `line` itself.
        """
        return self._logical_ends.get(line, line)

    def _add(self, statement: Statement) -> None:
        if statement.code.startswith("elif"):  # a part of an `if` statement
            return
        lines = range(statement.line, statement.end_line + 1)
        self._at.update(dict.fromkeys(lines, statement))
        if temporary := _temporary(statement.nodes):
            self.temporary.update(dict.fromkeys(lines, temporary))
        if all(isinstance(node, ast.Delete) for node in statement.nodes):
            targets = (target for node in statement.nodes for target in node.targets)  # type: ignore[attr-defined]
            self.deleted.update(dict.fromkeys(lines, frozenset(filter(None, map(_dotted_name, targets)))))


def _dotted_name(node: ast.expr) -> str | None:
    """Return the source of a variable or of an attribute of one, such as `self.items`; None for another expression."""
    names = []
    while isinstance(node, ast.Attribute):  # not a recursive function: `a.b.b.b` can be nested 1,000 levels deep
        names.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(names)]) if isinstance(node, ast.Name) else None


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def statements_of(code: str) -> Statements:
    """Return the statements of a program; cached for consecutive runs of one program."""
    return Statements(code)


def _logical_ends(text: str) -> dict[int, int]:
    """Return a mapping from the number of each line to the number of the last line of its logical line."""
    ends: dict[int, int] = {}
    first = None
    for token in tokens_of(text):
        if token.type == tokenize.NEWLINE and first is not None:
            ends.update(dict.fromkeys(range(first, token.start[0] + 1), token.start[0]))
            first = None
        elif first is None and token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            first = token.start[0]
    return ends


def _groups(body: list[ast.stmt]) -> Iterator[list[ast.stmt]]:
    """Yield the simple statements in `body` and in its blocks, in groups; statements that share a line form one group.

    A compound statement with its body on the same line belongs to a group like a simple statement.
    """
    blocks = [body]
    while blocks:  # not a recursive function: each `elif` is nested in the one before it
        group: list[ast.stmt] = []
        for node in blocks.pop():
            if _is_divided(node):
                # on the line of the head, an event may belong to the head or to the block
                blocks.extend(inner for head_line, inner in blocks_of(node) if inner[0].lineno > head_line)
                continue
            if group and node.lineno > (group[-1].end_lineno or 0):
                yield group
                group = []
            group.append(node)
        if group:
            yield group


def _is_divided(node: ast.stmt) -> bool:
    """Return True if the blocks of a statement are separate from its head.

    Blocks are separate if they have lines of their own, or if they run at another time than the head. For example, the
    body of a function on the line of its `def` runs at another time.
    """
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Match)):
        return True
    return hasattr(node, "body") and node.lineno != node.end_lineno


def blocks_of(node: ast.stmt) -> Iterator[tuple[int, list[ast.stmt]]]:
    """Yield the line of the head and the statements of each block of a compound statement.

    The line is 0 for `else` and `finally`, whose lines have no events.
    """
    if hasattr(node, "body"):
        yield node.lineno, node.body
    for handler in getattr(node, "handlers", ()):
        yield handler.lineno, handler.body
    for case in getattr(node, "cases", ()):
        yield case.pattern.lineno, case.body
    for name in ("orelse", "finalbody"):
        if inner := getattr(node, name, None):
            yield 0, inner


def _statement(nodes: list[ast.stmt], lines: list[str]) -> Statement:
    first, last = nodes[0], nodes[-1]
    end_line = last.end_lineno or last.lineno
    taken = lines[first.lineno - 1:end_line]
    taken[-1] = taken[-1].encode()[:last.end_col_offset].decode()
    taken[0] = taken[0].encode()[first.col_offset:].decode()
    return Statement(first.lineno, end_line, "".join(taken), tuple(nodes), frozenset(_names(nodes)))


def _names(nodes: Iterable[ast.AST]) -> set[str]:
    """Return the variables in statements, without those of their comprehensions and lambdas."""
    names = set()
    pending: list[tuple[ast.AST, frozenset[str]]] = [(node, frozenset()) for node in nodes]
    while pending:  # not a recursive function: each operator of a long sum is nested in the next one
        node, bound = pending.pop()
        if isinstance(node, _OWN_SCOPES):
            bound |= _bound(node)
        elif isinstance(node, ast.Name) and node.id not in bound:
            names.add(node.id)
        elif isinstance(node, ast.alias):
            names.add((node.asname or node.name).partition(".")[0])
        pending.extend((child, bound) for child in ast.iter_child_nodes(node))
    return names


def _bound(node: ast.AST) -> set[str]:
    """Return the variables that a lambda or a comprehension binds."""
    if isinstance(node, ast.Lambda):
        return {child.arg for child in ast.walk(node.args) if isinstance(child, ast.arg)}
    targets = [generator.target for generator in node.generators]  # type: ignore[attr-defined]
    return {child.id for target in targets for child in ast.walk(target) if isinstance(child, ast.Name)}


def _temporary(nodes: tuple[ast.stmt, ...]) -> frozenset[str]:
    """Return the variables of the comprehensions in a statement, without those that the statement also uses elsewhere.

    Since Python 3.12 the variables of a comprehension are variables of the frame while the comprehension runs.
    """
    inner = [part for node in nodes for part in ast.walk(node) if isinstance(part, _COMPREHENSIONS)]
    own = {name for part in inner for name in _bound(part)}
    return frozenset(own - _names(nodes)) if own else frozenset()
