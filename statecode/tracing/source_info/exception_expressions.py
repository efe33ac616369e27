"""Look up the expression that raised an exception and describe it as snoop does: "When calling: f(x)".

The library `executing` finds the node of the syntax tree. From Python 3.11 on it uses the positions in the code object.
Before 3.11 it compiles the module once for each candidate node of the statement, with this node marked. In place
of a frame, `executing` receives an object with the attributes of a frame that it reads. The library `asttokens` finds
the text of the node. `_node_text` and `_describe` repeat the formatting of snoop 0.6.1.

The work is counted in steps of about one microsecond, and limited. A hostile program can raise exceptions at thousands
of locations in one line, and before Python 3.11 nothing else limits the search of `executing`.
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
MAX_STEPS = 4_000_000
"""Maximum number of steps for the exceptions of one run. So many steps take some seconds."""

RaiseLocation = tuple[int, int, int]
"""The location of an exception: number of the code object, `f_lasti` in bytes, line."""

_STEPS_PER_NODE = 1 if sys.version_info >= (3, 11) else 6  # steps per byte of code and per node, before a search
_MAX_LINE_ENTRIES = 2**21  # pairs of node and line: of a thousand nested expressions, each may span all lines
_MAX_TOKEN_CHARACTERS = 2**28  # in all copies of lines that tokens hold, see `check_long_lines`
_INNER_NODES = (ast.expr, ast.comprehension, ast.keyword, ast.arguments, ast.arg, ast.withitem)  # without statements
_DESCRIPTIONS = {
    ast.Call: "calling", ast.Subscript: "subscripting", ast.Attribute: "getting attribute", ast.Compare: "comparing",
}


class ExceptionExpressions:
    """Finds and describes the expressions of one program that raised exceptions.

    Args:
        lines: the program's source, as lines with their ends.
        codes: the program's code objects in preorder. The first number of a `RaiseLocation` is an index of this list.
    """

    def __init__(self, lines: Sequence[str], codes: Sequence[types.CodeType]) -> None:
        self.codes = codes
        self._source = _SourceTree(lines)
        self._tokens: asttokens.ASTTokens | None = None
        self._tokenising_failed = False
        self._steps_by_root: dict[ast.AST, int] = {}  # marked node → steps that each location inside it costs
        self._results: dict[RaiseLocation, tuple[list[str], int]] = {}

    def description_lines(self, location: RaiseLocation, max_steps: int) -> tuple[list[str], int]:
        """Return the lines that describe the expression at a location, and the number of steps for them.

        If this takes more than `max_steps`, the list is empty and the number is `max_steps`.
        """
        if location not in self._results:
            counter = _StepCounter(max_steps)
            try:
                lines = self._describe(location, counter)
            except _OutOfSteps:
                return [], max_steps
            self._results[location] = lines, counter.steps
        lines, steps = self._results[location]
        return (lines, steps) if steps <= max_steps else ([], max_steps)

    def _describe(self, location: RaiseLocation, counter: _StepCounter) -> list[str]:
        try:
            node, decorator = self._find_node(location, counter)
            text = self._node_text(decorator or node, counter)
        except (RecursionError, _OutOfSteps):
            raise
        except Exception:  # snoop then prints no line either
            return []
        counter.add(len(text))
        if decorator:
            return _prefixed_lines("!!! When calling decorator: ", "@" + text)
        return _prefixed_lines(f"!!! When {_DESCRIPTIONS.get(type(node), 'evaluating')}: ", text)

    def _find_node(self, location: RaiseLocation, counter: _StepCounter) -> tuple[Any, Any]:
        """Return the node and the decorator that `executing.Source.executing` finds.

        The decorator is None unless the exception was raised by the call of a decorator.

        Raises:
            LookupError: the location is not valid, or has no node. `executing` also raises other exceptions if it finds
                no node.
        """
        number, lasti, line = location
        code = self.codes[number]
        if not 0 <= lasti < len(code.co_code) or lasti % 2:  # forged: `executing` would loop endlessly
            raise LookupError(location)
        statements, size = self._source.statements_at_line(line)
        if not statements:
            raise LookupError(line)
        counter.add(_STEPS_PER_NODE * (len(code.co_code) + size))
        frame = types.SimpleNamespace(
            f_code=code, f_lasti=lasti, f_lineno=line, f_globals={},
            counter=counter, characters=len(self._source.text),  # read by _CountingFinder
        )
        finder = _Finder(frame, statements, self._source.tree, lasti, self._source)
        if not finder.result:
            raise LookupError(location)
        return finder.result, finder.decorator

    def _node_text(self, node: Any, counter: _StepCounter) -> str:
        """Return the text of a node; the same as `snoop.formatting.Source.get_text_with_indentation` returns."""
        text = self._marked_tokens(_enclosing_expression(node), counter).get_text(node)
        if not text:
            return _f_string_value_label(node) if isinstance(node, ast.FormattedValue) else "<unknown>"
        return dedent(" " * node.first_token.start[1] + text) if "\n" in text else text.strip()

    def _marked_tokens(self, root: ast.AST, counter: _StepCounter) -> asttokens.ASTTokens:
        """Mark the nodes of the subtree `root` with their tokens, and return all tokens of the source.

        snoop marks the whole tree. A subtree is sufficient: the tokens of a node do not depend on the nodes around it,
        and marking does not fail if the source could be tokenised.

        Raises:
            LookupError: an earlier call could not tokenise the source.
        """
        if self._tokens is None:
            if self._tokenising_failed:
                raise LookupError
            self._tokenising_failed = True  # until it succeeds: an exception leaves it True
            self._source.check_long_lines()
            self._tokens = asttokens.ASTTokens(self._source.text, filename=FILENAME)
            self._tokenising_failed = False
        steps = self._steps_by_root.get(root) or _marking_steps(root)
        counter.add(steps)
        if root not in self._steps_by_root:
            self._tokens.mark_tokens(root)  # type: ignore[arg-type]
            self._steps_by_root[root] = steps
        return self._tokens


class _SourceTree:
    """A parsed source, with the attributes of an `executing.Source` that the finders of `executing` read.

    One walk over the tree sets the attributes of all nodes. Nodes that the interpreter shares between all trees, such
    as `ast.Load()`, get no attribute `parent`, because a shared node would keep the tree alive forever.

    Raises:
        MemoryError: the numbers of lines that the expressions span add up to more than `_MAX_LINE_ENTRIES`.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self.text = "".join(lines)
        self.tree = ast.parse(self.text, FILENAME)
        self._nodes_by_line: dict[int, list[Any]] = defaultdict(list)
        self._statements: dict[int, tuple[set[Any], int]] = {}
        entries = 0
        pending: list[Any] = [self.tree]
        pending[0].statement = None
        for node in pending:
            for field in node._fields:
                value = getattr(node, field, None)
                for child in value if type(value) is list else (value,):
                    if isinstance(child, ast.AST) and (child._fields or child._attributes):
                        untyped_child: Any = child  # its class declares neither of these attributes
                        untyped_child.parent = node
                        untyped_child.statement = child if isinstance(child, ast.stmt) else node.statement
                        pending.append(child)
            if isinstance(node, ast.expr):
                lines_of_node = range(node.lineno, (node.end_lineno or 0) + 1)
                entries += len(lines_of_node)
                if entries > _MAX_LINE_ENTRIES:
                    raise MemoryError
                for number in lines_of_node:
                    self._nodes_by_line[number].append(node)
            elif hasattr(node, "lineno"):
                self._nodes_by_line[node.lineno].append(node)

    def check_long_lines(self) -> None:
        """Raise MemoryError if the tokens would take too much memory.

        Only Python 3.12 is checked: in its early releases each token holds a copy of its line.
        """
        lines = self.text.split("\n") if sys.version_info[:2] == (3, 12) else ()
        nodes_by_line = self._nodes_by_line
        characters = sum(4 * len(line) * len(nodes_by_line.get(number, ())) for number, line in enumerate(lines, 1))
        if characters > _MAX_TOKEN_CHARACTERS:
            raise MemoryError

    def statements_at_line(self, line: int) -> tuple[set[Any], int]:
        """Return the statements with nodes in a line, and the number of nodes that `executing` examines at most."""
        if line not in self._statements:
            statements = {node.statement for node in self._nodes_by_line.get(line, ())}
            numbers = [n for found in statements for n in range(found.lineno, found.end_lineno + 1)]
            size = sum(len(self._nodes_by_line.get(number, ())) for number in numbers)
            self._statements[line] = statements, size
        return self._statements[line]


