"""The problem_ids and labels of the programs in a folder: rules over paths, regular expressions, and a table.

Programs of one problem must have one problem_id, because the splits of a corpus separate problems. `FolderProblems`
warns of paths for which the default rule is probably wrong.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path, PurePosixPath

from statecode.errors import ConfigError, ProgramError
from statecode.programs.problem_table import read_table

PROBLEM_BY = ("folder", "top", "file")
FEW_PROGRAMS = 20         # with fewer programs there is no warning
NEARLY_ALL = 0.9          # part of the programs
_EXAMPLE = "^[^/]+/(?P<problem>[^/]+)/"


class ProblemIdWarning(UserWarning):
    """Warning that the problem_ids of many programs are probably wrong."""


class FolderProblems:
    """The problem_id and the label of each program of a folder.

    Args:
        problem_by, problem_from, label_from: see `folder.load`.

    Raises:
        ConfigError: an option is invalid, or does not fit another one or the table of the folder.
        ProgramError: the table is faulty.
    """

    def __init__(
        self, folder: Path, problem_by: str | None, problem_from: str | None, label_from: str | None
    ) -> None:
        table = read_table(folder)
        if problem_by is not None and problem_by not in PROBLEM_BY:
            raise ConfigError(f"unknown problem_by {problem_by!r}; known: {', '.join(PROBLEM_BY)}")
        sources = {
            "problem_by": problem_by is not None,
            "problem_from": problem_from is not None,
            f"the column problem_id of {table and table.file}": table is not None and table.has_problem_ids,
        }
        if len(chosen := [name for name, is_set in sources.items() if is_set]) > 1:
            raise ConfigError(f"the problem_ids come from {' and from '.join(chosen)}; use one of them")
        self._problem_by = problem_by
        self._problem_from = _compiled("problem", problem_from)
        self._label_from = _compiled("label", label_from)
        self._folder = folder
        self._table = table
        self._unused = set(table.rows) if table else set()  # paths in the table without a program so far
        self._names_at: list[set[str]] = []  # level of the tree → names of the folders above programs
        self._nested: dict[str, int] = {}    # folder below another folder → number of programs
        self._labelled = self._programs = 0

    def problem_id(self, path: str) -> str:
        """Return the problem_id of the program with this path relative to the folder.

        Raises:
            ProgramError: the regular expression does not match, or the table has no problem_id.
        """
        folders = PurePosixPath(path).parts[:-1]
        if self._problem_from is not None:
            match = self._problem_from.search(path)
            if match is None or not match["problem"]:
                raise ProgramError(f"{self._folder}: --problem-from {self._problem_from.pattern!r} finds no problem in "
                                   f"the path {path}. Change the regular expression, or move the file")
            return match["problem"]
        if self._table is not None and self._table.has_problem_ids:
            return self._table.problem_id(path)
        if self._problem_by == "file" or not folders:
            return path.removesuffix(".py")
        if self._problem_by is None:
            self._count_folders(folders)
        return folders[0] if self._problem_by == "top" else "/".join(folders)

    def label(self, path: str) -> str | None:
        """Return the label of a program: that of the table, else that of the regular expression, else None."""
        self._programs += 1
        self._unused.discard(path)
        label = self._table.label(path) if self._table else None
        if label is None and self._label_from is not None:
            match = self._label_from.search(path)
            label = match["label"] if match else None
        self._labelled += label is not None
        return label

    def finish(self) -> None:
        """Check the table, and warn of ids and labels that are probably wrong; to be called after the last program.

        Raises:
            ProgramError: the table has a row without a program.
        """
        if self._table is not None and self._unused:
            raise self._table.unused_error(min(self._unused))
        if self._label_from is not None and not self._labelled:
            warnings.warn(f"--label-from {self._label_from.pattern!r} finds no label in {self._programs:,} paths; "
                          "change the regular expression", ProblemIdWarning, stacklevel=2)
        programs = sum(self._nested.values())
        alone = [folder for folder, count in self._nested.items() if count == 1]
        if programs >= FEW_PROGRAMS and len(alone) >= NEARLY_ALL * programs:
            warnings.warn(
                f"{len(alone):,} of {programs:,} programs in nested folders have a problem_id of their own, such as "
                f"{alone[0]!r}: programs of one problem may be in different splits. Name the part of the path that is "
                f"the problem, {self._suggestion(programs)}; --dry-run prints the ids", ProblemIdWarning, stacklevel=2
            )

    def _count_folders(self, folders: tuple[str, ...]) -> None:
        if len(folders) < 2:
            return
        folder = "/".join(folders)
        self._nested[folder] = self._nested.get(folder, 0) + 1
        self._names_at.extend(set() for _ in folders[len(self._names_at):])
        for level, name in enumerate(folders):
            self._names_at[level].add(name)

    def _suggestion(self, programs: int) -> str:
        """Return a flag with a regular expression for the level of the tree that most probably is the problem."""
        sizes = {level: len(names) for level, names in enumerate(self._names_at)
                 if 1 < len(names) < NEARLY_ALL * programs}
        if not sizes:
            return f"as in --problem-from '{_EXAMPLE}'"
        level = max(sizes, key=sizes.__getitem__)
        above = "" if not level else "[^/]+/" if level == 1 else f"([^/]+/){{{level}}}"
        return f"as in --problem-from '^{above}(?P<problem>[^/]+)/', which finds {sizes[level]:,} problems"


def _compiled(group: str, pattern: str | None) -> re.Pattern[str] | None:
    """Return the regular expression of the option GROUP_from.

    Raises:
        ConfigError: it is invalid, or has no group of this name.
    """
    if pattern is None:
        return None
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise ConfigError(f"--{group}-from {pattern!r}: not a regular expression: {error}") from None
    if group not in compiled.groupindex:
        raise ConfigError(f"--{group}-from {pattern!r}: no group (?P<{group}>...), which finds the {group} in a path")
    return compiled
