"""Find the source of recorded code, and derive facts from it."""

from __future__ import annotations

import ast
import linecache
import os
import types
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from statecode.errors import RecordingError
from statecode.records import FILE_NAME, RECORDED, ExceptionInfo, Program, file_name_of
from statecode.tracing.source_info.analysis import SourceAnalysis
from statecode.tracing.source_info.exception_expressions import ExceptionExpressions
from statecode.tracing.source_info.hints import source_hints_for
from statecode.tracing.wire.record import exception_info

_MESSAGE_CHARACTERS = 4096  # of an exception's text, as in a traced child process


@dataclass(frozen=True, slots=True)
class Source:
    """The source of recorded code: a file or a notebook cell."""

    filename: str
    lines: Sequence[str]
    module: str = "__main__"
    counts_references: bool = False  # the code may observe the references that the engine holds

    @classmethod
    def of(cls, code: types.CodeType, module_globals: dict[str, Any]) -> Source:
        """Return the source of a code object.

        Raises:
            RecordingError: the source is not available, or has changed since the code was compiled.
        """
        filename = code.co_filename
        linecache.checkcache(filename)
        lines = linecache.getlines(filename, module_globals)
        text = "".join(lines)
        if not _matches(text, code):
            advice = "record code of a file or a notebook cell that has not changed since it was loaded"
            raise RecordingError(f"no source found for {code.co_name} in {filename}; {advice}")
        module = str(module_globals.get("__name__", "__main__"))
        return cls(filename, lines, module, source_hints_for(text).reference_counts)

    def program(self, name: str) -> Program:
        """Return the source as a program with the id FILE:NAME. FILE has no folder, because that is private."""
        program_id = f"{os.path.basename(self.filename)}:{name}"
        return Program(program_id=program_id, problem_id=program_id, code="".join(self.lines), origin=RECORDED)

    @property
    def file_name(self) -> str:
        """The name of the file in snoop's text. A notebook cell has no file: its name is the one of every program."""
        return file_name_of(self.filename) if os.path.isfile(self.filename) else FILE_NAME

    def exception(self, error: BaseException | None) -> ExceptionInfo | None:
        """Return the `exception` of an end record; None if the recorded code ended normally."""
        if error is None or (isinstance(error, SystemExit) and error.code in (None, 0)):
            return None
        try:
            message = str(error)[:_MESSAGE_CHARACTERS]
        except Exception:
            message = "<exception str() failed>"
        line = error.lineno if isinstance(error, SyntaxError) else self._last_line(error.__traceback__)
        name = type.__getattribute__(type(error), "__qualname__")  # a metaclass may override __qualname__
        return exception_info(name, message, line)

    def _last_line(self, traceback: types.TracebackType | None) -> int | None:
        line = None
        while traceback is not None:
            if traceback.tb_frame.f_code.co_filename == self.filename:
                line = traceback.tb_lineno
            traceback = traceback.tb_next
        return line


def _matches(source: str, code: types.CodeType) -> bool:
    """Return True if a code object can come from a source, judged by the code's name and first line.

    The file name alone is ambiguous. Code that `exec` compiles from a string has the file name "<string>". From
    Python 3.13 on, the argument of `python -c` has the same file name and is in linecache.
    """
    if code.co_name == "<module>":
        return source != ""
    return (code.co_name, code.co_firstlineno) in _code_places(source)


@lru_cache(maxsize=4)
def _code_places(source: str) -> frozenset[tuple[str, int]]:
    """Return the name and first line of each code object of a source; empty if the source cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return frozenset()
    places = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            places.add((node.name, min(child.lineno for child in (node, *node.decorator_list))))
        elif isinstance(node, ast.Lambda):
            places.add(("<lambda>", node.lineno))
    return frozenset(places)


def mentioned_names(code: types.CodeType) -> set[str]:
    """Return the names that a code object and the code objects inside it mention."""
    names = {*code.co_names, *code.co_varnames, *code.co_cellvars, *code.co_freevars}
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            names |= mentioned_names(constant)
    return names


def analysis_for(source: str, codes: Mapping[int, types.CodeType]) -> SourceAnalysis:
    """Return the analysis of a source; `codes` maps the engine's numbers to the recorded code objects."""
    return _analysis(source, tuple(codes.items()))


@lru_cache(maxsize=4)
def _analysis(source: str, numbered: tuple[tuple[int, types.CodeType], ...]) -> SourceAnalysis:
    return _RecordedSource(source, dict(numbered))


class _RecordedSource(SourceAnalysis):
    """An analysis that uses the recorded code objects, because a notebook may compile parts of a cell separately."""

    def __init__(self, source: str, codes: Mapping[int, types.CodeType]) -> None:
        super().__init__(source)
        empty = compile("", "", "exec")
        self._recorded_codes = [codes.get(number, empty) for number in range(max(codes, default=-1) + 1)]

    @cached_property
    def _expressions(self) -> ExceptionExpressions | None:
        expressions = super()._expressions
        if expressions is not None:
            expressions.codes = self._recorded_codes
        return expressions
