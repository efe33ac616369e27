"""The syntax tree of a traced program."""

from __future__ import annotations

import ast
import io
import warnings


def tree_of(code: str) -> ast.Module | None:
    """Return the syntax tree of a program; None if the source cannot be parsed.

    Every line end is read as "\\n", as Python reads a source file. Warnings about the source are ignored.
    """
    text = "".join(io.StringIO(code, newline=None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: the source is nested too deeply
            return None
