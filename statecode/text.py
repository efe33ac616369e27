"""Well-formed Unicode text, which can be written as UTF-8, and printable text, which a terminal does not interpret."""

from __future__ import annotations

import re

_UNUSUAL = re.compile(r"[^ -~]")
LAYOUT = "\n\t"
"""The control characters that a text of several lines keeps."""


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


def printable(text: str, keep: str = "") -> str:
    """Return the text with each character that is not printable replaced by its escape, such as `\\x1b` or `\\u202e`.

    Not printable are control characters, line and paragraph separators, characters that change the direction of text
    or have no width, and lone surrogates.

    Args:
        keep: characters to keep, such as `LAYOUT`.
    """
    if text.isprintable():
        return text
    return _UNUSUAL.sub(lambda found: _printable_character(found[0], keep), text)


def markdown_cell(text: str) -> str:
    """Return the text for a cell of a Markdown table: printable, and without the separator of cells."""
    return printable(text).replace("|", "\\|")


def plot_label(text: str) -> str:
    """Return the text for a plot of matplotlib: printable, and without mathematical notation."""
    return printable(text).replace("$", r"\$")


def _printable_character(character: str, keep: str) -> str:
    if character.isprintable() or character in keep:
        return character
    return character.encode("unicode_escape").decode("ascii")
