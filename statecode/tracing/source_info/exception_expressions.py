"""Which expression raises, as snoop tells it: "When calling: f(x)".

executing finds the node: from Python 3.11 on by the positions in the code object, before by compiling the module again
with each candidate of the statement marked. It does so for a frame; here there is none, so it gets what it reads of
one. asttokens finds the node's text. What snoop 0.6.1 makes of the two is repeated in `_text_of` and `_describe`.

Steps are counted, one for about a microsecond, since a hostile program can raise in thousands of places of one line,
and because nothing else would bound executing's search before 3.11.
"""

from __future__ import annotations

import ast
import sys
import types
from collections import defaultdict
from collections.abc import Iterator, Sequence
from textwrap import dedent
from typing import Any

import asttokens
import executing.executing
from executing.executing import statement_containing_node

FILENAME = "program.py"
EFFORT = 4_000_000
"""The steps that one run may cost: some seconds."""

Place = tuple[int, int, int]
"""Where an exception was raised: number of the code object, `f_lasti` in bytes, line."""

LONGEST = 2**18
"""The characters that a source may have: the tree of a longer one would take hundreds of megabytes."""

_LOOKS = 1 if sys.version_info >= (3, 11) else 6  # at each instruction and node before the search
_MOST_ENTRIES = 2**21  # of nodes in lines: each of a thousand nested expressions may stand in all lines
_MOST_HELD = 2**28     # characters
_PARTS = (ast.expr, ast.comprehension, ast.keyword, ast.arguments, ast.arg, ast.withitem)
_DESCRIPTIONS = {
    ast.Call: "calling", ast.Subscript: "subscripting", ast.Attribute: "getting attribute", ast.Compare: "comparing",
}


class ExceptionExpressions:
    """The nodes of one program."""

    def __init__(self, lines: Sequence[str], codes: Sequence[types.CodeType]) -> None:
        self._codes = codes
        self._source = _Source(lines)
        self._tokens: asttokens.ASTTokens | None = None
        self._untokenisable = False
        self._marked: dict[ast.AST, int] = {}  # with the steps that it takes: each place in it counts them
        self._known: dict[Place, tuple[list[str], int]] = {}

    def lines_about(self, place: Place, effort: int) -> tuple[list[str], int]:
        """Give the lines about a place, [] where they would take more steps than `effort`, and the steps they took."""
        if place not in self._known:
            counter = _Counter(effort)
            try:
                lines = self._describe(place, counter)
            except _Exhausted:
                return [], effort
            self._known[place] = lines, counter.steps
        lines, steps = self._known[place]
        return (lines, steps) if steps <= effort else ([], effort)

    def _describe(self, place: Place, counter: _Counter) -> list[str]:
        try:
            node, decorator = self._find(place, counter)
            text = self._text_of(decorator or node, counter)
        except (RecursionError, _Exhausted):
            raise
        except Exception:  # what snoop does then
            return []
        counter.add(len(text))
        if decorator:
            return _indented("!!! When calling decorator: ", "@" + text)
        return _indented(f"!!! When {_DESCRIPTIONS.get(type(node), 'evaluating')}: ", text)

    def _find(self, place: Place, counter: _Counter) -> tuple[Any, Any]:
        """Do what `executing.Source.executing` does; raises something where it finds nothing."""
        number, lasti, line = place
        code = self._codes[number]
        if not 0 <= lasti < len(code.co_code) or lasti % 2:  # forged: executing would search for ever
            raise LookupError(place)
        statements, size = self._source.statements_at_line(line)
        if not statements:
            raise LookupError(line)
        counter.add(_LOOKS * (len(code.co_code) + size))
        frame = types.SimpleNamespace(
            f_code=code, f_lasti=lasti, f_lineno=line, f_globals={},
            counter=counter, characters=len(self._source.text),  # for our own finder
        )
        finder = _Finder(frame, statements, self._source.tree, lasti, self._source)
        if not finder.result:
            raise LookupError(place)
        return finder.result, finder.decorator

    def _text_of(self, node: Any, counter: _Counter) -> str:
        """Do what `snoop.formatting.Source.get_text_with_indentation` does."""
        text = self._marked_tokens(_outermost(node), counter).get_text(node)
        if not text:
            return _f_string_value(node) if isinstance(node, ast.FormattedValue) else "<unknown>"
        return dedent(" " * node.first_token.start[1] + text) if "\n" in text else text.strip()

    def _marked_tokens(self, root: ast.AST, counter: _Counter) -> asttokens.ASTTokens:
        """Give the source's tokens, with those of this part of the tree noted in it.

        snoop has the whole tree marked. What a part's nodes get does not depend on the nodes around it, and marking
        does not fail where the source could be split into tokens.
        """
        if self._tokens is None:
            if self._untokenisable:
                raise LookupError
            self._untokenisable = True
            self._source.check_long_lines()
            self._tokens = asttokens.ASTTokens(self._source.text, filename=FILENAME)
            self._untokenisable = False
        steps = self._marked.get(root) or _marking_steps(root)
        counter.add(steps)
        if root not in self._marked:
            self._tokens.mark_tokens(root)  # type: ignore[arg-type]
            self._marked[root] = steps
        return self._tokens


