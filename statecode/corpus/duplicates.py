"""Detect programs with the same code."""

from __future__ import annotations

import ast
import hashlib

from statecode.source_tree import parse


def normalised_digest(code: str) -> bytes:
    """Return a digest of a source that does not depend on its layout and comments.

    It depends on everything else, such as names and constants. If this interpreter cannot parse the source, or the
    source is too long to be parsed, the digest ignores only the amount and kind of white space.

    Returns:
        16 bytes.
    """
    try:
        normal = ast.dump(parse(code))
    except (SyntaxError, ValueError, RecursionError, MemoryError):  # ValueError: includes a too long decimal integer
        normal = " ".join(code.split())
    return hashlib.sha256(normal.encode("utf-8", "backslashreplace")).digest()[:16]
