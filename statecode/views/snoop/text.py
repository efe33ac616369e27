"""Render the view `snoop`: the text that snoop 0.6.1 prints with `columns=''` and without colour.

The text is computed from the events and the source. The functions correspond to the methods of
`snoop.formatting.DefaultFormatter`. Tests compare the result with unmodified snoop, byte for byte.
"""

from __future__ import annotations

import ast
import io
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from statecode.records import ENTERING, Event, EventKind, Trace
from statecode.source_tree import is_too_long, tree_of
from statecode.views.segments import Kind, Segment

_UNAVAILABLE = "SOURCE IS UNAVAILABLE"
_MAX_LINE_ENTRIES = 2**21  # pairs of node and line: of a thousand nested expressions, each may span all lines
START_WORDS = {
    EventKind.CALL: "Call to",
    EventKind.START_GENERATOR: "Start generator",
    EventKind.REENTER_GENERATOR: "Re-enter generator",
}
RETURN_WORDS = {EventKind.RETURN: "Return", EventKind.YIELD: "Yield"}
ITERATING = "Iterating over"
ENDED = "!!! Call ended by exception"


class Line(NamedTuple):
    """A line of the text without its indentation, in two parts."""

    start: str  # the text before the body, such as a line number with its bar
    body: str   # the source line, the value or another text
    body_kind: Kind
    start_kind: Kind = Kind.SYNTAX


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield an empty head, one block per event, and an empty tail."""
    yield []
    for indent, lines in _blocks(trace):
        block = []
        for start, body, body_kind, start_kind in lines:
            block += [Segment(indent, Kind.SYNTAX), Segment(start, start_kind), Segment(body, body_kind)]
            block.append(Segment("\n", Kind.SYNTAX))
        yield block
    yield []


def _blocks(trace: Trace) -> Iterator[tuple[str, list[Line]]]:
    """Yield the indentation and the lines of each event."""
    source = source_of(trace.code)
    comprehensions: set[int] = set()
    last_frame = None
    for event in trace.events:
        if event.kind is EventKind.COMPREHENSION:
            comprehensions.add(event.frame)
        repeats_line = event.kind not in ENTERING and last_frame is not None and event.frame != last_frame
        last_frame = event.frame
        lines = event_lines(event, source, event.frame in comprehensions, trace.file_name)
        yield indent_of(event.depth), [source.line(event.from_line), *lines] if repeats_line else [*lines]


def indent_of(depth: int) -> str:
    """Return the indentation of all lines of an event."""
    return "    " * depth + " "


def joined_lines(indent: str, lines: Iterable[Line]) -> str:
    """Return the text of lines with this indentation."""
    return "".join([f"{indent}{start}{body}\n" for start, body, _, _ in lines])


def event_lines(event: Event, source: Source, in_comprehension: bool, file_name: str) -> Iterator[Line]:
    """Yield the lines of one event, without the source line that snoop repeats when another frame continues."""
    kind = event.kind
    if kind in START_WORDS:
        yield Line("", start_text(event, file_name), Kind.CONTROL)
    elif kind is EventKind.COMPREHENSION:
        yield Line("", f"{event.function.rpartition('.')[2][1:-5].title()} comprehension:", Kind.CONTROL)
    if kind is EventKind.EXCEPTION:
        for text in (event.detail or "").split("\n"):
            yield Line("", text, Kind.CONTROL)
        return
    last_statement = source.statement(event.from_line)
    yield from _variables(event, source, last_statement, in_comprehension)
    if kind in RETURN_WORDS or kind is EventKind.COMPREHENSION_RESULT:
        yield from _return_lines(event)
    elif not (in_comprehension and kind is EventKind.LINE):
        if kind is EventKind.LINE:
            yield from statement_start(event.from_line, event.line, source)
        yield source.line(event.line)


def start_text(event: Event, file_name: str) -> str:
    """Return the line of an event that enters a frame, for the kinds in START_WORDS."""
    return f'>>> {START_WORDS[event.kind]} {event.function} in File "{file_name}", line {event.line}'


def _variables(event: Event, source: Source, last: Statement | None, in_comprehension: bool) -> Iterator[Line]:
    if not event.changes:
        return
    last_line = source.text(last.line) if last else ""
    for name, value in event.changes:
        if f"{name} = {value}" == last_line.strip() or (last and name == last.defined_function):
            continue
        yield from indented(change_start(name, last_line, in_comprehension), value)


def change_start(name: str, last_line: str, in_comprehension: bool) -> str:
    """Return the text before the new value of a variable.

    Args:
        last_line: text of the line that changed the variable.
    """
    if name.startswith(".") and name[1:].isdigit():
        description = ITERATING
    elif in_comprehension:
        description = f"Values of {name}:"
    else:
        description = f"{name} ="
    return f"......{dots_of(last_line)} {description} "


def dots_of(last_line: str) -> str:
    """Return dots for the indentation of the line that changed a variable: one per space, four per tab."""
    return last_line[: len(last_line) - len(last_line.lstrip())].replace(" ", ".").replace("\t", "....")


def _return_lines(event: Event) -> Iterator[Line]:
    if event.value is None:
        yield Line("", ENDED, Kind.CONTROL)
    elif event.kind is EventKind.COMPREHENSION_RESULT:
        yield from indented("Result: ", event.value, Kind.CONTROL)
    else:
        yield from indented(return_start(event), event.value, Kind.CONTROL)


def return_start(event: Event) -> str:
    """Return the text before a returned or yielded value."""
    return f"<<< {RETURN_WORDS[event.kind]} value from {event.function}: "


def statement_start(from_line: int, line: int, source: Source) -> Iterator[Line]:
    """Yield the source lines that precede the line of a LINE event, if this is the first event of a new statement."""
    last, this = source.statement(from_line), source.statement(line)
    if this and last and this != last and not this.is_try:
        for number in range(this.line, line):
            yield source.line(number)


def indented(prefix: str, text: str, kind: Kind = Kind.SYNTAX) -> Iterator[Line]:
    """Yield the lines of a value; those after the first are indented by as many spaces as the prefix has characters."""
    first, *others = text.splitlines() or [""]
    yield Line(prefix, first, Kind.NEW_VALUE, kind)
    for line in others:
        yield Line(" " * len(prefix), line, Kind.NEW_VALUE)


class Statement:
    """The properties of a statement that the text depends on; compared by identity."""

    def __init__(self, node: ast.stmt) -> None:
        self.line = node.lineno
        self.is_try = isinstance(node, ast.Try)
        is_star = type(node).__name__ == "TryStar"  # since Python 3.11
        handlers: list[ast.ExceptHandler] = node.handlers if is_star else []  # type: ignore[attr-defined]
        self.except_star = frozenset(handler.lineno for handler in handlers)  # the lines of `except*`
        plain = isinstance(node, ast.FunctionDef) and not node.decorator_list
        self.defined_function = node.name if plain else None  # type: ignore[attr-defined]


class Source:
    """The lines of a program, and the statement at each line."""

    def __init__(self, code: str) -> None:
        self._lines = [line.rstrip("\r\n") for line in io.StringIO(code, newline=None)]
        tree = tree_of(code)
        self._available = (tree is not None or is_too_long(code)) and bool(code)
        self._statements = {} if tree is None else _single_statements(tree)

    def text(self, line: int) -> str:
        """Return the text of a line.

        Line 0, where a module starts since Python 3.11, has the text of the last line, as in snoop. The text of a line
        outside the source, which only a forged trace contains, is empty. If the source is empty or cannot be parsed,
        each line has the text that snoop prints for an unavailable source. A source that is too long to be parsed here
        is available, because it is parsed in the sandbox.
        """
        if not self._available:
            return _UNAVAILABLE
        return self._lines[line - 1] if 0 <= line <= len(self._lines) else ""

    def line(self, line: int) -> Line:
        """Return a line as snoop prints it when it runs: number, bar, text."""
        return Line(f"{line:4} | ", self.text(line), Kind.SOURCE, Kind.LINE_NUMBER)

    def statement(self, line: int) -> Statement | None:
        """Return the statement at a line if there is exactly one, else None."""
        return self._statements.get(line)


@lru_cache(maxsize=16)  # the runs of one program are adjacent in a corpus
def source_of(code: str) -> Source:
    """Return the lines and statements of a program; cached for consecutive runs of one program."""
    return Source(code)


def _single_statements(tree: ast.Module) -> dict[int, Statement]:
    """Return a mapping from lines to statements.

    It contains the lines at which all nodes belong to one statement. The package `executing` uses the same rule. It is
    empty if nested expressions span too many lines.
    """
    found: dict[int, ast.stmt | None] = {}  # line → its statement; None if there are several
    entries = 0
    pending: list[tuple[ast.AST, ast.stmt | None]] = [(tree, None)]
    while pending:
        node, statement = pending.pop()
        if isinstance(node, ast.stmt):
            statement = node
        line = getattr(node, "lineno", None)
        if statement is not None and line is not None:
            last = line
            if isinstance(node, ast.expr):
                last = node.end_lineno or line
            entries += last - line + 1
            if entries > _MAX_LINE_ENTRIES:
                return {}
            for number in range(line, last + 1):
                if found.setdefault(number, statement) is not statement:
                    found[number] = None
            if last == line and isinstance(node, ast.expr):
                continue  # the parts of the expression are on the same line
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                pending.append((value, statement))
            elif isinstance(value, list):
                pending.extend([(child, statement) for child in value if isinstance(child, ast.AST)])
    nodes = {node: Statement(node) for node in found.values() if node is not None}
    return {line: nodes[node] for line, node in found.items() if node is not None}
