"""Links to programs, read from a JSON Lines file; statecode.programs.urls describes the format."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from statecode.errors import ProgramError
from statecode.programs import jsonl
from statecode.text import well_formed


class Link(NamedTuple):
    """The URL of one program, with the fields of `Program` that the link file contains."""

    url: str
    problem_id: str
    program_id: str
    label: str | None
    license: str | None


def read(path: str | Path) -> Iterator[Link]:
    """Yield the links of a `.jsonl` or `.jsonl.gz` file. The default of program_id is the URL.

    Raises:
        ProgramError: the file does not exist, or a line is not valid JSON, has no url or problem_id, or repeats a
            program_id.
    """
    first_line: dict[str, int] = {}
    for number, row in jsonl.read_rows(path):
        link = _link(f"{path}:{number}", row)
        earlier = first_line.setdefault(link.program_id, number)
        if earlier != number:
            fix = "Remove one of them, or set a different program_id"
            raise ProgramError(f'{path}:{number}: "{link.program_id}" is already in line {earlier}. {fix}')
        yield link


def _link(where: str, row: dict[str, Any]) -> Link:
    texts = {name: _text_field(where, row, name) for name in Link._fields}
    for name in ("url", "problem_id"):
        if not texts[name]:
            found = ", ".join(row) or "none"
            raise ProgramError(f'{where}: no "{name}" (found: {found}). A link needs "url" and "problem_id"')
    texts["program_id"] = texts["program_id"] or texts["url"]
    return Link(**texts)  # type: ignore[arg-type]


def _text_field(where: str, row: dict[str, Any], name: str) -> str | None:
    value = row.get(name)
    if isinstance(value, int) and name.endswith("_id") and not isinstance(value, bool):
        return str(value)
    if value is not None and not isinstance(value, str):
        raise ProgramError(f'{where}: "{name}" must be a string')
    return value and well_formed(value)
