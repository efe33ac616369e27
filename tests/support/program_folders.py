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


def contest_tree(root: Path, problems: int = 10, submissions: int = 3, extra: str = "") -> Path:
    """Write programs as archives of contests store them: Code/PROBLEM/Python/SUBMISSION/x.py.

    The name of a submission contains its result, such as s0_accepted. Return the folder.

    Args:
        extra: text at the end of each program.
    """
    results = ("accepted", "wrong")
    return put(root, {
        f"Code/p{problem:03}/Python/s{problem * submissions + number}_{results[number % 2]}/x.py":
            f"print({problem}, {number})\n{extra}"
        for problem in range(problems) for number in range(submissions)
    })


def only(root: Path) -> Program:
    """Return the only program of a folder."""
    programs = list(load(root))
    assert len(programs) == 1
    return programs[0]
