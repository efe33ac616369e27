"""Programs from a folder of .py files, with their inputs and expected outputs beside them.

    NAME.py                   the program
    NAME.in    NAME.out       optional: one input, and what the program should print on it
    NAME.1.in  NAME.1.out     optional: more of them, in the order of their numbers

Without any .in the program runs once on empty input, and NAME.out is what it should print then. Folders whose name
begins with a dot and `__pycache__` are left out; links to folders are not followed.
"""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from statecode.errors import ConfigError, ProgramError
from statecode.programs.source_text import decode_source
from statecode.records import Program

PROBLEM_BY = ("folder", "top", "file")

_Cases = dict[tuple[int, str], dict[str, Path]]  # (number, its digits) → {"in": path, "out": path}; (-1, "") is NAME.in


def load(folder: str | Path, *, problem_by: str = "folder", license: str | None = None) -> Iterator[Program]:
    """Yield the programs in `folder`, then those of each folder below it, sorted; program_id is the path without .py.

    Args:
        folder: where to look.
        problem_by: which programs solve the same problem, so that no split divides them. `folder`: those in one
            sub-folder, as in two_sum/alice.py and two_sum/bob.py; a program directly in `folder` is a problem of its
            own. `top`: all below one direct sub-folder, as in two_sum/alice/main.py. `file`: each is its own problem.
        license: of all programs in the folder, if known.

    Raises:
        ProgramError: no such folder, no .py file in it, an unreadable file, an output without its input.
    """
    if problem_by not in PROBLEM_BY:
        raise ConfigError(f"unknown problem_by {problem_by!r}; known: {', '.join(PROBLEM_BY)}")
    root = Path(folder)
    if not root.is_dir():
        raise ProgramError(f"{root}: not a folder" if root.exists() else f"{root}: no such folder")
    programs = _programs(root, problem_by, license)
    first = next(programs, None)
    if first is None:
        raise ProgramError(f"{root}: no .py file in this folder or below it")
    return itertools.chain([first], programs)


def _programs(root: Path, problem_by: str, license: str | None) -> Iterator[Program]:
    origin = _printable(root.resolve().name or str(root))
    for where, folders, files in os.walk(root, onerror=_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        cases_of = _cases_by_stem(Path(where), files)
        for name in sorted(files):
            if name.endswith(".py"):
                path = Path(where, name)
                program_id = _printable(path.relative_to(root).as_posix().removesuffix(".py"))
                inputs, expected = _inputs_and_outputs(cases_of.get(name.removesuffix(".py"), {}))
                yield Program(
                    program_id=program_id,
                    problem_id=_problem_id(program_id, problem_by),
                    code=decode_source(_read(path)),
                    inputs=inputs,
                    expected_outputs=expected,
                    origin=origin,
                    license=license,
                )


def _unreadable(error: OSError) -> None:
    raise ProgramError(f"{error.filename}: cannot be read: {error.strerror}")


def _problem_id(program_id: str, problem_by: str) -> str:
    folders = PurePosixPath(program_id).parts[:-1]
    if problem_by == "file" or not folders:
        return program_id
    return folders[0] if problem_by == "top" else "/".join(folders)


def _cases_by_stem(where: Path, files: list[str]) -> dict[str, _Cases]:
    """Sort one folder's .in and .out files by the program and the number that they belong to."""
    present = set(files)
    cases_of: dict[str, _Cases] = {}
    for name in files:
        if match := re.fullmatch(r"(?s)(.+?)(?:\.([0-9]+))?\.(in|out)", name):
            stem, number, kind = match.groups()
            if number and f"{stem}.{number}.py" in present:  # a.1.in beside a.1.py is that program's only input
                stem, number = f"{stem}.{number}", None
            key = (int(number), number) if number else (-1, "")
            cases_of.setdefault(stem, {}).setdefault(key, {})[kind] = where / name
    return cases_of


def _inputs_and_outputs(cases: _Cases) -> tuple[tuple[str, ...], tuple[str | None, ...] | None]:
    if not cases:
        return ("",), None
    if set(cases) == {(-1, "")} and "in" not in cases[-1, ""]:
        return ("",), (_text(cases[-1, ""]["out"]),)
    inputs, expected = [], []
    for _, files in sorted(cases.items()):
        if "in" not in files:
            raise ProgramError(f"{files['out']}: no {files['out'].stem}.in beside it. Add it; it may be empty")
        inputs.append(_text(files["in"]))
        expected.append(_text(files["out"]) if "out" in files else None)
    return tuple(inputs), tuple(expected) if any(text is not None for text in expected) else None


def _text(path: Path) -> str:
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


def _printable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
