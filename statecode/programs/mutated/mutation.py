"""The mutation that made a program from its parent, as facts in the metadata of the program."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

from statecode.records import Program, metadata_facts

_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutation:
    """One edit of a source. It does not change the number of lines."""

    parent: str    # program_id of the program that was edited
    mutation: str  # its kind, a name in `kinds.KINDS`
    line: int      # of the edit, from 1
    column: int    # number of characters before the edit in this line
    before: str    # the text of the parent that was replaced
    after: str     # the text that the mutant has instead


def line_starts(code: str) -> list[int]:
    """Return the index of the first character of each line; lines end as in Python sources, with \\n, \\r or \\r\\n."""
    return [0, *(found.end() for found in _LINE_END.finditer(code))]


def mutation_of(program: Program) -> Mutation | None:
    """Return the mutation in the metadata of a program; None if the metadata contain none."""
    if program.metadata is None or '"mutation"' not in program.metadata:
        return None
    facts = metadata_facts(program.metadata)
    values: dict[str, Any] = {field.name: facts.get(field.name) for field in fields(Mutation)}
    types = {name: type(value) for name, value in values.items()}
    if types != {"parent": str, "mutation": str, "line": int, "column": int, "before": str, "after": str}:
        return None
    return Mutation(**values)


def parent_code(program: Program, mutation: Mutation) -> str | None:
    """Return the code of the parent of a mutant; None if the mutation does not fit the code of the mutant."""
    starts = line_starts(program.code)
    if not 1 <= mutation.line <= len(starts) or mutation.column < 0:
        return None
    start = starts[mutation.line - 1] + mutation.column
    end = start + len(mutation.after)
    if program.code[start:end] != mutation.after:
        return None
    return program.code[:start] + mutation.before + program.code[end:]
