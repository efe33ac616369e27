"""Where recorded code comes from, and what can be told from its source."""

from __future__ import annotations

import ast
import linecache
import os
import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from statecode.errors import RecordingError
from statecode.programs.python_literals import parse
from statecode.records import Program
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.source_info.exception_expressions import ExceptionExpressions

_MESSAGE_CHARACTERS = 4096  # of an exception's text, as in a traced child


@dataclass(frozen=True, slots=True)
class Source:
    """The file or notebook cell that code comes from."""

    filename: str
    lines: Sequence[str]
    module: str = "__main__"

    @classmethod
    def of(cls, code: types.CodeType, module_globals: dict[str, Any]) -> Source:
        """Find the source of a code object.

        Raises:
            RecordingError: nobody knows it, or it has changed since the code was made of it.
        """
        filename = code.co_filename
        linecache.checkcache(filename)
        lines = linecache.getlines(filename, module_globals)
        if not _holds("".join(lines), code):
            reason = "record what stands in a file or a notebook cell, as it was when it was loaded"
            raise RecordingError(f"no source found for {code.co_name} in {filename}; {reason}")
        return cls(filename, lines, str(module_globals.get("__name__", "__main__")))

    def program(self, name: str) -> Program:
        """The file as a program, of which `name` was recorded; without its folder, which is private."""
        where = f"{os.path.basename(self.filename)}:{name}"
        return Program(program_id=where, problem_id=where, code="".join(self.lines), origin="recorded")

    def exception(self, error: BaseException | None) -> list[Any] | None:
        """What an end record says of the exception that ended a recording; None where that was a clean end."""
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            return None
        try:
            message = str(error)[:_MESSAGE_CHARACTERS]
        except Exception:
            message = "<exception str() failed>"
        line = error.lineno if isinstance(error, SyntaxError) else self._last_line(error.__traceback__)
        return [type(error).__qualname__, message, line]

    def _last_line(self, step: types.TracebackType | None) -> int | None:
        line = None
        while step is not None:
            if step.tb_frame.f_code.co_filename == self.filename:
                line = step.tb_lineno
            step = step.tb_next
        return line


def _holds(source: str, code: types.CodeType) -> bool:
    """Tell whether a source is what a code object was made of, as far as names and lines tell.

    What `exec` makes of a string has the file name "<string>"; so has, from Python 3.13 on, the text after `python -c`.
    """
    if code.co_name == "<module>":
        return source != ""
    return (code.co_name, code.co_firstlineno) in _code_places(source)


@lru_cache(maxsize=4)
def _code_places(source: str) -> frozenset[tuple[str, int]]:
    """Names and first lines of the code objects that a source makes."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError):
        return frozenset()
    places = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            places.add((node.name, min(child.lineno for child in (node, *node.decorator_list))))
        elif isinstance(node, ast.Lambda):
            places.add(("<lambda>", node.lineno))
    return frozenset(places)


def names_of(code: types.CodeType) -> set[str]:
    """The names that a code object mentions, and those inside it."""
    names = {*code.co_names, *code.co_varnames, *code.co_cellvars, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= names_of(constant)
    return names


def analysis_of(source: str, codes: Mapping[int, types.CodeType]) -> SourceAnalysis:
    """Give the analysis of a source whose code objects have these numbers."""
    return _analysis(source, tuple(codes.items()))


@lru_cache(maxsize=4)
def _analysis(source: str, numbered: tuple[tuple[int, types.CodeType], ...]) -> SourceAnalysis:
    return _RecordedSource(source, dict(numbered))


class _RecordedSource(SourceAnalysis):
    """Knows the code objects as they were made: a notebook's are not those of the whole cell."""

    def __init__(self, source: str, codes: Mapping[int, types.CodeType]) -> None:
        super().__init__(source)
        none = compile("", "", "exec")
        self._recorded_codes = [codes.get(number, none) for number in range(max(codes, default=-1) + 1)]

    @cached_property
    def _expressions(self) -> ExceptionExpressions | None:
        expressions = super()._expressions
        if expressions is not None:
            expressions.codes = self._recorded_codes
        return expressions
