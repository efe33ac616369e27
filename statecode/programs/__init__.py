"""Sources of programs: `load_programs(source)` yields the `Program` records of a name or a path.

    embedded        the programs that are part of statecode
    mbpp            MBPP: 974 small functions, one program per assert
    mbppplus        MBPP+: 378 of these functions with 41,015 inputs, one program per input
    FOLDER          .py files, with files of inputs and expected outputs: see statecode.programs.folder
    FILE.jsonl[.gz] one program per line: see statecode.programs.jsonl
    A,B             several sources, read one after the other

A name in this list always means the source of that name. To read a folder with the same name, write ./embedded.
`statecode fetch` downloads programs from links and writes them to a .jsonl file, which is then a source.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from statecode.errors import ConfigError, ProgramError
from statecode.records import Program

NAMED_SOURCES = ("embedded", "mbpp", "mbppplus")

_FIELDS = (
    "code", "program_id", "problem_id", "inputs", "expected_outputs", "label", "license", "url", "language", "metadata",
)

OPTIONS = {
    "embedded": frozenset[str](),
    "mbpp": frozenset({"mbpp_path", "calls_per_problem"}),
    "mbppplus": frozenset({"mbppplus_path", "calls_per_problem"}),
    "folder": frozenset({"problem_by", "license"}),
    "jsonl": frozenset(f"{field}_field" for field in _FIELDS),
}
"""The keyword options that `load_programs` accepts for each kind of source. An option that is None has no effect."""


def load_programs(source: str | Path, **options: Any) -> Iterator[Program]:
    """Return an iterator over the programs of a source, in the same order on every call.

    Args:
        source: a name, a path, or several of them separated by commas; the docstring of this module lists them. A
            `Path` is always a path.
        options: the options that `OPTIONS` lists for each kind of source. An option such as `code_field="solution"`
            names the field of a .jsonl file that holds the code. `mbpp_path` and `mbppplus_path` are paths of local
            copies of the data set. `calls_per_problem` limits the calls of each function to the first ones. For
            `problem_by` and `license`, see `folder.load`. With several sources, each uses the options that it accepts.

    Raises:
        ProgramError: a source, folder or file does not exist or holds no program, a row is faulty, or two sources have
            a program with the same id. The iterator raises the errors of rows and ids when it reaches them.
        ConfigError: an option is accepted by none of the sources.
    """
    sources = _split(source) if isinstance(source, str) else [os.path.join(".", source)]
    kinds = [_kind_of(one) for one in sources]
    used = {name: value for name, value in options.items() if value is not None}
    _check_options(used, kinds)
    loaded = [
        _LOADERS[kind](one, {name: value for name, value in used.items() if name in OPTIONS[kind]})
        for one, kind in zip(sources, kinds)
    ]
    return loaded[0] if len(loaded) == 1 else _chain(sources, loaded)


def _split(source: str) -> list[str]:
    """Return the sources that commas separate in `source`; an existing path with commas in its name is one source.

    Raises:
        ProgramError: there is no source.
    """
    is_one_path = source and Path(source).exists()
    parts = [source] if is_one_path else [part.strip() for part in source.split(",") if part.strip()]
    if not parts:
        raise ProgramError(f"no source of programs given. {_KNOWN}")
    return parts


def _kind_of(source: str) -> str:
    """Return the key of `OPTIONS` and `_LOADERS` for one source.

    Raises:
        ProgramError: no source has this name, and no folder or .jsonl file has this path.
    """
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
    "(write ./ before a folder that has the name of a source)"
)


def _check_options(options: dict[str, Any], kinds: list[str]) -> None:
    accepted = frozenset[str]().union(*(OPTIONS[kind] for kind in kinds))
    for name in sorted(options.keys() - accepted):
        known = ", ".join(sorted(accepted)) or "no option"
        kind = " or ".join(dict.fromkeys(kinds))
        raise ConfigError(f"option {name} does not fit {kind} programs, which take: {known}")


def _chain(sources: list[str], loaded: list[Iterator[Program]]) -> Iterator[Program]:
    """Yield the programs of all sources and check that no program_id is in two of them."""
    source_of_id: dict[int, int] = {}  # hash of a program_id → index of its source; a hash takes less memory
    for index, programs in enumerate(loaded):
        for program in programs:
            earlier = source_of_id.setdefault(hash(program.program_id), index)
            if earlier != index:
                both = f"{sources[earlier]} and in {sources[index]}"
                raise ProgramError(f"program_id {program.program_id!r} is in {both}. Build a corpus of each")
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
