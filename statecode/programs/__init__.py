"""Sources of programs: `load_programs(source)` yields the `Program` records of a name or a path.

    embedded        the programs that are part of statecode
    mbpp            MBPP: 974 small functions, one program per assert
    mbppplus        MBPP+: 378 of these functions with 41,015 inputs, one program per input
    generated:N     N programs that statecode writes itself: see statecode.programs.generated
    mutated:SOURCE  the programs of another source with one edit each: see statecode.programs.mutated
    FOLDER          .py files, with files of inputs and expected outputs: see statecode.programs.folder
    FILE.jsonl[.gz] one program per line: see statecode.programs.jsonl
    A,B             several sources, read one after the other

A name in this list always means the source of that name. To read a folder with the same name, write ./embedded.
`statecode fetch` downloads programs from links and writes them to a .jsonl file, which is then a source.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from statecode.arguments import check_options, setting_fields
from statecode.errors import ConfigError, ProgramError
from statecode.programs.base import ProgramSource
from statecode.programs.embedded import EmbeddedSource
from statecode.programs.folder import FolderSource
from statecode.programs.generated import GeneratedSource
from statecode.programs.jsonl import JsonlSource
from statecode.programs.mbpp import MbppPlusSource, MbppSource
from statecode.programs.mutated import MutatedSource
from statecode.records import Program
from statecode.registry import Registry


def _check(source: ProgramSource) -> None:
    """Check a source before it is registered.

    Raises:
        ValueError: no spec can match its name, a member is missing, its options cannot be flags, or another source has
            an option of the same name that is not equal.
    """
    if not re.fullmatch("[a-z0-9][a-z0-9_-]*", source.name):
        raise ValueError(f"{source.name!r} cannot be the name of a source: use lower-case letters, digits, - and _")
    missing = [name for name in ("form", "label", "Options", "matches", "reads", "load") if not hasattr(source, name)]
    if missing or isinstance(source, type):
        problem = f"lacks {', '.join(missing)}" if missing else "is a class; register an object of it"
        raise ValueError(f"the source {source.name} {problem}")
    check_options(source.Options, f"the source {source.name}")
    settings = _settings(source)
    for other in SOURCES.values():
        for name, definition in _settings(other).items():
            if settings.get(name, definition) != definition:
                raise ValueError(f"the sources {other.name} and {source.name} have different options {name}")


def _settings(source: ProgramSource) -> dict[str, tuple[Any, ...]]:
    """Return the name of each option of a source → its type, default, help text and placeholder."""
    return {field.name: (hint, field.default, field.metadata) for field, hint in setting_fields(source.Options)}


SOURCES: Registry[ProgramSource] = Registry("source", check=_check)
"""The sources by name, in the order of `--help`."""

for _source in (
    EmbeddedSource(), MbppSource(), MbppPlusSource(), GeneratedSource(), MutatedSource(), FolderSource(), JsonlSource()
):
    SOURCES.register(_source)


def option_names() -> frozenset[str]:
    """Return the names of the options of all sources."""
    return frozenset[str]().union(*map(_settings, SOURCES.values()))


def load_programs(source: str | Path, **options: Any) -> Iterator[Program]:
    """Return an iterator over the programs of a source, in the same order on every call.

    Args:
        source: a name, a path, or several of them separated by commas; the docstring of this module lists them. A
            `Path` is always a path.
        options: the fields of the `Options` of a source in `SOURCES`. An option such as `code_field="solution"` names
            the field of a .jsonl file that holds the code. `mbpp_path` and `mbppplus_path` are paths of local copies of
            the data set. `calls_per_problem` limits the calls of each function to the first ones. For `problem_by`,
            `problem_from`, `label_from` and `license`, see `folder.load`. An option that is None has no effect. With
            several sources, each uses the options that it accepts.

    Raises:
        ProgramError: a source, folder or file does not exist or holds no program, a row is faulty, or two sources have
            a program with the same id. The iterator raises the errors of rows and ids when it reaches them.
        ConfigError: an option is accepted by none of the sources.
    """
    specs = _split(source) if isinstance(source, str) else [os.path.join(".", source)]
    used = {name: value for name, value in options.items() if value is not None}
    _check_options(used, [one for spec in specs for one in _sources_of(spec)])
    loaded = [_load(spec, used) for spec in specs]
    return loaded[0] if len(loaded) == 1 else _chain(specs, loaded)


def source_names(source: str | Path) -> list[str]:
    """Return the name of each source, in `SOURCES`, from which `load_programs(source)` takes programs.

    Raises:
        ProgramError: a source does not exist.
    """
    specs = _split(source) if isinstance(source, str) else [os.path.join(".", source)]
    return [one.name for spec in specs for one in _sources_of(spec)]


def short_name(source: str | Path) -> str:
    """Return the name of a source for manifests and messages: of each path only the last component.

    The argument of `NAME:ARGUMENT` may be a path too.
    """
    return ",".join(map(_short_spec, str(source).split(",")))


def _short_spec(spec: str) -> str:
    name, _, argument = spec.partition(":")
    if argument and name in SOURCES and SOURCES[name].matches(spec):
        return f"{name}:{_short_spec(argument)}"
    return os.path.basename(os.path.normpath(spec))


def _split(source: str) -> list[str]:
    """Return the sources that commas separate in `source`; an existing path with commas in its name is one source.

    Raises:
        ProgramError: there is no source.
    """
    is_one_path = source and Path(source).exists()
    parts = [source] if is_one_path else [part.strip() for part in source.split(",") if part.strip()]
    if not parts:
        raise ProgramError(f"no source of programs given. {_known()}")
    return parts


def _find(spec: str) -> ProgramSource:
    """Return the source of a spec. The source whose name the spec begins with has precedence over paths.

    Raises:
        ProgramError: no source has this name, and no folder or .jsonl file has this path; or the argument is missing.
    """
    name, _, argument = spec.partition(":")
    named = SOURCES.get(name)
    if named is not None and named.form.startswith(f"{name}:") and not argument:
        raise ProgramError(f"{name}: expected {named.form}")
    for source in (*filter(None, [named]), *SOURCES.values()):
        if source.matches(spec):
            return source
    if Path(spec).exists():
        raise ProgramError(f"{spec}: neither a folder nor a .jsonl or .jsonl.gz file. {_known()}")
    raise ProgramError(f"{spec}: no such folder or source of programs. {_known()}")


def _known() -> str:
    forms = ", ".join(source.form for source in SOURCES.values())
    return f"Known: {forms} (write ./ before a folder that has the name of a source)"


def _sources_of(spec: str) -> list[ProgramSource]:
    """Return the source of a spec and the sources from which it reads, directly or indirectly."""
    source = _find(spec)
    return [source, *(inner for read in source.reads(spec) for inner in _sources_of(read))]


def _check_options(options: dict[str, Any], sources: list[ProgramSource]) -> None:
    accepted = frozenset[str]().union(*map(_settings, sources))
    for name in sorted(options.keys() - accepted):
        known = ", ".join(sorted(accepted)) or "no option"
        kind = " or ".join(dict.fromkeys(source.name for source in sources))
        raise ConfigError(f"option {name} does not fit {kind} programs, which take: {known}")


def _load(spec: str, options: dict[str, Any]) -> Iterator[Program]:
    """Load the programs of a spec; the source uses the options that it accepts."""
    source = _find(spec)
    accepted = {name: value for name, value in options.items() if name in _settings(source)}
    return source.load(spec, source.Options(**accepted), *(_load(read, options) for read in source.reads(spec)))


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
