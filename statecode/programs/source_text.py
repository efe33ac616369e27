"""Bytes of program files and JSON strings as text that every later step can store.

Parquet and pipes take only well-formed Unicode. What is none is written as a backslash and its number, as Python's
`backslashreplace` does, so that the program is still given and its failure is recorded rather than its absence.
"""

from __future__ import annotations

import io
import tokenize


def decode_source(data: bytes, charset: str | None = None) -> str:
    """Decode a Python file as the interpreter does, line ends kept.

    The byte order mark and the coding cookie (PEP 263) decide. Where there is no such encoding, or the bytes are not
 `\\udcXX` (six ASCII characters): such a file is no Python, and what
    the text does when it is run is recorded like any other program.
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


def well_formed(text: str) -> str:
    """Replace each lone surrogate by its escape, such as `\\ud800`; other text comes back as it is."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
