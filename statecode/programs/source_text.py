"""Decode the bytes of program files to text.

Bytes that do not decode become lone surrogates, as the error handler `surrogateescape` makes them. A run then fails
as in the interpreter, and a row contains their escapes (`statecode.text.well_formed`).
"""

from __future__ import annotations

import codecs
import io
import tokenize
import warnings

from statecode.text import well_formed


def decode_source(data: bytes, charset: str | None = None) -> str:
    """Decode a Python file as the interpreter does, but keep its line ends.

    The encoding follows from the byte order mark and the encoding declaration (PEP 263). If the declared encoding is
    unknown or the bytes do not decode, `charset` is used. The last resort is UTF-8, or ASCII if another encoding is
    declared, with `surrogateescape`.
    """
    encoding = "utf-8"
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        if b"#".decode(encoding) == "#":  # the declaration itself is ASCII
            return _decode(data, encoding)
    except (SyntaxError, UnicodeError, LookupError):
        pass
    return _decode_with_charset(charset, data, encoding)


_PYTHON_ONLY = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
"""Names of codecs that are no charsets of the web. Decoding a megabyte of punycode takes minutes."""


def _decode_with_charset(charset: str | None, data: bytes, declared: str) -> str:
    try:
        codec = codecs.lookup(charset or "ascii").name
        return _decode(data, "ascii" if codec in _PYTHON_ONLY else codec)
    except (ValueError, LookupError):  # a ValueError without UnicodeError: the name contains a null character
        return data.decode("utf-8" if declared.startswith("utf-8") else "ascii", "surrogateescape")


def _decode(data: bytes, encoding: str) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of unicode_escape, for escapes that it does not know
        return well_formed(data.decode(encoding))
