"""Decode the bytes of program files to text that can be stored as UTF-8.

Bytes that do not decode become escapes (`statecode.text.well_formed`), so that such a program is stored and its failure
is recorded.
"""

from __future__ import annotations

import io
import tokenize

from statecode.text import well_formed


def decode_source(data: bytes, charset: str | None = None) -> str:
    """Decode a Python file as the interpreter does, but keep its line ends.

    The encoding follows from the byte order mark and the encoding declaration (PEP 263). If the declared encoding is
    unknown or the bytes do not decode, `charset` is used, then UTF-8. A byte that is not UTF-8 becomes `\\udcXX` (six
    ASCII characters): such a file is not valid Python, and its run fails and is recorded like that of any program.
    """
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        text = _decode_with_charset(charset, data)
    return well_formed(text)


def _decode_with_charset(charset: str | None, data: bytes) -> str:
    try:
        return data.decode(charset or "ascii")
    except (UnicodeError, LookupError):
        return data.decode("utf-8", "surrogateescape")
