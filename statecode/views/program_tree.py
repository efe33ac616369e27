"""The syntax tree of a traced program."""

from __future__ import annotations

import ast
import io
import warnings


def tree_of(code: str) -> ast.Module | None:
    """Parse a program as Python reads it from a file; return None where that is not possible.

    Every line end counts as "\\n", and Python's warnings about the program's source are ignored.
    """
    text = "".join(io.StringIO(code, newline=None))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):  # the last two: nested too deeply
            return None
