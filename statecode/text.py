"""Well-formed Unicode, the only text that Parquet, pipes and JSON take."""

from __future__ import annotations


def well_formed(text: str) -> str:
    """Replace each lone surrogate by its escape, such as `\\ud800`, as Python's `backslashreplace` does.

    Other text is returned unchanged.
    """
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")
