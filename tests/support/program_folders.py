"""Folders of programs for the tests of programs."""

from __future__ import annotations

from pathlib import Path

from statecode.programs.folder import load
from statecode.records import Program


def put(root: Path, files: dict[str, str | bytes]) -> Path:
    """Write files below a folder, and return the folder."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def only(root: Path) -> Program:
    """Return the only program of a folder."""
    programs = list(load(root))
    assert len(programs) == 1
    return programs[0]
