"""What programs may import: the standard library, and the packages that the user allows.

The supervisor finds out what an allowed package consists of (`allowed_packages`); nothing else below site-packages need
be readable for programs. In the warm process `restrict` then takes away everything else: a program that asks for it
gets the interpreter's ordinary ModuleNotFoundError, whether the file is there, hidden or forbidden.
"""

from __future__ import annotations

import builtins
import importlib.util
import inspect
import os
import re
import sys
import types
from collections.abc import Iterable, Iterator, Sequence
from importlib.machinery import BuiltinImporter, FrozenImporter, ModuleSpec, PathFinder, all_suffixes
from opcode import opmap
from typing import TYPE_CHECKING, Any, NamedTuple

from statecode.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)
_HOOKS = ("zipimport", "_frozen_importlib_external")  # where the interpreter's own path hooks are defined
_BASE = os.path.dirname(os.__file__)
_ZIP = "python{}{}.zip".format(*sys.version_info)
_MODULE_SUFFIXES = tuple(all_suffixes())
_IMPORTING_LATE = {  # classes of what snoop is made of
    "executing.executing": ("Source",),
    "asttokens.asttokens": ("ASTText", "ASTTokens"),
    "asttokens.mark_tokens": ("MarkTokens",),
}
_original_import = builtins.__import__
_ours: dict[str, types.ModuleType] = {}  # taken from sys.modules by `restrict`


class AllowedPackages(NamedTuple):
    """What programs may import beyond the standard library; as JSON it is two lists."""

    names: tuple[str, ...] = ()  # import names: those allowed, and those of all that they require
    paths: tuple[str, ...] = ()  # absolute: the files and folders that make them up, with their metadata


def allowed_packages(names: Sequence[str]) -> AllowedPackages:
    """Find what these packages and their requirements consist of, without importing anything.

    A folder that several distributions share (a namespace package) is opened as a whole.

    Raises:
        ConfigError: a name is no top-level import name, or is not installed.
    """
    found: dict[str, Distribution] = {}
    paths: set[str] = set()
    for name in dict.fromkeys(names):
        if name not in sys.stdlib_module_names:
            owners = _owners(name)
            paths.update(_location(name, namespace=bool(owners)) or _refuse(name))
            for owner in owners:
                _collect(owner, found)
    for distribution in found.values():
        paths.update(_files(distribution))
    return AllowedPackages(_import_names(paths), tuple(sorted(paths)))


def restrict(allowed: AllowedPackages) -> None:
    """Leave the standard library and the allowed packages to be imported, in this process and those forked from it.

    Call it when everything of ours is imported: our modules keep working, but leave `sys.modules`.
    """
    if "executing" in sys.modules:
        import asttokens.mark_tokens  # noqa: F401 - which asttokens imports when an exception is first described

    dropped = [entry for entry in sys.path if entry and not _is_standard(entry)]
    folders: dict[str, dict[str, str]] = {entry: {} for entry in dropped}
    for path in allowed.paths:
        name = _import_name(path)
        if name in allowed.names:
            folders.setdefault(os.path.dirname(path), {})[str(name)] = path
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder in _FINDERS]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if hook.__module__ in _HOOKS]
    sys.path[:] = [entry for entry in sys.path if entry not in dropped] + [f for f, places in folders.items() if places]
    sys.path_importer_cache.update({folder: _AllowedFinder(places) for folder, places in folders.items()})
    _show_metadata(allowed.paths)
    _take_own_modules()


class _AllowedFinder:
    """Finds the allowed packages of one folder, which need not be readable itself."""

    def __init__(self, places: dict[str, str]) -> None:
        self._places = places

    def find_spec(self, fullname: str, target: object = None) -> ModuleSpec | None:
        """Say where a module lies, for the interpreter to load it; None where it is not allowed."""
        path = self._places.get(fullname)
        if path is None:
            return None
        if os.path.isfile(path):
            return importlib.util.spec_from_file_location(fullname, path)
        init = os.path.join(path, "__init__.py")
        if os.path.isfile(init):
            return importlib.util.spec_from_file_location(fullname, init, submodule_search_locations=[path])
        spec = ModuleSpec(fullname, None, is_package=True)  # a namespace package
        spec.submodule_search_locations = [path]
        return spec


def _is_standard(entry: str) -> bool:
    return entry == _BASE or os.path.basename(entry) in ("lib-dynload", _ZIP)


def _show_metadata(paths: Sequence[str]) -> None:
    """Let `importlib.metadata` know the allowed distributions, although their folder cannot be listed: some packages
    ask for their own version when they are imported."""
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(os.path.dirname(path), []).append(os.path.basename(path))
    if folders:
        from importlib.metadata import FastPath  # type: ignore[attr-defined]

        for folder, entries in folders.items():  # a FastPath is made once per folder and kept
            FastPath(folder).children = entries.copy


