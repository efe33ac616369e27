"""Detect programs with the same code."""

from __future__ import annotations

import ast
import hashlib
import warnings


def normalised_digest(code: str) -> bytes:
    """Return a digest of a source that does not depend on its layout and comments.

    It depends on everything else, such as names and constants. If this interpreter cannot parse the source, the digest
    ignores only the amount and kind of white space.

    Returns:
        16 bytes.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # such as an invalid escape sequence in a string
            normal = ast.dump(ast.parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: a null byte, in Python 3.11 and older
        normal = " ".join(code.split())
    return hashlib.sha256(normal.encode("utf-8", "backslashreplace")).digest()[:16]
