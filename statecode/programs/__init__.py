"""Where programs come from. `load_programs(source)` turns a name or a path into `Program` records.

    embedded        the programs that come with statecode
    mbpp            MBPP: 974 small functions, one program per assert
    mbppplus        MBPP+: 378 of these functions on 41,015 inputs, one program per input
    FOLDER          .py files with inputs and expected outputs beside them: see statecode.programs.folder
    FILE.jsonl[.gz] one program a line: see statecode.programs.jsonl
    A,B             several of these, one after the other

A plain name is always the source of that name: write ./embedded for a folder called embedded. Programs behind links
are fetched first (`statecode fetch`), which leaves a .jsonl file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError, ProgramError
from statecode.records import Program

NAMED_SOURCES = ("embedded", "mbpp", "mbppplus")

_FIELDS = ("code", "program_id", "problem_id", "inputs", "expected_outputs", "label", "license", "url")

OPTIONS = {
    "embedded": frozenset[str](),
    "mbpp": frozenset({"mbpp_path", "calls_per_problem"}),
    "mbppplus": frozenset({"mbppplus_path", "calls_per_problem"}),
    "folder": frozenset({"problem_by", "license"}),
    "jsonl": frozenset(f"{field}_field" for field in _FIELDS),
}
"""The keyword options that `load_programs` takes for each kind of source; those that are None count as not given."""


def load_programs(source: str | Path, **options: Any) -> Iterator[Program]:
    """Give the programs of a source, in an order that is the same each time.

    Args:
        source: a name, a path, or several of them separated by commas; see this module's head. A `Path` is a path.
        options: as `OPTIONS` lists them by kind of source. `code_field="solution"` and its like say what a .jsonl
            file calls a field; `mbpp_path`, `mbppplus_path` are local copies; `calls_per_problem` takes only the first
            so many calls of each function; `problem_by` and `license` are explained in `folder.load`. With several
            sources each takes the options that it knows.

    Raises:
        ProgramError: no such source, folder or file, or nothing in it; a faulty row raises when it is reached.
        ConfigError: an option that no source given here takes.
    """
    sources = _split(source) if isinstance(source, str) else [os.path.join(".", source)]
    kinds = [_kind(one) for one in sources]
    given = {name: value for name, value in options.items() if value is not None}
    _check_options(given, kinds)
    loaded = [
        _LOADERS[kind](one, {name: value for name, value in given.items() if name in OPTIONS[kind]})
        for one, kind in zip(sources, kinds)
    ]
    return loaded[0] if len(loaded) == 1 else _chained(sources, loaded)


def _split(source: str) -> list[str]:
    """Split at commas, unless the whole is a path that has some."""
    whole = source and Path(source).exists()
    parts = [source] if whole else [part.strip() for part in source.split(",") if part.strip()]
    if not parts:
        raise ProgramError(f"no source of programs given. {_KNOWN}")
    return parts


def _kind(source: str) -> str:
    if source in NAMED_SOURCES:
        return source
    if source.endswith((".jsonl", ".jsonl.gz")) and not Path(source).is_dir():
        return "jsonl"
    if Path(source).is_dir() or source.endswith("/"):
        return "folder"
    if Path(source).exists():
        raise ProgramError(f"{source}: neither a folder nor a .jsonl or .jsonl.gz file. {_KNOWN}")
    raise ProgramError(f"{source}: no such folder or source of programs. {_KNOWN}")


_KNOWN = (
    f"Known: {', '.join(NAMED_SOURCES)}, a FOLDER of .py files, a FILE.jsonl or FILE.jsonl.gz "
    "(a folder called like a source needs ./ before it)"
)


def _check_options(given: dict[str, Any], kinds: list[str]) -> None:
    taken = frozenset[str]().union(*(OPTIONS[kind] for kind in kinds))
    for name in sorted(given.keys() - taken):
        known = ", ".join(sorted(taken)) or "no option"
        fitting = " or ".join(dict.fromkeys(kinds))
        raise ConfigError(f"option {name} does not fit {fitting} programs, which take: {known}")


def _chained(sources: list[str], loaded: list[Iterator[Program]]) -> Iterator[Program]:
    home: dict[int, int] = {}  # hash of the id → number of its source
    for number, programs in enumerate(loaded):
        for program in programs:
            earlier = home.setdefault(hash(program.program_id), number)
            if earlier != number:
                both = f"{sources[earlier]} and in {sources[number]}"
                raise ProgramError(f"program_id {program.program_id!r} is in {both}. Build them apart")
            yield program


def _embedded(source: str, options: dict[str, Any]) -> Iterator[Program]:
    from statecode.programs import embedded

    return embedded.load()


def _mbpp(source: str, options: dict[str, Any]) -> Iterator[Program]:
    from statecode.programs import mbpp

    path = options.pop(f"{source}_path", None)
    return (mbpp.load if source == "mbpp" else mbpp.load_plus)(path, **options)


def _folder(source: str, options: dict[str, Any]) -> Iterator[Program]:
    from statecode.programs import folder

    return folder.load(source, **options)


def _jsonl(source: str, options: dict[str, Any]) -> Iterator[Program]:
    from statecode.programs import jsonl

    return jsonl.load(source, jsonl.Fields(**{name.removesuffix("_field"): value for name, value in options.items()}))


_LOADERS: dict[str, Callable[[str, dict[str, Any]], Iterator[Program]]] = {
    "embedded": _embedded,
    "mbpp": _mbpp,
    "mbppplus": _mbpp,
    "folder": _folder,
    "jsonl": _jsonl,
}
