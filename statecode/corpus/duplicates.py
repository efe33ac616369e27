"""When two programs are the same code."""

from __future__ import annotations

import ast
import hashlib
import warnings


def normalised_digest(code: str) -> bytes:
    """A digest that is equal for sources that differ in layout and comments alone; names and constants count.

    A source that this interpreter does not parse is compared with its white space collapsed.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape sequence in a string
            normal = ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: a null byte before 3.12
        normal = " ".join(code.split())
    return hashlib.sha256(normal.encode("utf-8", "backslashreplace")).digest()[:16]
