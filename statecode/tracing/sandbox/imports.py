"""Restrict the imports of programs to the standard library and the packages that the user allows.

`allowed_packages` runs in the supervisor and finds the files of the allowed packages: programs need to read no other
file in site-packages. `restrict_imports` then runs in the fork server and removes all other packages from the import
system. A program that imports one of them gets the interpreter's usual ModuleNotFoundError, no matter if the file
exists, is hidden, or is forbidden.
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
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from statecode.errors import ConfigError

if TYPE_CHECKING:
    from importlib.metadata import Distribution

_STANDARD_FINDERS = (BuiltinImporter, FrozenImporter, PathFinder)
_STANDARD_HOOK_MODULES = ("zipimport", "_frozen_importlib_external")  # modules that define the standard path hooks
_STDLIB_FOLDER = os.path.dirname(os.__file__)
_STDLIB_ZIP = "python{}{}.zip".format(*sys.version_info)
_MODULE_SUFFIXES = tuple(all_suffixes())
_CLASSES_WITH_LATE_IMPORTS = {  # classes of snoop's dependencies whose methods contain import statements
    "executing.executing": ("Source",),
    "asttokens.asttokens": ("ASTText", "ASTTokens"),
    "asttokens.mark_tokens": ("MarkTokens",),
}
_original_import = builtins.__import__
_hidden_modules: dict[str, types.ModuleType] = {}  # removed from sys.modules by `restrict_imports`


class AllowedPackages(NamedTuple):
    """The packages that programs may import in addition to the standard library; serialised to JSON as two lists."""

    names: tuple[str, ...] = ()  # import names of the allowed packages and of all their requirements
    paths: tuple[str, ...] = ()  # absolute paths of their files and folders, including the metadata folders


def allowed_packages(names: Sequence[str]) -> AllowedPackages:
    """Find the import names and files of packages and of their requirements, without importing them.

    A folder that several distributions share (a namespace package) is allowed as a whole.

    Raises:
        ConfigError: a name is not a top-level import name, or no package with this name is installed.
    """
    found: dict[str, Distribution] = {}
    paths: set[str] = set()
    for name in dict.fromkeys(names):
        if name not in sys.stdlib_module_names:
            owners = _distributions_with(name)
            paths.update(_module_locations(name, namespace=bool(owners)) or _raise_not_importable(name))
            for owner in owners:
                _add_with_requirements(owner, found)
    for distribution in found.values():
        paths.update(_paths_of_distribution(distribution))
    return AllowedPackages(_import_names(paths), tuple(sorted(paths)))


def restrict_imports(allowed: AllowedPackages) -> None:
    """Restrict imports in this process, and in the processes forked from it, to the standard library and `allowed`.

    Call it after all modules of statecode are imported: these are removed from `sys.modules` but continue to work.
    """
    if "executing" in sys.modules:
        import asttokens.mark_tokens  # noqa: F401 - asttokens imports it at the first exception

    dropped = [entry for entry in sys.path if entry and not _is_standard(entry)]
    folders: dict[str, dict[str, str]] = {entry: {} for entry in dropped}
    for path in allowed.paths:
        name = _import_name(path)
        if name in allowed.names:
            folders.setdefault(os.path.dirname(path), {})[str(name)] = path
    sys.meta_path[:] = [finder for finder in sys.meta_path if finder in _STANDARD_FINDERS]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if hook.__module__ in _STANDARD_HOOK_MODULES]
    kept = [entry for entry in sys.path if entry not in dropped]
    sys.path[:] = kept + [folder for folder, locations in folders.items() if locations]
    sys.path_importer_cache.update({folder: _AllowedFinder(locations) for folder, locations in folders.items()})
    _expose_metadata(allowed.paths)
    _hide_own_modules()


class _AllowedFinder:
    """A path entry finder for the allowed packages of one folder; the folder itself need not be readable."""

    def __init__(self, locations: dict[str, str]) -> None:
        self._locations = locations

    def find_spec(self, fullname: str, target: object = None) -> ModuleSpec | None:
        """Return the spec of a module; None if the module is not allowed."""
        path = self._locations.get(fullname)
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
    return entry == _STDLIB_FOLDER or os.path.basename(entry) in ("lib-dynload", _STDLIB_ZIP)


def _expose_metadata(paths: Sequence[str]) -> None:
    """Make `importlib.metadata` find the allowed distributions, although their folder cannot be listed.

    Some packages need this: they look up their own version when they are imported.
    """
    folders: dict[str, list[str]] = {}
    for path in paths:
        folders.setdefault(os.path.dirname(path), []).append(os.path.basename(path))
    if folders:
        from importlib.metadata import FastPath  # type: ignore[attr-defined]

        for folder, entries in folders.items():  # importlib.metadata caches one FastPath per folder
            FastPath(folder).children = entries.copy


def _hide_own_modules() -> None:
    """Move the modules of statecode and of its dependencies from `sys.modules` to `_hidden_modules`.

    Methods of these modules that contain import statements are changed to import from `_hidden_modules`.
    """
    for name in list(sys.modules):
        if name != "__main__" and name.partition(".")[0] not in sys.stdlib_module_names:
            _hidden_modules[name] = sys.modules.pop(name)
    for name, classes in _CLASSES_WITH_LATE_IMPORTS.items():
        for owner in classes if name in _hidden_modules else ():
            _redirect_imports_of(getattr(_hidden_modules[name], owner))


def _redirect_imports_of(owner: type) -> None:
    """Replace each method that contains an import statement by a copy whose imports find the hidden modules.

    A function keeps the builtins that its globals have when the function is created, and an import statement calls
    `__import__` of these builtins.
    """
    private = {**vars(builtins), "__import__": _import_hidden}
    for name, function in list(vars(owner).items()):
        if isinstance(function, types.FunctionType) and opmap["IMPORT_NAME"] in function.__code__.co_code[::2]:
            namespace = function.__globals__
            original, namespace["__builtins__"] = namespace["__builtins__"], private
            copy = types.FunctionType(function.__code__, namespace, name, function.__defaults__, function.__closure__)
            namespace["__builtins__"] = original
            setattr(owner, name, copy)


def _import_hidden(
    name: str, globals: Any = None, locals: Any = None, fromlist: Sequence[str] | None = (), level: int = 0
) -> types.ModuleType:
    full = importlib.util.resolve_name("." * level + name, globals["__package__"]) if level else name
    module = _hidden_modules.get(full if fromlist else full.partition(".")[0])
    return module or _original_import(name, globals, locals, fromlist or (), level)


def _distributions_with(name: str) -> list[Distribution]:
    """Return the distributions that contain a top-level module or package."""
    from importlib.metadata import distributions

    line = re.compile(rf"^{re.escape(name)}[./]", re.MULTILINE)
    return [
        distribution for distribution in distributions()
        if line.search(distribution.read_text("RECORD") or "") or name in _top_level(distribution)
    ]


def _top_level(distribution: Distribution) -> list[str]:
    """Return the import names in top_level.txt of setuptools; the metadata of an editable install has no others."""
    return (distribution.read_text("top_level.txt") or "").split()


def _add_with_requirements(distribution: Distribution, found: dict[str, Distribution]) -> None:
    """Add a distribution and all its installed requirements to `found`.

    A requirement that is not installed is skipped: a package that imports it raises the usual ModuleNotFoundError.
    """
    from importlib.metadata import PackageNotFoundError
    from importlib.metadata import distribution as installed

    if distribution.metadata["Name"] not in found:
        found[distribution.metadata["Name"]] = distribution
        for name in _requirements(distribution):
            try:
                _add_with_requirements(installed(name), found)
            except PackageNotFoundError:
                pass


def _requirements(distribution: Distribution) -> Iterator[str]:
    for text in distribution.requires or ():
        requirement, _, marker = text.partition(";")
        name = re.match(r"\s*([\w.-]+)", requirement)
        if name and _marker_applies(marker):
            yield name[1]


def _marker_applies(marker: str) -> bool:
    """Return True if the marker of a requirement applies to this interpreter, with no extra selected.

    If the package `packaging` is not installed, a marker applies unless it mentions an extra.
    """
    try:
        from packaging.markers import Marker
    except ImportError:
        return not re.search(r"\bextra\b", marker)
    return not marker.strip() or Marker(marker).evaluate({"extra": ""})


def _paths_of_distribution(distribution: Distribution) -> set[str]:
    """Return the paths of a distribution's top-level modules and folders, and the bytecode of single-file modules."""
    root = str(distribution.locate_file(""))
    entries = {
        os.path.join(*file.parts[:2]) if file.parts[0] == "__pycache__" else file.parts[0]
        for file in distribution.files or () if file.parts[0] not in ("..", os.sep)
    }
    paths = {os.path.join(root, entry) for entry in entries}
    for name in _top_level(distribution):
        paths.update(_module_locations(name, namespace=True))
    return {path for path in paths if os.path.isdir(path) or os.path.isfile(path) and path.endswith(_MODULE_SUFFIXES)}


