"""Detect programs with the same code."""

from __future__ import annotations

import ast
import hashlib
import warnings


def normalised_digest(code: str) -> bytes:
    """Return a digest that is equal for sources that differ only in layout and comments. Names and constants count.

    For a source that this interpreter cannot parse, white space is collapsed instead.

    Returns:
        16 bytes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape sequence in a string
            normal = ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: a null byte before 3.12
        normal = " ".join(code.split())
    return hashlib.sha256(normal.encode("utf-8", "backslashreplace")).digest()[:16]
