"""The programs that are part of statecode: one folder per problem with `problem.json` and solutions as .py files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statecode.arguments import NoOptions
from statecode.programs.base import BaseSource
from statecode.records import Program

FOLDER = Path(__file__).resolve().parent


class EmbeddedSource(BaseSource):
    """The source `embedded`."""

    name = "embedded"

    def load(self, spec: str, options: NoOptions) -> Iterator[Program]:
        """Return an iterator over all embedded programs."""
        return load()


def load() -> Iterator[Program]:
    """Yield all embedded programs, sorted by problem and then by solution.

    All solutions of a problem have the inputs and expected outputs of its `problem.json`. A solution that is a key of
    `wrong` in that file has the label `incorrect`; the others have the label `correct`.
    """
    for path in sorted(FOLDER.glob("*/problem.json")):
        problem = json.loads(path.read_bytes())
        for solution in sorted(path.parent.glob("*.py")):
            yield _program(solution, problem)


def _program(solution: Path, problem: dict[str, Any]) -> Program:
    problem_id = solution.parent.name
    with open(solution, encoding="utf-8", newline="") as file:  # "" keeps the original line ends
        code = file.read()
    return Program(
        program_id=f"{problem_id}/{solution.stem}",
        problem_id=problem_id,
        code=code,
        inputs=tuple(problem["inputs"]),
        expected_outputs=tuple(problem["expected_outputs"]),
        label="incorrect" if solution.stem in problem.get("wrong", {}) else "correct",
        origin="embedded",
        license="MIT",
    )