def _take_own_modules() -> None:
    """Keep our modules where programs do not look; what these import later on they find there."""
    for name in list(sys.modules):
        if name != "__main__" and name.partition(".")[0] not in sys.stdlib_module_names:
            _ours[name] = sys.modules.pop(name)
    for name, classes in _IMPORTING_LATE.items():
        for owner in classes if name in _ours else ():
            _answer_imports_of(getattr(_ours[name], owner))


def _answer_imports_of(owner: type) -> None:
    """Make those methods anew that import something when they are called: they are to get it from us.

    A function asks the `__import__` of the builtins that its module has while the function is made.
    """
    private = {**vars(builtins), "__import__": _import_ours}
    for name, function in list(vars(owner).items()):
        if isinstance(function, types.FunctionType) and opmap["IMPORT_NAME"] in function.__code__.co_code[::2]:
            namespace = function.__globals__
            usual, namespace["__builtins__"] = namespace["__builtins__"], private
            copy = types.FunctionType(function.__code__, namespace, name, function.__defaults__, function.__closure__)
            namespace["__builtins__"] = usual
            setattr(owner, name, copy)


def _import_ours(
    name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] | None = (), level: int = 0
) -> types.ModuleType:
    full = importlib.util.resolve_name("." * level + name, globals["__package__"]) if level else name
    module = _ours.get(full if fromlist else full.partition(".")[0])
    return module or _original_import(name, globals, locals, fromlist or (), level)


def _owners(name: str) -> list[Distribution]:
    """The distributions that hold a top-level module or package."""
    from importlib.metadata import distributions

    line = re.compile(rf"^{re.escape(name)}[./]", re.MULTILINE)
    return [
        distribution for distribution in distributions()
        if line.search(distribution.read_text("RECORD") or "") or name in _top_level(distribution)
    ]


def _top_level(distribution: Distribution) -> list[str]:
    """The import names that setuptools noted; editable installs have no other trace of them."""
    return (distribution.read_text("top_level.txt") or "").split()


def _collect(distribution: Distribution, found: dict[str, Distribution]) -> None:
    """Add a distribution and all that it requires to `found`; what is not installed will be missed by its importer."""
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import distribution as installed

    if distribution.metadata["Name"] not in found:
        found[distribution.metadata["Name"]] = distribution
        for name in _requirements(distribution):
            try:
                _collect(installed(name), found)
            except PackageNotFoundError:
                pass


def _requirements(distribution: Distribution) -> Iterator[str]:
    for text in distribution.requires or ():
        requirement, _, marker = text.partition(";")
        name = re.match(r"\s*([\w.-]+)", requirement)
        if name and _holds(marker):
            yield name[1]


def _holds(marker: str) -> bool:
    """Whether a requirement's marker holds here without extras; without `packaging` all do that name no extra."""
    try:
        from packaging.markers import Marker
    except ImportError:
        return not re.search(r"\bextra\b", marker)
    return not marker.strip() or Marker(marker).evaluate({"extra": ""})


def _files(distribution: Distribution) -> set[str]:
    """What to open of a distribution: top-level files and folders, and the bytecode of single files."""
    root = str(distribution.locate_file(""))
    entries = {
        os.path.join(*file.parts[:2]) if file.parts[0] == "__pycache__" else file.parts[0]
        for file in distribution.files or () if file.parts[0] not in ("..", os.sep)
    }
    paths = {os.path.join(root, entry) for entry in entries}
    for name in _top_level(distribution):
        paths.update(_location(name, namespace=True))
    return {path for path in paths if os.path.isdir(path) or os.path.isfile(path) and path.endswith(_MODULE_SUFFIXES)}


def _location(name: str, namespace: bool) -> list[str]:
    """Where a top-level module lies; a folder without `__init__.py` counts only where it is known as a `namespace`."""
    try:
        spec = importlib.util.find_spec(name) if name.isidentifier() else None
    except (ImportError, ValueError):  # it is loaded, and says nothing of where it came from
        spec = None
    if spec is None or not (spec.has_location or namespace):
        return []
    return list(spec.submodule_search_locations or [str(spec.origin)])


def _import_name(path: str) -> str | None:
    """What a file or folder is imported as; None where it cannot be."""
    folder, entry = os.path.split(path)
    if os.path.isdir(path):
        return entry if entry.isidentifier() else None
    return None if folder.endswith("__pycache__") else inspect.getmodulename(entry)


def _import_names(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in map(_import_name, paths) if name is not None}))


def _refuse(name: str) -> list[str]:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        known = _import_names(_files(distribution(name))) if name else ()
    except PackageNotFoundError:
        known = ()
    if known:
        raise ConfigError(f"allowed packages: {name!r} is no import name; it is imported as {', '.join(known)}")
    root = name.partition(".")[0]
    remedy = f"allow {root!r}" if root != name else "install what provides it, or leave it out"
    raise ConfigError(f"allowed packages: there is no package {name!r} in {sys.prefix}; {remedy}")
