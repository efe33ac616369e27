"""Checks and error messages of names that the user passes: folders, or ids on the Hugging Face Hub such as owner/name.

A name that cannot be a Hub id is rejected without a request to the Hub.
"""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants


def invalid_name_reason(name: str) -> str | None:
    """Return the reason why `name` is neither a folder nor a possible Hub id; None if it is a folder or possible id."""
    path = Path(name)
    if path.is_dir():
        return None
    if path.is_file():
        return f"{name} is a file, not a folder"
    if name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or not name.strip():
        return f"no such folder: {name}"
    return None


def not_found_message(name: str, error: Exception) -> str:
    """Return the error message for a `name` that is no folder and was not found on the Hub or in its local cache.

    Args:
        error: the exception that the library raised.
    """
    if constants.HF_HUB_OFFLINE:
        return f"no such folder: {name}; nor is there a copy from the Hub in the cache, and HF_HUB_OFFLINE is set"
    return f"no such folder: {name}; nor does the Hub have it: {first_line(error)}"


def first_line(error: Exception, limit: int = 200) -> str:
    """Return the first line of an exception's message.

    A first line that ends with a colon only announces the next lines; then all lines are joined. If the message is
    empty, the name of the exception's type is returned. A text of more than `limit` characters is shortened.
    """
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines) if lines[0].endswith(":") else lines[0]
    return text if len(text) <= limit else f"{text[:limit]}..."
