"""Parse the source of a program in the process of statecode itself, with bounded memory and time.

A source can be hostile. Parsing takes up to a kilobyte of memory per character, and some sources take a time that grows
with the square of their length. Longer sources are traced like all others, but are not parsed outside of the sandbox.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
import warnings
from collections.abc import Iterator
from typing import Any

MAX_SOURCE_CHARACTERS = 2**18
"""Maximum length of a source that is parsed. Its tree takes up to 250 MB."""

_FORMATTED = re.compile(r"""[fF][rR]?["']|[rR][fF]["']""")
_MAX_FIELD_STEPS = 2**31  # replacement fields × characters; up to Python 3.11 each field of an f-string costs a search
_MAX_LINE_STEPS = 2**31   # sum of the squared lengths of lines; Python 3.12.1 copies the line for each token
_MAX_UNCHECKED_CHARACTERS = 2**15  # too short to overflow the stack of Python 3.10 by nesting


def is_too_long(source: str) -> bool:
    """Return True if a source is not parsed, because this could take too much memory or time."""
    if len(source) > MAX_SOURCE_CHARACTERS:
        return True
    return source.count("{") * len(source) > _MAX_FIELD_STEPS and _FORMATTED.search(source) is not None


def parse(source: str, mode: str = "exec") -> Any:
    """Return the tree of `ast.parse(source)`, without warnings about the source, such as invalid escape sequences.

    Args:
        mode: `exec` for a module, `eval` for an expression.

    Raises:
        SyntaxError: the source is not valid, it is nested too deeply, or `is_too_long` returns True for it.
        ValueError: the source contains a null byte, in Python 3.11 and older.
    """
    if is_too_long(source):
        raise SyntaxError(f"more than {MAX_SOURCE_CHARACTERS:,} characters, or too many replacement fields")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if sys.version_info < (3, 11) and len(source) > _MAX_UNCHECKED_CHARACTERS:
                compile(source, "<unknown>", mode)  # checks the depth of nesting; ast.parse would overflow the stack
            return ast.parse(source, mode=mode)
        except (RecursionError, MemoryError):
            raise SyntaxError("nested too deeply") from None


def tree_of(code: str) -> ast.Module | None:
    """Return the syntax tree of a program; None if the source cannot be parsed, or is too long.

    Every line end is read as "\\n", as Python reads a source file.
    """
    if is_too_long(code):
        return None
    try:
        return parse("".join(io.StringIO(code, newline=None)))  # type: ignore[no-any-return]
    except (SyntaxError, ValueError):
        return None


def tokens_of(text: str) -> Iterator[tokenize.TokenInfo]:
    """Yield the tokens of a source, up to the first error of the tokenizer; none if the source or a line is too long.

    Args:
        text: the source with "\\n" as its line ends.
    """
    if len(text) > MAX_SOURCE_CHARACTERS or sum(len(line) ** 2 for line in text.split("\n")) > _MAX_LINE_STEPS:
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            yield from tokenize.generate_tokens(io.StringIO(text).readline)
        except (SyntaxError, tokenize.TokenError, ValueError, MemoryError, RecursionError):
            return
