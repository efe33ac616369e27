"""Count the programs, runs, labels and inputs of a source, and warn of splits that cannot be as requested."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass, field

from statecode.corpus.splits import SplitRule
from statecode.records import Program
from statecode.text import well_formed

EXAMPLES = 3       # problems with examples of their program_ids
EXAMPLE_IDS = 2    # program_ids of each
FEW_PROGRAMS = 20  # with fewer programs one problem may hold nearly all of them
NEARLY_ALL = 0.9   # part of the programs


class SplitWarning(UserWarning):
    """Warning that a requested split is empty or that one problem contains nearly all programs."""


@dataclass(slots=True)
class ProblemCounts:
    """The counts of a source. Per problem it holds two numbers, and for the first ones some program_ids."""

    runs: Counter[str] = field(default_factory=Counter)        # problem_id → runs
    programs: Counter[str] = field(default_factory=Counter)    # problem_id → programs
    labels: Counter[str] = field(default_factory=Counter)      # label → programs; those without a label are not counted
    without_input: int = 0                                     # programs whose inputs are all empty
    examples: dict[str, list[str]] = field(default_factory=dict)  # problem_id → its first program_ids

    def add(self, program: Program) -> None:
        """Count one program."""
        problem_id = well_formed(program.problem_id)
        self.runs[problem_id] += len(program.inputs)
        self.programs[problem_id] += 1
        if program.label is not None:
            self.labels[program.label] += 1
        self.without_input += not any(program.inputs)
        if len(self.examples) < EXAMPLES:
            self.examples.setdefault(problem_id, [])
        if len(ids := self.examples.get(problem_id, [""] * EXAMPLE_IDS)) < EXAMPLE_IDS:
            ids.append(program.program_id)

    @property
    def largest(self) -> tuple[str, int]:
        """Return the problem_id with the most programs, and their number."""
        return max(self.programs.items(), key=lambda item: item[1])


def warn_of_splits(counts: ProblemCounts, rule: SplitRule, empty_splits: list[str]) -> None:
    """Warn of requested splits that are empty, and of a problem that contains nearly all programs."""
    total = counts.programs.total()
    problem_id, programs = counts.largest
    if total >= FEW_PROGRAMS and programs >= NEARLY_ALL * total:
        warnings.warn(
            f"{programs:,} of {total:,} programs have the problem_id {problem_id!r}, and a problem is in one split "
            "only; choose other problem_ids with --problem-from or --problem-id-field (--dry-run prints them)",
            SplitWarning, stacklevel=2,
        )
    for split in empty_splits:
        warnings.warn(
            f"no problem is left for the split {split}; add problems or change --split (now {rule})",
            SplitWarning, stacklevel=2,
        )
