"""Programs from a JSON Lines file, `.jsonl` or `.jsonl.gz`: one object per line, read as a stream.

    {"program_id": "two_sum/alice", "problem_id": "two_sum", "code": "print(sum(map(int, input().split())))",
     "inputs": ["1 2"], "expected_outputs": ["3"], "label": "correct", "license": "MIT", "url": "https://...",
     "language": "python", "metadata": {"level": 3}}

Only `code` is required. `inputs` and `expected_outputs` may be a string, a list, or absent. An item of
`expected_outputs` may be a list of outputs that are all accepted: `[["1 2", "2 1"]]`. `files` is an object that maps
names to texts: the program finds these files in its folder, and can create others there, also with `{}`. `metadata` is
an object, or the text of one. Without the option `metadata_field` (`language_field`), a value of another type is
ignored. The default of program_id is the name of the file with the line number, such as `programs.jsonl:17`; the
default of problem_id is the program_id. Other fields are ignored. A line has at most 64 MiB: a small compressed file
cannot fill the memory.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO, cast

from statecode.arguments import setting
from statecode.errors import ProgramError
from statecode.files import replace, sync, temporary_file
from statecode.input_files import MIB, PROGRAM_BYTES, open_file
from statecode.programs.base import BaseSource
from statecode.records import Program, files_of, files_text, metadata_facts, metadata_text
from statecode.text import stands_for_bytes, well_formed

_DEFAULT_NAMES = {  # field of `Program` → names in a row; the first name that the row has is used
    "code": ("code",),
    "program_id": ("program_id", "id", "task_id"),
    "problem_id": ("problem_id",),
    "inputs": ("inputs",),
    "expected_outputs": ("expected_outputs",),
    "label": ("label",),
    "license": ("license",),
    "url": ("url",),
    "origin": ("origin",),
    "language": ("language",),
    "metadata": ("metadata",),
    "files": ("files",),
}


def _field_name(field: str) -> Any:
    return setting(None, f"name of the field that holds the {field}", metavar="NAME")


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonlOptions:
    """The name in the rows of a file for each field of `Program`; None means the default names.

    A field whose name is set must be in every row. Its value may be null, except for `code`.
    """

    code_field: str | None = _field_name("code")
    expected_outputs_field: str | None = _field_name("expected_outputs")
    inputs_field: str | None = _field_name("inputs")
    label_field: str | None = _field_name("label")
    language_field: str | None = _field_name("language")
    license_field: str | None = _field_name("license")
    metadata_field: str | None = _field_name("metadata")
    problem_id_field: str | None = _field_name("problem_id")
    program_id_field: str | None = _field_name("program_id")
    url_field: str | None = _field_name("url")


class JsonlSource(BaseSource):
    """The source that is chosen by the path of a JSON Lines file."""

    name = "jsonl"
    form = "a FILE.jsonl or FILE.jsonl.gz"
    label = "FILE.jsonl"
    Options = JsonlOptions

    def matches(self, spec: str) -> bool:
        """Return True if the spec ends like the name of a JSON Lines file and is no folder."""
        return spec.endswith((".jsonl", ".jsonl.gz")) and not Path(spec).is_dir()

    def load(self, spec: str, options: JsonlOptions) -> Iterator[Program]:
        """Return an iterator over the programs of the file; see the function `load`."""
        return load(spec, options)


def load(path: str | Path, options: JsonlOptions = JsonlOptions()) -> Iterator[Program]:
    """Return an iterator over the programs of a `.jsonl` or `.jsonl.gz` file, in the order of its lines.

    Ids may be strings or numbers. A lone surrogate, which JSON can contain as an escape, is replaced by the text of
    its escape, because it cannot be stored as UTF-8.

    Raises:
        ProgramError: the file does not exist or holds no program, or a row is faulty; the message contains the line
            number and a correction.
    """
    path = Path(path)
    numbered = ((number, _Row(path, number, row, options).program()) for number, row in read_rows(path))
    programs = _check_unique_ids(path, numbered)
    first = next(programs, None)
    if first is None:
        raise ProgramError(f"{path}: no program in this file")
    return chain([first], programs)


def write(path: str | Path, programs: Iterable[Program]) -> int:
    """Write programs so that `load` returns equal ones; the file appears only when it is complete.

    Returns:
        The number of programs.
    """
    path = Path(path)
    count = 0
    with temporary_file(path) as temporary:
        with temporary.open("w", encoding="utf-8", newline="\n") as file:
            for count, program in enumerate(programs, 1):
                file.write(json.dumps(asdict(program)) + "\n")
        sync(temporary)
        replace(temporary, path)
    return count


def read_rows(path: str | Path, folder: Path | None = None) -> Iterator[tuple[int, dict[str, Any]]]:
    """Return an iterator over (line number, object) for the non-empty lines of a `.jsonl` or `.jsonl.gz` file.

    Args:
        folder: an untrusted folder that contains the file; see `input_files.open_file`.

    Raises:
        ProgramError: the file does not exist or is not a regular file. The iterator raises it if a line is not a JSON
            object, or is too long.
    """
    path = Path(path)
    try:
        open_file(path, folder).close()
    except FileNotFoundError:
        raise ProgramError(f"{path}: no such file") from None
    except OSError as error:
        raise ProgramError(f"{path}: cannot be read: {error.strerror}") from None
    return _rows(path, folder)


def _rows(path: Path, folder: Path | None) -> Iterator[tuple[int, dict[str, Any]]]:
    with closing(_lines(path, folder)) as lines:  # an error must not leave the file open
        for number, line in enumerate(lines, 1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield number, _parse(path, number, line)


def _check_unique_ids(path: Path, programs: Iterator[tuple[int, Program]]) -> Iterator[Program]:
    first_line: dict[int, int] = {}  # hash of the id → line; 64 bits distinguish millions of ids in little memory
    for number, program in programs:
        earlier = first_line.setdefault(hash(program.program_id), number)
        if earlier != number:
            raise ProgramError(
                f'{path}:{number}: program_id "{program.program_id}" is already in line {earlier}. Make it unique'
            )
        yield program


def _lines(path: Path, folder: Path | None) -> Generator[bytes, None, None]:
    number = 0
    try:
        with open_file(path, folder) as file:
            lines = cast(BinaryIO, gzip.open(file, "rb")) if path.name.endswith(".gz") else file
            for number, line in enumerate(iter(partial(lines.readline, PROGRAM_BYTES + 1), b""), 1):
                if len(line) > PROGRAM_BYTES:
                    raise ProgramError(f"{path}:{number}: the line has over {PROGRAM_BYTES // MIB} MiB; shorten it")
                yield line
    except (EOFError, zlib.error, OSError) as error:
        raise ProgramError(f"{path}:{number + 1}: cannot be read: {error}") from None


def _parse(path: Path, number: int, line: bytes) -> dict[str, Any]:
    try:
        row = json.loads(line.rstrip(b"\r\n").decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProgramError(f"{path}:{number}: not UTF-8 at byte {error.start} of the line") from None
    except json.JSONDecodeError as error:
        raise ProgramError(f"{path}:{number}: invalid JSON at column {error.colno}: {error.msg}") from None
    except (ValueError, RecursionError) as error:  # a number with thousands of digits, or thousands of nested lists
        raise ProgramError(f"{path}:{number}: invalid JSON: {error}") from None
    if not isinstance(row, dict):
        raise ProgramError(f'{path}:{number}: expected an object such as {{"code": "..."}}; got {_json_type(row)}')
    return row


@dataclass(frozen=True, slots=True)
class _Row:
    """One parsed line with its position and the names of its fields."""

    path: Path
    number: int
    row: dict[str, Any]
    options: JsonlOptions

    def program(self) -> Program:
        code = self.text("code")
        if code is None:
            raise self.error(f'"{self.key("code")}" is null; expected the program\'s text')
        program_id = self.identifier("program_id") or f"{self.path.name}:{self.number}"
        inputs = self.inputs() or [""]
        expected = self.expected_outputs()
        if expected and len(expected) != len(inputs):
            raise self.error(
                f'{len(inputs)} in "{self.key("inputs") or "inputs"}" but {len(expected)} in '
                f'"{self.key("expected_outputs")}". Add one output per input; null if it is unknown'
            )
        return Program(
            program_id=program_id,
            problem_id=self.identifier("problem_id") or program_id,
            code=self.value("code") if stands_for_bytes(self.value("code")) else code,
            inputs=tuple(inputs),
            expected_outputs=tuple(expected) or None,
            label=self.text("label"),
            origin=self.text("origin") or well_formed(self.path.name),
            license=self.text("license"),
            url=self.text("url"),
            language=self.language(),
            metadata=self.metadata(),
            files=self.files(),
        )

    def key(self, field: str) -> str | None:
        """Return the name of `field` in this row, or None if the row does not have the field.

        Raises:
            ProgramError: the row does not have the field, although its name is set or the field is `code`.
        """
        chosen = getattr(self.options, f"{field}_field", None)  # None for `origin`, which has no option
        names = (chosen,) if chosen else _DEFAULT_NAMES[field]
        found = next((name for name in names if name in self.row), None)
        if found is None and (chosen or field == "code"):
            raise self.error(
                f'no "{names[0]}" field (found: {", ".join(self.row) or "none"}). '
                f"Rename it, or pass --{field.replace('_', '-')}-field {_suggested_name(self.row, field)}."
            )
        return found

    def value(self, field: str) -> Any:
        key = self.key(field)
        return None if key is None else self.row[key]

    def text(self, field: str) -> str | None:
        value = self.value(field)
        if value is None or isinstance(value, str):
            return value and well_formed(value)
        raise self.error(f'"{self.key(field)}" is {_json_type(value)}; expected a string')

    def language(self) -> str:
        value = self.value("language")
        if self.options.language_field is None and not isinstance(value, str):
            return "python"
        return self.text("language") or "python"

    def metadata(self) -> str | None:
        facts = self.value("metadata")
        try:
            text = facts if facts is None or isinstance(facts, str) else json.dumps(facts)
            return None if text is None else metadata_text(metadata_facts(text))
        except ValueError:
            if self.options.metadata_field is None:  # another kind of metadata, which is ignored like other fields
                return None
            found = f'"{self.key("metadata")}" is {_json_type(facts)}'
            raise self.error(f"{found}; expected a JSON object or the text of one, without NaN") from None

    def files(self) -> str | None:
        value = self.value("files")
        if value is None:
            return None
        if not isinstance(value, (dict, str)):
            raise self.error(f'"files" is {_json_type(value)}; expected an object that maps names of files to texts')
        try:
            return well_formed(files_text(value if isinstance(value, dict) else files_of(value)))
        except ValueError as error:
            raise self.error(str(error)) from None

    def identifier(self, field: str) -> str | None:
        value = self.value(field)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return str(value)
        return self.text(field)

    def inputs(self) -> list[str]:
        value = self.value("inputs")
        texts = [] if value is None else value if isinstance(value, list) else [value]
        for text in texts:
            if not isinstance(text, str):
                found = f'"{self.key("inputs")}" has {_json_type(text)}'
                raise self.error(f"{found}; expected a string or a list of strings")
        return [well_formed(text) for text in texts]

    def expected_outputs(self) -> list[str | tuple[str, ...] | None]:
        value = self.value("expected_outputs")
        items = [] if value is None else value if isinstance(value, list) else [value]
        return [None if item is None else self.accepted(item) for item in items]

    def accepted(self, item: Any) -> str | tuple[str, ...]:
        """Return one expected output, or the outputs of which each is accepted."""
        texts = item if isinstance(item, list) else [item]
        unknown = next((_json_type(text) for text in texts if not isinstance(text, str)), None if texts else "[]")
        if unknown is not None:
            raise self.error(
                f'"{self.key("expected_outputs")}" has {unknown}; expected a string or a list of strings, or of lists '
                "of strings that are all accepted"
            )
        return tuple(map(well_formed, item)) if isinstance(item, list) else well_formed(item)

    def error(self, message: str) -> ProgramError:
        return ProgramError(f"{self.path}:{self.number}: {message}")


def _suggested_name(row: dict[str, Any], field: str) -> str:
    """Return a name for an error message: the name of the row's longest text if `field` is code, else NAME."""
    texts = {name: len(value) for name, value in row.items() if isinstance(value, str)}
    return max(texts, key=texts.__getitem__) if field == "code" and texts else "NAME"


def _json_type(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    names = {str: "a string", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
