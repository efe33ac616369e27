"""Programs from a folder of .py files, with files of their inputs and expected outputs in the same folder.

    NAME.py                   the program
    NAME.in    NAME.out       optional: one input and its expected output
    NAME.1.in  NAME.1.out     optional: further inputs and expected outputs, in the order of their numbers

A program without a .in file runs once with empty input, and NAME.out is the expected output of that run. Folders whose
names begin with a dot and folders named `__pycache__` are skipped. Symbolic links to folders are not followed. A table
`problems.csv` or `problems.jsonl` in the folder contains problem_ids and labels: see statecode.programs.problem_table.

The folder may be hostile. A file that is no regular file, that is a link which leads out of the folder, or that is too
big is left out; the files that are left out are counted by reason, and a warning states the counts. An input or an
output that is left out removes the other one too, and a program without any input left is left out.
"""

from __future__ import annotations

import itertools
import os
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from statecode import left_out
from statecode.arguments import setting
from statecode.errors import ProgramError
from statecode.input_files import MIB, PROGRAM_BYTES, RefusedFile, read_file
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
        LeftOutWarning: files are left out.
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
    files = _Files(root)
    programs = _programs(files, FolderProblems(root, problem_by, problem_from, label_from), license)
    first = next(programs, None)
    if first is None:
        raise ProgramError(f"{root}: {files.left_out_text() or 'no .py file in this folder or below it'}")
    return itertools.chain([first], programs)


def _programs(files: _Files, problems: FolderProblems, license: str | None) -> Iterator[Program]:
    root = files.root
    origin = _utf8_name(root.resolve().name or str(root))
    for where, folders, names in os.walk(root, onerror=_raise_unreadable):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        cases_of_stem = _cases_by_stem(Path(where), names)
        for name in sorted(names):
            if name.endswith(".py"):
                path = Path(where, name)
                relative = _utf8_name(path.relative_to(root).as_posix())
                problem_id, label = problems.problem_id(relative), problems.label(relative)
                read = files.read_program(path, cases_of_stem.get(name.removesuffix(".py"), {}))
                if read is not None:
                    yield Program(
                        program_id=relative.removesuffix(".py"),
                        problem_id=problem_id,
                        code=decode_source(read.source),
                        inputs=read.inputs,
                        expected_outputs=read.expected_outputs,
                        label=label,
                        origin=origin,
                        license=license,
                    )
    problems.finish()
    files.warn()


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


@dataclass(frozen=True, slots=True)
class _ProgramFiles:
    """The contents of the files of one program."""

    source: bytes
    inputs: tuple[str, ...]
    expected_outputs: tuple[str | None, ...] | None


class _Files:
    """Reads the files of a folder, and counts those that it leaves out."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._programs = 0
        self._counts: Counter[str] = Counter()  # reason → files that are left out
        self._first: Path | None = None         # the first of them

    def read_program(self, path: Path, cases: _Cases) -> _ProgramFiles | None:
        """Return the contents of the files of one program; None if it is left out.

        Raises:
            ProgramError: a file cannot be read, an input or output is not UTF-8, or an output has no input.
        """
        source = self._read(path)
        if source is None:
            return None
        size_bytes = len(source)
        kept: list[tuple[str, str | None]] = [] if cases else [("", None)]
        for files in _with_inputs(cases):
            contents = {kind: self._read(file) for kind, file in files.items()}
            if None in contents.values():
                continue
            texts = {kind: _decode(files[kind], data or b"") for kind, data in contents.items()}
            case_bytes = sum(map(len, filter(None, contents.values())))
            if size_bytes + case_bytes > PROGRAM_BYTES:
                for file in files.values():
                    self._leave_out(file, f"over {PROGRAM_BYTES // MIB} MiB with the other files of its program")
                continue
            size_bytes += case_bytes
            kept.append((texts.get("in", ""), texts.get("out")))
        if not kept:
            self._leave_out(path, "a program whose inputs are all left out")
            return None
        self._programs += 1
        inputs, expected = zip(*kept)
        return _ProgramFiles(source, inputs, expected if any(text is not None for text in expected) else None)

    def left_out_text(self) -> str:
        """Return the number of files that are left out, and their reasons; the empty text if there is none."""
        if self._first is None:
            return ""
        reasons = ", ".join(f"{reason}: {number:,}" for reason, number in self._counts.most_common())
        example = self._first.relative_to(self.root)
        return f"left out {self._counts.total():,} of its files ({reasons}), such as {example}"

    def warn(self) -> None:
        """Warn if files are left out, unless there is no program; to be called after the last program."""
        if self._programs and (text := self.left_out_text()):
            warnings.warn(f"{self.root}: {text}", left_out.LeftOutWarning, stacklevel=2)

    def _read(self, path: Path) -> bytes | None:
        try:
            return read_file(path, self.root)
        except RefusedFile as error:
            self._leave_out(path, str(error))
            return None
        except OSError as error:
            raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None

    def _leave_out(self, path: Path, reason: str) -> None:
        left_out.count(reason)
        self._counts[reason] += 1
        self._first = self._first or path


def _with_inputs(cases: _Cases) -> list[dict[str, Path]]:
    """Return the files of each case, in the order of the numbers. An output alone is that of the empty input.

    Raises:
        ProgramError: an output has no input although there are other cases, or has a number.
    """
    ordered = [files for _, files in sorted(cases.items())]
    if set(cases) != {(-1, "")}:
        for files in ordered:
            if "in" not in files:
                raise ProgramError(
                    f"{files['out']}: no {files['out'].stem}.in beside it. Add the file; it may be empty"
                )
    return ordered


def _decode(path: Path, data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProgramError(f"{path}: not UTF-8 at byte {error.start}. Convert it to UTF-8") from None


def _utf8_name(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")
