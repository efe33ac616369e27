"""Links to programs, as the lines of a JSON Lines file: see statecode.programs.urls."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from statecode.errors import ProgramError
from statecode.programs import jsonl
from statecode.text import well_formed


class Link(NamedTuple):
    """Where one program is, and what it solves."""

    url: str
    problem_id: str
    program_id: str
    label: str | None
    license: str | None


def read(path: str | Path) -> Iterator[Link]:
    """Yield the links of a `.jsonl` or `.jsonl.gz` file; program_id is the URL where a line has none.

    Raises:
        ProgramError: no such file, invalid JSON, no url or problem_id, a program_id for the second time.
    """
    first_line: dict[str, int] = {}
    for number, row in jsonl.read_rows(path):
        link = _link(f"{path}:{number}", row)
        earlier = first_line.setdefault(link.program_id, number)
        if earlier != number:
            remedy = "Remove one, or give each a program_id of its own"
            raise ProgramError(f'{path}:{number}: "{link.program_id}" is already in line {earlier}. {remedy}')
        yield link


def _link(where: str, row: dict[str, Any]) -> Link:
    texts = {name: _text(where, row, name) for name in Link._fields}
    for name in ("url", "problem_id"):
        if not texts[name]:
            found = ", ".join(row) or "none"
            raise ProgramError(f'{where}: no "{name}" (found: {found}). A link needs "url" and "problem_id"')
    texts["program_id"] = texts["program_id"] or texts["url"]
    return Link(**texts)  # type: ignore[arg-type]


def _text(where: str, row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, int) and name.endswith("_id") and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise ProgramError(f'{where}: "{name}" must be a string')
    return value and well_formed(value)
