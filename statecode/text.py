"""Well-formed Unicode text, which has no lone surrogates and can therefore be written as UTF-8."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Return the text with each lone surrogate replaced by its escape, such as `\\ud800`, as `backslashreplace` does.

    Other text is returned unchanged.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def stands_for_bytes(text: str) -> bool:
    """Return True if `surrogateescape` encodes the text: each of its lone surrogates stands for a byte of a file."""
    try:
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True


def encoded(text: str) -> bytes:
    """Encode the text of a stdin or a file as UTF-8.

    Lone surrogates that `surrogateescape` made of bytes become these bytes again. If the text contains any other lone
    surrogate, all of them become backslash escapes.
    """
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")
