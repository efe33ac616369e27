"""Programs from a folder of .py files, with files of their inputs and expected outputs in the same folder.

    NAME.py                   the program
    NAME.in    NAME.out       optional: one input and its expected output
    NAME.1.in  NAME.1.out     optional: further inputs and expected outputs, in the order of their numbers

A program without a .in file runs once with empty input, and NAME.out is the expected output of that run. Folders whose
names begin with a dot and folders named `__pycache__` are skipped. Symbolic links to folders are not followed. A table
`problems.csv` or `problems.jsonl` in the folder contains problem_ids and labels: see statecode.programs.problem_table.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from statecode.arguments import setting
from statecode.errors import ProgramError
from statecode.programs.base import BaseSource
from statecode.programs.folder_problems import FolderProblems
from statecode.programs.source_text import decode_source
from statecode.records import Program

_Cases = dict[tuple[int, str], dict[str, Path]]
"""(number, its digits in the file name) → {"in": path, "out": path}. The key of NAME.in and NAME.out is (-1, "")."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FolderOptions:
    """The options of a folder of programs; see `load`."""

    problem_by: str | None = setting(
        None,
        "programs of one problem are those in one folder (folder, the default), below one direct subfolder (top), or "
        "each file alone (file)",
        metavar="RULE",
    )
    problem_from: str | None = setting(
        None,
        "regular expression that finds the problem_id of a program in its path relative to FOLDER, as the group "
        "(?P<problem>...), such as '^[^/]+/(?P<problem>[^/]+)/'",
        metavar="REGEX",
    )
    label_from: str | None = setting(
        None, "regular expression that finds the label in this path, as the group (?P<label>...)", metavar="REGEX"
    )
    license: str | None = setting(None, "the license of all its programs", metavar="NAME")


class FolderSource(BaseSource):
    """The source that is chosen by the path of a folder."""

    name = "folder"
    form = "a FOLDER of .py files"
    label = "FOLDER"
    Options = FolderOptions

    def matches(self, spec: str) -> bool:
        """Return True if the spec is an existing folder or ends with a slash."""
        return Path(spec).is_dir() or spec.endswith("/")

    def load(self, spec: str, options: FolderOptions) -> Iterator[Program]:
        """Return an iterator over the programs in the folder; see the function `load`."""
        return load(spec, **asdict(options))


def load(
    folder: str | Path,
    *,
    problem_by: str | None = None,
    problem_from: str | None = None,
    label_from: str | None = None,
    license: str | None = None,
) -> Iterator[Program]:
    """Return an iterator over the programs in `folder` and then in each folder below it, sorted by path.

    The program_id is the path relative to `folder`, without .py.

    Args:
        folder: folder to search.
        problem_by: rule for problem_id. Programs with the same problem_id are always in the same split.
            "folder" (default): the programs in a subfolder have the same problem, such as two_sum/alice.py and
            two_sum/bob.py; a program in no subfolder has a problem of its own.
            "top": all programs below a direct subfolder have the same problem, such as two_sum/alice/main.py and
            two_sum/bob/main.py; a program in no subfolder has a problem of its own.
            "file": each program has a problem of its own.
        problem_from: regular expression with a group named `problem`, which is searched for in the path of each
            program relative to `folder`. The text of the group is the problem_id.
        label_from: regular expression with a group named `label`. A program in whose path it is not found has no label.
        license: license of all programs in the folder, if known.

    Warns:
        ProblemIdWarning: by the default rule nearly every program in nested folders has a problem of its own, or
            `label_from` is found in no path.

    Raises:
        ProgramError: the folder does not exist or contains no .py file, a file cannot be read, or an output
            file has no input file; `problem_from` does not match a path, or the table of problems is faulty. The
            iterator raises the errors of all programs but the first.
        ConfigError: `problem_by` is not one of `PROBLEM_BY`, a regular expression is invalid, or there are two sources
            of problem_ids.
    """
    root = Path(folder)
    if not root.is_dir():
        raise ProgramError(f"{root}: not a folder" if root.exists() else f"{root}: no such folder")
    programs = _programs(root, FolderProblems(root, problem_by, problem_from, label_from), license)
    first = next(programs, None)
    if first is None:
        raise ProgramError(f"{root}: no .py file in this folder or below it")
    return itertools.chain([first], programs)


def _programs(root: Path, problems: FolderProblems, license: str | None) -> Iterator[Program]:
    origin = _utf8_name(root.resolve().name or str(root))
    for where, folders, files in os.walk(root, onerror=_raise_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        cases_of_stem = _cases_by_stem(Path(where), files)
        for name in sorted(files):
            if name.endswith(".py"):
                path = Path(where, name)
                relative = _utf8_name(path.relative_to(root).as_posix())
                inputs, expected = _inputs_and_outputs(cases_of_stem.get(name.removesuffix(".py"), {}))
                yield Program(
                    program_id=relative.removesuffix(".py"),
                    problem_id=problems.problem_id(relative),
                    code=decode_source(_read(path)),
                    inputs=inputs,
                    expected_outputs=expected,
                    label=problems.label(relative),
                    origin=origin,
                    license=license,
                )
    problems.finish()


def _raise_unreadable(error: OSError) -> None:
    raise ProgramError(f"{error.filename}: cannot be read: {error.strerror}")


def _cases_by_stem(where: Path, files: list[str]) -> dict[str, _Cases]:
    """Return the .in and .out files of one folder, grouped by the stem of their program, then by number."""
    present = set(files)
    cases_of_stem: dict[str, _Cases] = {}
    for name in files:
        if match := re.fullmatch(r"(?s)(.+?)(?:\.([0-9]+))?\.(in|out)", name):
            stem, number, kind = match.groups()
            if number and f"{stem}.{number}.py" in present:  # if a.1.py exists, a.1.in is its input, not one of a.py
                stem, number = f"{stem}.{number}", None
            key = (int(number), number) if number else (-1, "")
            cases_of_stem.setdefault(stem, {}).setdefault(key, {})[kind] = where / name
    return cases_of_stem


def _inputs_and_outputs(cases: _Cases) -> tuple[tuple[str, ...], tuple[str | None, ...] | None]:
    """Read the inputs and the expected outputs of one program; None instead of the outputs if it has none."""
    if not cases:
        return ("",), None
    if set(cases) == {(-1, "")} and "in" not in cases[-1, ""]:
        return ("",), (_read_text(cases[-1, ""]["out"]),)
    inputs, expected = [], []
    for _, files in sorted(cases.items()):
        if "in" not in files:
            raise ProgramError(f"{files['out']}: no {files['out'].stem}.in beside it. Add the file; it may be empty")
        inputs.append(_read_text(files["in"]))
        expected.append(_read_text(files["out"]) if "out" in files else None)
    return tuple(inputs), tuple(expected) if any(text is not None for text in expected) else None


def _read_text(path: Path) -> str:
    data = _read(path)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProgramError(f"{path}: not UTF-8 at byte {error.start}. Convert it to UTF-8") from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None


def _utf8_name(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