def _module_locations(name: str, namespace: bool) -> list[str]:
    """Return the paths of a top-level module: its file, or its folders; [] if there is none.

    A folder without `__init__.py` counts only if `namespace` is true. Pass true if a distribution declares the name.
    """
    try:
        spec = importlib.util.find_spec(name) if name.isidentifier() else None
    except (ImportError, ValueError):  # the module is loaded, but has no spec
        spec = None
    if spec is None or not (spec.has_location or namespace):
        return []
    return list(spec.submodule_search_locations or [str(spec.origin)])


def _import_name(path: str) -> str | None:
    """Return the import name of a file or folder; None if the path cannot be imported."""
    folder, entry = os.path.split(path)
    if os.path.isdir(path):
        return entry if entry.isidentifier() else None
    return None if folder.endswith("__pycache__") else inspect.getmodulename(entry)


def _import_names(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({name for name in map(_import_name, paths) if name is not None}))


def _raise_not_importable(name: str) -> NoReturn:
    """Raise ConfigError with the reason why `name` cannot be allowed."""
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        known = _import_names(_paths_of_distribution(distribution(name))) if name else ()
    except PackageNotFoundError:
        known = ()
    if known:
        raise ConfigError(f"allowed packages: {name!r} is not an import name; use {', '.join(known)}")
    root = name.partition(".")[0]
    advice = f"allow {root!r}" if root != name else "install the distribution that contains it, or leave the name out"
    raise ConfigError(f"allowed packages: there is no package {name!r} in {sys.prefix}; {advice}")
