"""The table `problems.csv` or `problems.jsonl` in a folder of programs: problem_ids and labels by path.

    path,problem_id,label
    Code/p00001/Python/s1/x.py,p00001,accepted

A path is relative to the folder of the table. Each of the columns problem_id and label may be absent; other columns are
ignored. If a row has a problem_id, every program needs one.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from statecode.errors import ProgramError
from statecode.input_files import open_file
from statecode.programs.jsonl import read_rows
from statecode.text import well_formed

NAMES = ("problems.csv", "problems.jsonl")
_LINE_CHARS = 2**20
"""Maximum number of characters of a line of a CSV file."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """The row of one program."""

    number: int             # line of the file, from 1
    problem_id: str | None
    label: str | None


@dataclass(frozen=True, slots=True)
class ProblemTable:
    """The rows of a table by path."""

    file: Path
    rows: dict[str, TableRow]

    @property
    def has_problem_ids(self) -> bool:
        """Return True if a row has a problem_id; then each program needs one."""
        return any(row.problem_id is not None for row in self.rows.values())

    def problem_id(self, path: str) -> str:
        """Return the problem_id of the program with this path.

        Raises:
            ProgramError: the table has none.
        """
        row = self.rows.get(path)
        if row is None or row.problem_id is None:
            fault = ": no row with the path" if row is None else f":{row.number}: no problem_id of"
            raise ProgramError(f"{self.file}{fault} {path}. Each program needs a problem_id if one of them has it")
        return row.problem_id

    def label(self, path: str) -> str | None:
        """Return the label of the program with this path; None if the table has none."""
        row = self.rows.get(path)
        return row.label if row else None

    def unused_error(self, path: str) -> ProgramError:
        """Return the error that there is no program with this path, which the table contains."""
        return ProgramError(
            f"{self.file}:{self.rows[path].number}: no program {path} in the folder. Correct the path, which is "
            f"relative to {self.file.parent}, or remove the row"
        )


def read_table(folder: Path) -> ProblemTable | None:
    """Return the table of a folder; None if the folder has none.

    Raises:
        ProgramError: the folder has two tables, the table is no regular file of the folder, or it has no column path,
            the same path twice or a faulty row.
    """
    files = [folder / name for name in NAMES if os.path.lexists(folder / name)]
    if not files:
        return None
    if len(files) > 1:
        raise ProgramError(f"{folder}: has {NAMES[0]} and {NAMES[1]}; keep one of them")
    file = files[0]
    rows: dict[str, TableRow] = {}
    for number, row in _read_csv(file) if file.suffix == ".csv" else read_rows(file, folder):
        path = _text(file, number, row, "path")
        if path is None:
            found = ", ".join(map(str, row)) or "none"
            raise ProgramError(f"{file}:{number}: no path (found: {found}). Expected the columns path, problem_id and "
                               "label; rename the file if it has another purpose")
        path = str(PurePosixPath(path))
        if path in rows:
            raise ProgramError(f"{file}:{number}: {path} is also in line {rows[path].number}. Remove one of the rows")
        rows[path] = TableRow(number, _text(file, number, row, "problem_id"), _text(file, number, row, "label"))
    return ProblemTable(file, rows)


def _read_csv(file: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield line number and fields of each row."""
    try:
        with io.TextIOWrapper(open_file(file, file.parent), encoding="utf-8-sig", newline="") as text:
            reader = csv.DictReader(_bounded_lines(text), strict=True)
            for row in reader:
                yield reader.line_num, row
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ProgramError(f"{file}: cannot be read as CSV in UTF-8: {error}") from None


def _bounded_lines(text: io.TextIOWrapper) -> Iterator[str]:
    for number, line in enumerate(iter(partial(text.readline, _LINE_CHARS + 1), ""), 1):
        if len(line) > _LINE_CHARS:
            raise csv.Error(f"line {number} has over {_LINE_CHARS:,} characters")
        yield line


def _text(file: Path, number: int, row: dict[str, Any], field: str) -> str | None:
    """Return a field as text; None if it is absent or empty."""
    value = row.get(field)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise ProgramError(f'{file}:{number}: "{field}" is a {type(value).__name__}; expected a string')
    return well_formed(value) if value else None
