"""What the native engine has to look out for in one program, as far as the words in its source tell.

Found outside of the traced process, once for all of a program's runs.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SHAPES = re.compile(r"shape|dtype|setattr|__dict__|\bvars\b|\bexec\b|\beval\b|import_module|__import__")
_REFERENCE_COUNTS = re.compile(r"refcount|refcnt|from_address")
_OTHER_WRITERS = re.compile(
    r"\b(?:os|posix|io|_io|pty|curses|ctypes|subprocess|multiprocessing|concurrent|faulthandler|fdopen|open|exec|eval"
    r"|create_subprocess_exec|create_subprocess_shell|subprocess_exec|subprocess_shell|_os|_posixsubprocess|pulp"
    r"|raw|fileno|getattr|vars|globals|locals|modules|importlib|import_module|runpy|operator|gc|inspect"
    r"|__import__|__dict__|__builtins__|__loader__|__getattribute__|__class__|__subclasses__)\b"
)


class SourceHints(NamedTuple):
    """What may happen: with none of the words that it takes in its source a program does not do it."""

    shapes: bool            # an instance has a shape, for which snoop looks in each value
    reference_counts: bool  # the program sees the references that the engine holds
    other_writers: bool     # stdout is written by other means than sys.stdout, and its position moves


@lru_cache(maxsize=4)
def source_hints_for(source: str) -> SourceHints:
    """Look for the words in a source."""
    source = unicodedata.normalize("NFKC", source)  # as the parser reads names
    return SourceHints(*(words.search(source) is not None for words in (_SHAPES, _REFERENCE_COUNTS, _OTHER_WRITERS)))
