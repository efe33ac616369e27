"""Decide whether the interpreter can decode the file of a program, and with which error it refuses the file.

The code of a program is the text of its file. A byte that does not decode is a lone surrogate, as the error handler
`surrogateescape` makes it. The messages are those of `python program.py`; `compile` has others, and accepts bytes
in comments that do not decode.
"""

from __future__ import annotations

import re
import sys

_DECLARATION = re.compile(r"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)", re.ASCII)  # PEP 263
_COMMENT_OR_BLANK = re.compile(r"[ \t\f]*(?:#.*)?$")
_UNDECODED = re.compile("[\udc80-\udcff]")
_BYTE_ORDER_MARK = "\ufeff"
_IS_3_10 = sys.version_info < (3, 11)
_PEP = "https://python.org/dev/peps/pep-0263/" if _IS_3_10 else "https://peps.python.org/pep-0263/"


def source_of(code: str) -> str | bytes:
    """Return the source to compile: the code, or the bytes of its file if some of them do not decode."""
    if not _is_undecoded(code):
        return code
    try:
        return code.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:  # other lone surrogates: `compile` refuses them
        return code


def encoding_error(code: str) -> str:
    """Return the message of the SyntaxError with which the interpreter refuses to decode the file; "" if it decodes."""
    declared = declared_encoding(code)
    if declared is None:
        is_refused = not code.startswith(_BYTE_ORDER_MARK) and _is_undecoded(code)
        return _undeclared_error(code) if is_refused else ""
    if declared == "utf-8":
        return ""  # the parser itself refuses bytes that do not decode, except in comments
    if code.startswith(_BYTE_ORDER_MARK):
        return f"encoding problem: {declared} with BOM"
    return f"encoding problem: {declared}" if not is_text_encoding(declared) or _is_undecoded(code) else ""


def declared_encoding(code: str) -> str | None:
    """Return the encoding that a comment in the first two lines declares, or None.

    The spellings of UTF-8 and Latin-1 become `utf-8` and `iso-8859-1`, as in the interpreter.
    """
    for line in code.removeprefix(_BYTE_ORDER_MARK).split("\n", 2)[:2]:
        line = line.rstrip("\r")
        if match := _DECLARATION.match(line):
            return _interpreter_name(match[1])
        if not _COMMENT_OR_BLANK.match(line):
            return None
    return None


def is_text_encoding(name: str) -> bool:
    """Return True if the interpreter has a codec of this name that decodes ASCII characters to text."""
    try:
        return b"#\n".decode(name) == "#\n"
    except (LookupError, ValueError):  # ValueError: includes UnicodeError, and a name with a null character
        return False


def _interpreter_name(name: str) -> str:
    start = name[:12].lower().replace("_", "-")
    if start == "utf-8" or start.startswith("utf-8-"):
        return "utf-8"
    latin = ("latin-1", "iso-8859-1", "iso-latin-1")
    return "iso-8859-1" if start in latin or start.startswith(tuple(f"{known}-" for known in latin)) else name


def _is_undecoded(code: str) -> bool:
    return not code.isascii() and _UNDECODED.search(code) is not None


def _undeclared_error(code: str) -> str:
    first = _UNDECODED.search(code)
    assert first is not None
    line = code.count("\n", 0, first.start()) + (2 if _IS_3_10 else 1)  # 3.10 counts from 2
    return (
        f"Non-UTF-8 code starting with '\\x{ord(first[0]) - 0xdc00:02x}' in file program.py on line {line}, "
        f"but no encoding declared; see {_PEP} for details"
    )
