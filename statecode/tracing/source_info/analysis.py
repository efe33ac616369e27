"""What snoop reads from a program's source while it traces, found afterwards and outside of the traced process.

The native engine writes what the interpreter tells it: a code object's name and first line, a frame's line, and where
in which code object an exception was raised. What snoop makes of that with the source at hand follows here, by the same
packages that it uses: executing and asttokens. Where snoop itself would fail, the answer is what can be known.

The source is any program's, and what is asked may be forged. Nothing here raises, and one run's questions take a
number of steps that is bounded and the same on every machine.
"""

from __future__ import annotations

import ast
import io
import re
import threading
import types
import warnings
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from inspect import CO_OPTIMIZED
from typing import TypeVar

from executing.executing import QualnameVisitor

from statecode.tracing.source_info.exception_expressions import (
    EFFORT,
    FILENAME,
    LONGEST,
    ExceptionExpressions,
    Place,
    forget,
)

T = TypeVar("T")

_OF_THEIR_PARENT = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")  # no part of the names of what is in them
_GENERIC = "<generic parameters of "
_ALIAS = re.compile(r"\btype[\s\\]")  # type X = int
_AT_THE_MARGIN = ("def ", "class ", "async def ", "@")
_KEPT_CHARACTERS = 2**15   # the tree of a longer source is not kept from run to run
_FAILURE_STEPS = 32         # by character: what a search costs that the depth of the source ends
_STACK_BYTES = 16 * 2**20  # of the thread that reads what is nested deeply
_lock = threading.RLock()  # warning filters, and the caches of executing, are the whole process's


