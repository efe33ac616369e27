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

_LONGEST = 2**18  # characters of a source; the tree of a longer one would take hundreds of megabytes
_DESCRIPTIONS = {
    ast.Call: "calling", ast.Subscript: "subscripting", ast.Attribute: "getting attribute", ast.Compare: "comparing",
}


class FailingNodes:
    """The nodes of one program."""

    def __init__(self, lines: Sequence[str], codes: Sequence[types.CodeType]) -> None:
        self._codes = codes
        self._source = _Source(FILENAME, lines) if sum(map(len, lines)) <= _LONGEST else None
        self._tokens: asttokens.ASTTokens | None = None
        self._no_tokens = False
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
            text = self._text_of(decorator or node)
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
        if self._source is None or not 0 <= lasti < len(code.co_code):  # executing would search for ever
            raise LookupError(place)
        statements = self._source.statements_at_line(line)
        if not statements:
            raise LookupError(line)
        counter.add(len(code.co_code) + self._source.size_of_statements(line))
        frame = types.SimpleNamespace(
            f_code=code, f_lasti=lasti, f_lineno=line, f_globals={},
            counter=counter, characters=len(self._source.text),  # for our own finder
        )
        finder = _Finder(frame, statements, self._source.tree, lasti, self._source)
        if not finder.result:
            raise LookupError(place)
        return finder.result, finder.decorator

    def _text_of(self, node: Any) -> str:
        """Do what `snoop.formatting.Source.get_text_with_indentation` does."""
        text = self._marked_tokens().get_text(node)
        if not text:
            return _f_string_value(node) if isinstance(node, ast.FormattedValue) else "<unknown>"
        return dedent(" " * node.first_token.start[1] + text) if "\n" in text else text.strip()

    def _marked_tokens(self) -> asttokens.ASTTokens:
        if self._no_tokens:
            raise LookupError
        if self._tokens is None:
            self._no_tokens = True
            self._tokens = self._source.asttokens()  # type: ignore[union-attr]
            self._no_tokens = False
        return self._tokens


class _Source(executing.executing.Source):
    """A source that executing's own caches do not hold on to for ever."""

    def statements_at_line(self, lineno: int) -> set[Any]:  # type: ignore[override]
        return {_statement_of(node) for node in self._nodes_by_line.get(lineno, ())}

    def size_of_statements(self, line: int) -> int:
        """The number of nodes that executing may look at for a place in this line."""
        return sum(
            len(self._nodes_by_line.get(number, ()))
            for statement in self.statements_at_line(line)
            for number in range(statement.lineno, statement.end_lineno + 1)
        )


def _statement_of(node: Any) -> Any:
    while not isinstance(node, ast.stmt):
        node = node.parent
    return node


def _f_string_value(node: Any) -> str:
    values = [value for value in node.parent.values if isinstance(value, ast.FormattedValue)]
    return "<f-string value>" if len(values) == 1 else f"<f-string value {values.index(node) + 1}>"


def _indented(prefix: str, text: str) -> list[str]:
    first, *others = text.splitlines() or [""]
    return [prefix + first, *(" " * len(prefix) + line for line in others)]


def forget() -> None:
    """Empty executing's caches: they hold on to trees, and take equal code objects of two programs for one."""
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
        self.frame.counter.add(self.frame.characters // 2)
        return self._counted(super().compile_instructions())

    def get_original_clean_instructions(self) -> list[Any]:
        return self._counted(super().get_original_clean_instructions())

    def _counted(self, instructions: list[Any]) -> _CountedList:
        self.frame.counter.add(4 * len(instructions))
        return _CountedList(instructions, self.frame.counter)


_Finder = _NodeFinder if sys.version_info >= (3, 11) else _CountingFinder
