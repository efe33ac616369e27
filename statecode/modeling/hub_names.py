"""What the user may name instead of a folder: something of the Hub, such as owner/name. Told apart before asking it."""

from __future__ import annotations

from pathlib import Path

from huggingface_hub import constants


def misnamed(name: str) -> str | None:
    """Why `name` is neither a folder nor something that the Hub could know; None where it is one of them."""
    path = Path(name)
    if path.is_dir():
        return None
    if path.is_file():
        return f"{name} is a file, not a folder"
    if name.startswith((".", "/", "~")) or name.endswith("/") or name.count("/") > 1 or not name.strip():
        return f"no such folder: {name}"
    return None


def not_found(name: str, error: Exception) -> str:
    """What to say where `name`, which is no folder, was asked of the Hub or of its cached copies in vain."""
    if constants.HF_HUB_OFFLINE:
        return f"no such folder: {name}; nor is there a copy from the Hub, which HF_HUB_OFFLINE keeps from being asked"
    return f"no such folder: {name}; nor does the Hub have it: {in_one_line(error)}"


def in_one_line(error: Exception, limit: int = 200) -> str:
    """The first line of what a library says; more of it where that line only announces what follows."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    text = " ".join(lines) if lines[0].endswith(":") else lines[0]
    return text if len(text) <= limit else f"{text[:limit]}..."