class SourceAnalysis:
    """Answers about one program's source; each is found when it is first asked for, and kept."""

    def __init__(self, code: str) -> None:
        self._code = code

    def function(self, name: str, first_line: int) -> str:
        """Give the qualified name of the code object with this name and first line, as executing has it."""
        if name != "<lambda>" and (name[:1] == "<" or self._stands_at_the_margin(first_line)):
            return name
        names = self._names_in_tree if name == "<lambda>" else self._names
        return names.get((name, first_line), name)

    @cached_property
    def moves_calls(self) -> bool:
        """Whether there is a line that `call_line` changes."""
        return any(line.lstrip().startswith("@") for line in self._lines)

    def call_line(self, line: int) -> int:
        """Give the line that snoop prints for a call where the frame is at `line`.

        From a decorator it goes on to the next line that starts with `def`. Where none follows, snoop fails, and this
        is the frame's line.
        """
        try:
            decorated = self._lines[line - 1].lstrip().startswith("@")
        except IndexError:
            return line
        following = bisect_right(self._def_lines, line) if decorated else len(self._def_lines)
        return self._def_lines[following] if following < len(self._def_lines) else line

    def failing_node(self, code_index: int, lasti: int, line: int) -> list[str]:
        """Give the lines that snoop prints about the expression that raises, [] where it prints none.

        Args:
            code_index: number of the code object in preorder of the constants of the compiled module, which is 0.
            lasti: the frame's `f_lasti`, in bytes.
            line: the frame's line.
        """
        place = (code_index, lasti, line)
        return self.failing_nodes([place])[place]

    def failing_nodes(self, places: Iterable[Place]) -> dict[Place, list[str]]:
        """Give `failing_node` of each place; together they take no more steps than one run may cost."""
        found, effort = {}, EFFORT
        with _reading():
            for place in places:
                if place not in found:
                    found[place], spent = self._lines_about(place, effort)
                    effort -= spent
        if len(self._code) > _KEPT_CHARACTERS:
            self.__dict__.pop("_nodes", None)
        return found

    def _lines_about(self, place: Place, effort: int) -> tuple[list[str], int]:
        nodes = self._nodes
        if nodes is None:
            return [], 0
        return _with_room(lambda: nodes.lines_about(place, effort)) or ([], _FAILURE_STEPS * len(self._code))

    @cached_property
    def _nodes(self) -> ExceptionExpressions | None:
        codes = [code for code, _ in self._code_objects]
        if not codes or len(self._code) > LONGEST:
            return None
        return _with_room(lambda: ExceptionExpressions(self._lines, codes))

    @cached_property
    def _lines(self) -> list[str]:
        """The lines as the child's linecache has them."""
        return list(io.StringIO(self._code, newline=None))

    @cached_property
    def _def_lines(self) -> list[int]:
        return [number for number, line in enumerate(self._lines, 1) if line.lstrip().startswith("def")]

    def _stands_at_the_margin(self, first_line: int) -> bool:
        """Whether the definition that begins in this line is not inside of another: nearly all are so.

        A definition begins a logical line. Its margin is that of its first line, which only a backslash continues.
        """
        lines = self._lines
        return (
            0 < first_line <= len(lines)
            and lines[first_line - 1].startswith(_AT_THE_MARGIN)
            and (first_line == 1 or not lines[first_line - 2].endswith("\\\n"))
        )

    @cached_property
    def _names(self) -> dict[tuple[str, int], str]:
        """Qualified names of functions and classes, by name and first line.

        They are the places of the code objects: two such definitions cannot begin in one line, so that executing, which
        takes the first with its name and line in the tree, takes the same. Type parameters and aliases (3.12) have code
        objects that executing does not know; where there may be some, the tree is read as it does.
        """
        codes = self._code_objects
        if any(code.co_name.startswith(_GENERIC) for code, _ in codes) or _ALIAS.search(self._code):
            return self._names_in_tree
        return _by_name_and_line(codes)

    @cached_property
    def _names_in_tree(self) -> dict[tuple[str, int], str]:
        """Qualified names of functions, classes and lambdas as executing finds them.

        Where it finds none, because expressions are nested too deeply, snoop fails, and the code objects have to do.
        """
        def read() -> dict[tuple[str, int], str]:
            visitor = QualnameVisitor()
            visitor.visit(ast.parse("".join(self._lines)))
            return visitor.qualnames

        codes = self._code_objects
        if not codes or len(self._code) > LONGEST:
            return _by_name_and_line(codes)
        with _reading():
            names = _with_room(read)
        return _by_name_and_line(codes) if names is None else names

    @cached_property
    def _code_objects(self) -> list[tuple[types.CodeType, str]]:
        """The program's code objects in preorder, each with the names of those around it and its own.

        The child has compiled the same, so it can be done, and only what can be compiled is looked at more closely.
        """
        with _reading():
            module = _with_room(lambda: compile(self._code, FILENAME, "exec", dont_inherit=True, optimize=0))
        found, waiting = [], [] if module is None else [(module, "")]
        while waiting:
            code, prefix = waiting.pop()
            name, inside = prefix + code.co_name, prefix
            found.append((code, name))
            if found[1:] and code.co_name not in _OF_THEIR_PARENT:
                inside = f"{name}.<locals>." if code.co_flags & CO_OPTIMIZED else f"{name}."
            inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
            waiting += [(constant, inside) for constant in reversed(inner)]
        return found


def _by_name_and_line(codes: Sequence[tuple[types.CodeType, str]]) -> dict[tuple[str, int], str]:
    return {(code.co_name, code.co_firstlineno): name for code, name in reversed(codes)}


@contextmanager
def _reading() -> Iterator[None]:
    """Keep the compiler's warnings and what executing remembers to ourselves."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        forget()
        try:
            yield
        finally:
            forget()


def _with_room(read: Callable[[], T]) -> T | None:
    """Read something of the source, with as much of the stack as the child had when it did; None where that fails."""
    try:
        return read()
    except RecursionError:
        return _in_thread(read)
    except Exception:
        return None


def _in_thread(read: Callable[[], T]) -> T | None:
    results: list[T] = []

    def keep() -> None:
        with suppress(Exception):
            results.append(read())

    size = threading.stack_size(_STACK_BYTES)
    try:
        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
    except RuntimeError:  # there are no more threads
        return None
    finally:
        threading.stack_size(size)
    thread.join()
    return results[0] if results else None
