"""Derive facts from a program's source after the run, outside of the traced process. snoop derives them during the run.

The native engine records only values of the interpreter: the name and first line of a code object, the line of a frame,
and the code object and instruction at which an exception was raised. This module derives the rest: qualified
names, call lines and exception expressions. It uses the packages `executing` and `asttokens`, as snoop does. Where
snoop itself would fail, the result is the best value that is known.

The source can be any program, and the program can forge the arguments. Therefore no function here raises an exception,
and the work for one run is limited to a number of steps that is the same on every machine.
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

from statecode.source_tree import is_too_long
from statecode.tracing.source_info.exception_expressions import (
    FILENAME,
    MAX_STEPS,
    ExceptionExpressions,
    RaiseLocation,
    clear_executing_caches,
)

T = TypeVar("T")

# the qualified name of a function inside a code object of this name does not contain the name
_COMPREHENSIONS = ("<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>")
_TYPE_PARAMETERS = "<generic parameters of "
_TYPE_ALIAS = re.compile(r"\btype[\s\\]")  # type X = int
_DEFINITION_STARTS = ("def ", "class ", "async def ", "@")
_MAX_KEPT_CHARACTERS = 2**15  # the tree of a longer source is not kept between runs
_FAILED_STEPS_PER_CHARACTER = 32  # steps of a lookup that fails because the source is nested too deeply
_STACK_BYTES = 16 * 2**20  # stack size of the thread that analyses deeply nested source
_lock = threading.RLock()  # all threads share the warning filters and the caches of `executing`


class SourceAnalysis:
    """Facts about one program's source; each is computed on first use and cached."""

    def __init__(self, code: str) -> None:
        self._code = code

    def qualified_name(self, name: str, first_line: int) -> str:
        """Return the qualified name that `executing` finds for a code object; `name` if it finds none.

        Args:
            name: the `co_name` of the code object.
            first_line: its `co_firstlineno`.
        """
        if name != "<lambda>" and (name[:1] == "<" or self._is_unindented_definition(first_line)):
            return name
        names = self._names_from_tree if name == "<lambda>" else self._names_from_code
        return names.get((name, first_line), name)

    @cached_property
    def has_decorator_lines(self) -> bool:
        """True if any line starts with `@` after its indentation. If False, `call_line` always returns its argument."""
        return any(line.lstrip().startswith("@") for line in self._lines)

    def call_line(self, line: int) -> int:
        """Return the number of the line that snoop prints for the call event of a frame whose line number is `line`.

        If that line starts with `@`, the result is the next line that starts with `def`. If there is none, snoop fails,
        and the result is `line`. For every other line the result is `line`.
        """
        try:
            decorated = self._lines[line - 1].lstrip().startswith("@")
        except IndexError:
            return line
        following = bisect_right(self._def_lines, line) if decorated else len(self._def_lines)
        return self._def_lines[following] if following < len(self._def_lines) else line

    def find_exception_expression(self, code_index: int, lasti: int, line: int) -> list[str]:
        """Return the lines that snoop prints about the expression that raised an exception; [] if it prints none.

        Args:
            code_index: number of the code object: 0 for the module; those among its constants follow in preorder.
            lasti: the frame's `f_lasti`, in bytes.
            line: the frame's line.
        """
        location = (code_index, lasti, line)
        return self.find_exception_expressions([location])[location]

    def find_exception_expressions(self, locations: Iterable[RaiseLocation]) -> dict[RaiseLocation, list[str]]:
        """Return the result of `find_exception_expression` for each location.

        All lookups together use at most `MAX_STEPS` steps. The result of a lookup that would exceed them is [].
        """
        found, steps_left = {}, MAX_STEPS
        with _without_side_effects():
            for location in locations:
                if location not in found:
                    found[location], steps = self._description_lines(location, steps_left)
                    steps_left -= steps
        if len(self._code) > _MAX_KEPT_CHARACTERS:
            self.__dict__.pop("_expressions", None)
        return found

    def _description_lines(self, location: RaiseLocation, steps_left: int) -> tuple[list[str], int]:
        expressions = self._expressions
        if expressions is None:
            return [], 0
        found = _with_enough_stack(lambda: expressions.description_lines(location, steps_left))
        return found or ([], _FAILED_STEPS_PER_CHARACTER * len(self._code))

    @cached_property
    def _expressions(self) -> ExceptionExpressions | None:
        codes = [code for code, _ in self._code_objects]
        if not codes or is_too_long(self._code):
            return None
        return _with_enough_stack(lambda: ExceptionExpressions(self._lines, codes))

    @cached_property
    def _lines(self) -> list[str]:
        """The lines as the linecache of the child process contains them."""
        return list(io.StringIO(self._code, newline=None))

    @cached_property
    def _def_lines(self) -> list[int]:
        return [number for number, line in enumerate(self._lines, 1) if line.lstrip().startswith("def")]

    def _is_unindented_definition(self, first_line: int) -> bool:
        """Return True if the definition at this line is not inside another one, judged by its indentation.

        A definition starts a logical line. A line that follows a backslash at the end of the previous line starts none.
        """
        lines = self._lines
        return (
            0 < first_line <= len(lines)
            and lines[first_line - 1].startswith(_DEFINITION_STARTS)
            and (first_line == 1 or not lines[first_line - 2].endswith("\\\n"))
        )

    @cached_property
    def _names_from_code(self) -> dict[tuple[str, int], str]:
        """Qualified names of functions and classes by name and first line, from the code objects.

        A line contains the start of at most one of these definitions. `executing` takes the first definition in the
        tree with the name and line; it therefore finds the same names. From Python 3.12 on, type parameters and type
        aliases have code objects that `executing` does not know. If the source may contain them, the names come from
        the tree.
        """
        codes = self._code_objects
        if any(code.co_name.startswith(_TYPE_PARAMETERS) for code, _ in codes) or _TYPE_ALIAS.search(self._code):
            return self._names_from_tree
        return _names_by_position(codes)

    @cached_property
    def _names_from_tree(self) -> dict[tuple[str, int], str]:
        """Qualified names that `executing` finds for functions, classes and lambdas, by name and first line.

        If the source is too long, or nested so deeply that snoop fails, the names come from the code objects.
        """
        def read() -> dict[tuple[str, int], str]:
            visitor = QualnameVisitor()
            visitor.visit(ast.parse("".join(self._lines)))
            return visitor.qualnames

        codes = self._code_objects
        if not codes or is_too_long(self._code):
            return _names_by_position(codes)
        with _without_side_effects():
            names = _with_enough_stack(read)
        return _names_by_position(codes) if names is None else names

    @cached_property
    def _code_objects(self) -> list[tuple[types.CodeType, str]]:
        """The program's code objects in preorder, each with its qualified name; [] if the source does not compile.

        The child process compiled the same source before the run. If it does not compile here, it is not analysed.
        """
        with _without_side_effects():
            module = _with_enough_stack(lambda: compile(self._code, FILENAME, "exec", dont_inherit=True, optimize=0))
        found, waiting = [], [] if module is None else [(module, "")]
        while waiting:
            code, prefix = waiting.pop()
            name, inside = prefix + code.co_name, prefix
            found.append((code, name))
            if found[1:] and code.co_name not in _COMPREHENSIONS:
                inside = f"{name}.<locals>." if code.co_flags & CO_OPTIMIZED else f"{name}."
            inner = [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
            waiting += [(constant, inside) for constant in reversed(inner)]
        return found


def _names_by_position(codes: Sequence[tuple[types.CodeType, str]]) -> dict[tuple[str, int], str]:
    return {(code.co_name, code.co_firstlineno): name for code, name in reversed(codes)}


@contextmanager
def _without_side_effects() -> Iterator[None]:
    """Run a block without effects on the process: ignore compiler warnings, clear the caches of `executing`."""
    with _lock, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clear_executing_caches()
        try:
            yield
        finally:
            clear_executing_caches()


def _with_enough_stack(read: Callable[[], T]) -> T | None:
    """Return the result of a function, or None if it raises an exception.

    If the function exceeds the stack of this thread, it is called again in a thread with a larger stack. The child
    process had as much stack as that thread when it compiled the source.
    """
    try:
        return read()
    except RecursionError:
        return _in_thread_with_large_stack(read)
    except Exception:
        return None


def _in_thread_with_large_stack(read: Callable[[], T]) -> T | None:
    results: list[T] = []

    def keep() -> None:
        with suppress(Exception):
            results.append(read())

    size = threading.stack_size(_STACK_BYTES)
    try:
        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
    except RuntimeError:  # no more threads can be started
        return None
    finally:
        threading.stack_size(size)
    thread.join()
    return results[0] if results else None