class _Source:
    """What executing's finders and `ExceptionExpressions` read of an `executing.Source`, found in one walk.

    No node keeps a tree alive for ever: those that all trees of the interpreter share get no parent.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "".join(lines)
        self.tree = ast.parse(self.text, FILENAME)
        self._nodes_by_line: dict[int, list[Any]] = defaultdict(list)
        self._statements: dict[int, tuple[set[Any], int]] = {}
        entries = 0
        waiting: list[Any] = [self.tree]
        waiting[0].statement = None
        for node in waiting:
            for field in node._fields:
                value = getattr(node, field, None)
                for child in value if type(value) is list else (value,):
                    if isinstance(child, ast.AST) and (child._fields or child._attributes):
                        node_of_child: Any = child
                        node_of_child.parent = node
                        node_of_child.statement = child if isinstance(child, ast.stmt) else node.statement
                        waiting.append(child)
            if isinstance(node, ast.expr):
                lines_of_node = range(node.lineno, (node.end_lineno or 0) + 1)
                entries += len(lines_of_node)
                if entries > _MOST_ENTRIES:
                    raise MemoryError
                for number in lines_of_node:
                    self._nodes_by_line[number].append(node)
            elif hasattr(node, "lineno"):
                self._nodes_by_line[node.lineno].append(node)

    def check_long_lines(self) -> None:
        """Raise MemoryError where tokens would take too much: those of early 3.12 hold a copy of their line each."""
        lines = self.text.split("\n") if sys.version_info[:2] == (3, 12) else ()
        held = sum(4 * len(line) * len(self._nodes_by_line.get(number, ())) for number, line in enumerate(lines, 1))
        if held > _MOST_HELD:
            raise MemoryError

    def statements_at_line(self, line: int) -> tuple[set[Any], int]:
        """The statements of the nodes in a line, and how many nodes executing may look at for a place there."""
        if line not in self._statements:
            statements = {node.statement for node in self._nodes_by_line.get(line, ())}
            numbers = [n for found in statements for n in range(found.lineno, found.end_lineno + 1)]
            size = sum(len(self._nodes_by_line.get(number, ())) for number in numbers)
            self._statements[line] = statements, size
        return self._statements[line]


def _outermost(node: Any) -> ast.AST:
    """Give the largest part of the tree around an expression that holds no statement: an f-string is marked as one."""
    while isinstance(node.parent, _PARTS):
        node = node.parent
    return node


def _marking_steps(root: ast.AST) -> int:
    """Estimate the steps of marking: each node's tokens are gone through, and they are those of the nodes within."""
    steps, depth, level = 0, 0, [root]
    while level:
        depth += 3
        steps += depth * len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return steps


def _f_string_value(node: Any) -> str:
    values = [value for value in node.parent.values if isinstance(value, ast.FormattedValue)]
    return "<f-string value>" if len(values) == 1 else f"<f-string value {values.index(node) + 1}>"


def _indented(prefix: str, text: str) -> list[str]:
    first, *others = text.splitlines() or [""]
    return [prefix + first, *(" " * len(prefix) + line for line in others)]


def forget() -> None:
    """Empty executing's caches: they hold on to trees and code objects, and would take equal ones for the same."""
    statement_containing_node.cache_clear()
    if sys.version_info >= (3, 11):
        from executing import _position_node_finder
        _position_node_finder.get_instructions.cache_clear()


class _Exhausted(BaseException):
    """No steps are left; not an Exception, because executing catches those."""


class _Counter:
    """Counts the steps of one search."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.steps = 0

    def add(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self._limit:
            raise _Exhausted


class _CountedList(list):
    """A list of instructions whose walks are counted: executing takes some of them over and over."""

    def __init__(self, items: Sequence[Any], counter: _Counter) -> None:
        super().__init__(items)
        self._counter = counter

    def __iter__(self) -> Iterator[Any]:
        self._counter.add(1 + len(self) // 4)
        return super().__iter__()

    def __getitem__(self, index: Any) -> Any:
        found = super().__getitem__(index)
        if type(index) is slice:
            self._counter.add(len(found))
        return found

    def __setitem__(self, index: Any, value: Any) -> None:
        self._counter.add(1 + len(self))
        super().__setitem__(index, value)


_NodeFinder: Any = executing.executing.NodeFinder  # PositionNodeFinder from 3.11 on


class _CountingFinder(_NodeFinder):
    """The finder of Python 3.10, which compiles the module for each candidate."""

    def compile_instructions(self) -> list[Any]:
        self.frame.counter.add(self.frame.characters)
        return self._counted(super().compile_instructions())

    def get_original_clean_instructions(self) -> list[Any]:
        return self._counted(super().get_original_clean_instructions())

    def _counted(self, instructions: list[Any]) -> _CountedList:
        self.frame.counter.add(8 * len(instructions))
        return _CountedList(instructions, self.frame.counter)


_Finder = _NodeFinder if sys.version_info >= (3, 11) else _CountingFinder
