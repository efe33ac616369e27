"""Well-formed Unicode text: without lone surrogates, which Parquet, pipes and JSON do not accept."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Return the text with each lone surrogate replaced by its escape, such as `\\ud800`, as `backslashreplace` does.

    Other text is returned unchanged.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