def _enclosing_expression(node: Any) -> ast.AST:
    """Return the largest part of the tree that contains the node but no statement.

    This part is marked as a whole, because `asttokens` marks an f-string only as a whole.
    """
    while isinstance(node.parent, _INNER_NODES):
        node = node.parent
    return node


def _marking_steps(root: ast.AST) -> int:
    """Return the estimated steps to mark a tree: 3 for each node, and 3 more for each of its ancestors.

    For each node, `asttokens` visits the tokens of all nodes inside it.
    """
    steps, depth, level = 0, 0, [root]
    while level:
        depth += 3
        steps += depth * len(level)
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return steps


def _f_string_value_label(node: Any) -> str:
    """Return the text that snoop prints in place of a value inside an f-string."""
    values = [value for value in node.parent.values if isinstance(value, ast.FormattedValue)]
    return "<f-string value>" if len(values) == 1 else f"<f-string value {values.index(node) + 1}>"


def _prefixed_lines(prefix: str, text: str) -> list[str]:
    first, *others = text.splitlines() or [""]
    return [prefix + first, *(" " * len(prefix) + line for line in others)]


def clear_executing_caches() -> None:
    """Clear the caches of `executing`, which keep trees alive and do not distinguish equal code objects."""
    statement_containing_node.cache_clear()
    if sys.version_info >= (3, 11):
        from executing import _position_node_finder
        _position_node_finder.get_instructions.cache_clear()


class _OutOfSteps(BaseException):
    """Raised if no steps are left. Not a subclass of Exception, because `executing` catches every Exception."""


class _StepCounter:
    """Counts the steps of one lookup."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self.steps = 0

    def add(self, steps: int) -> None:
        """Add steps.

        Raises:
            _OutOfSteps: the sum exceeds the limit.
        """
        self.steps += steps
        if self.steps > self._limit:
            raise _OutOfSteps


class _CountingList(list):
    """A list of instructions that counts each iteration as steps: `executing` iterates over some lists many times."""

    def __init__(self, items: Sequence[Any], counter: _StepCounter) -> None:
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
    """The finder of `executing` for Python 3.10, extended to count steps.

    The finder compiles the module once for each candidate node.
    """

    def compile_instructions(self) -> list[Any]:
        self.frame.counter.add(self.frame.characters)
        return self._counted(super().compile_instructions())

    def get_original_clean_instructions(self) -> list[Any]:
        return self._counted(super().get_original_clean_instructions())

    def _counted(self, instructions: list[Any]) -> _CountingList:
        self.frame.counter.add(8 * len(instructions))
        return _CountingList(instructions, self.frame.counter)


_Finder = _NodeFinder if sys.version_info >= (3, 11) else _CountingFinder
