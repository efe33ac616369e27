"""Decode the bytes of program files to text that every later step can store.

A program that is not well-formed Unicode is kept with escapes (`statecode.text`), so that its failure is recorded.
"""

from __future__ import annotations

import io
import tokenize

from statecode.text import well_formed


def decode_source(data: bytes, charset: str | None = None) -> str:
    """Decode a Python file as the interpreter does, line ends kept.

    The byte order mark and the coding cookie (PEP 263) decide. Where they name an unknown encoding, or the bytes do not
    decode, `charset` does, then UTF-8. A byte that is not UTF-8 becomes `\\udcXX` (six ASCII characters): such a file
    is not valid Python, and the failure of its run is recorded like that of any other program.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        text = _decoded_as(charset, data)
    return well_formed(text)


def _decoded_as(charset: str | None, data: bytes) -> str:
    try:
        return data.decode(charset or "ascii")
    except (UnicodeError, LookupError):
        return data.decode("utf-8", "surrogateescape")
