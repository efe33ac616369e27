"""A private instance of the package cheap_repr, which the native engine uses.

The program, or the user's code, may import cheap_repr as well. Its registry, settings and suppressed classes are then
independent of those of the engine, and the engine does not depend on builtins that the program replaces.
"""

from __future__ import annotations

import builtins
import importlib
import types
from importlib.machinery import ModuleSpec, PathFinder
from typing import Any

_NAME = "cheap_repr"
_REGISTERED_MODULES = ("collections", "importlib.machinery")


def load() -> Any:
    """Return a new instance of cheap_repr, which is not in `sys.modules`.

    Its repr functions for numpy, pandas and django are defined but not registered: see `deferred_reprs`. It imports no
    module for which it only registers a function, except modules of the standard library.
    """
    spec = PathFinder.find_spec(_NAME)
    if spec is None:
        raise ModuleNotFoundError(f"No module named {_NAME!r}", name=_NAME)
    real_import = builtins.__import__
    parts: dict[str, Any] = {"importlib": types.SimpleNamespace(import_module=_import_registered)}

    def import_part(name: str, *arguments: Any, **options: Any) -> Any:
        found = parts.get(name)
        return real_import(name, *arguments, **options) if found is None else found

    own_builtins = {**vars(builtins), "__import__": import_part}
    for name in ("version", "utils"):
        part = PathFinder.find_spec(f"{_NAME}.{name}", spec.submodule_search_locations)
        if part is not None:
            parts[f"{_NAME}.{name}"] = parts[name] = _execute(part, own_builtins)
    return _execute(spec, own_builtins)


def _execute(spec: ModuleSpec, own_builtins: dict[str, Any]) -> types.ModuleType:
    module = types.ModuleType(f"{__name__}.{spec.name}")
    module.__file__ = spec.origin
    module.__package__ = module.__name__
    module.__dict__["__builtins__"] = own_builtins
    exec(spec.loader.get_code(spec.name), module.__dict__)  # type: ignore[union-attr]
    return module


def _import_registered(name: str) -> types.ModuleType:
    if name not in _REGISTERED_MODULES:
        raise ImportError(name)
    return importlib.import_module(name)
