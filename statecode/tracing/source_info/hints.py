"""Search a program's source for words that determine which checks the native engine makes during a run.

The search happens outside of the traced process, once for all runs of a program.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

_SHAPE_WORDS = re.compile(r"shape|dtype|setattr|__dict__|\bvars\b|\bexec\b|\beval\b|import_module|__import__")
_REFERENCE_COUNT_WORDS = re.compile(r"refcount|refcnt|from_address")
_OTHER_WRITER_WORDS = re.compile(
    r"\b(?:os|posix|io|_io|pty|curses|ctypes|subprocess|multiprocessing|concurrent|faulthandler|fdopen|open|exec|eval"
    r"|create_subprocess_exec|create_subprocess_shell|subprocess_exec|subprocess_shell|_os|_posixsubprocess|pulp"
    r"|raw|fileno|getattr|vars|globals|locals|modules|importlib|import_module|runpy|operator|gc|inspect"
    r"|__import__|__dict__|__builtins__|__loader__|__getattribute__|__class__|__subclasses__)\b"
)
_SIGNAL_WORDS = re.compile(r"signal|setitimer|alarm")


class SourceHints(NamedTuple):
    """Properties of a source. A field is False only if the source contains no word that the property requires."""

    shapes: bool            # instances may have a `shape` or `dtype`, which snoop looks up in each value
    reference_counts: bool  # the program may observe the references that the engine holds
    other_writers: bool     # the program may change the position of stdout without a write to `sys.stdout`
    signals: bool           # the program may install a signal handler, which may raise an exception


@lru_cache(maxsize=4)
def source_hints_for(source: str) -> SourceHints:
    """Return the hints of a source. It is searched in the normal form NFKC, in which the parser compares names."""
    source = unicodedata.normalize("NFKC", source)
    return SourceHints(
        shapes=_SHAPE_WORDS.search(source) is not None,
        reference_counts=_REFERENCE_COUNT_WORDS.search(source) is not None,
        other_writers=_OTHER_WRITER_WORDS.search(source) is not None,
        signals=_SIGNAL_WORDS.search(source) is not None,
    )
