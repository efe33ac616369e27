"""The hook that makes `datasets.load_dataset("statecode")` work.

`datasets` has no registry for third parties. Its `load_dataset` calls `datasets.load.dataset_module_factory` to find
the builder module for a path. `install()` wraps that function so that it returns `statecode.builder` for the path
"statecode" and behaves as before for every other path. Without the wrapper, `datasets` would load a folder of that name
in the working directory. This module does not import `datasets`. If the program imports `datasets` later, the
function is wrapped after that import.
"""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

DATASET_NAME = "statecode"
_TARGET = "datasets.load"
_FUNCTION = "dataset_module_factory"


def install() -> None:
    """Wrap the function of `datasets`, now or when `datasets` is imported. A second call has no effect."""
    module = sys.modules.get(_TARGET)
    if module is not None:
        _patch(module)
    if not any(isinstance(finder, _PatchAfterImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _PatchAfterImport())  # kept after the import: it patches again after a reload


class _PatchAfterImport:
    """A meta path finder that finds `datasets.load` with the other finders and patches it after its execution."""

    def __init__(self) -> None:
        self._searching = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TARGET or self._searching:
            return None
        self._searching = True  # another hook may call every finder, including this one
        try:
            spec = self._find_with_other_finders(fullname, path, target)
        finally:
            self._searching = False
        if spec is not None and spec.loader is not None:
            _run_after_exec(spec.loader, _patch)
        return spec

    def _find_with_other_finders(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None
    ) -> ModuleSpec | None:
        for finder in sys.meta_path:
            if finder is not self and hasattr(finder, "find_spec"):
                spec = finder.find_spec(fullname, path, target)
                if spec is not None:
                    return spec
        return None


def _run_after_exec(loader: Any, then: Callable[[ModuleType], None]) -> None:
    """Make `loader` call `then(module)` once, after it has executed the module.

    The loader has no changed attribute afterwards, because the module keeps a reference to it.
    """
    original = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        del loader.exec_module  # restores the method of the class
        original(module)
        then(module)

    loader.exec_module = exec_module


def _patch(load: ModuleType) -> None:
    """Replace the function in `datasets.load` by its wrapper, once; warn if the function does not exist."""
    original = getattr(load, _FUNCTION, None)
    if original is None:
        version = getattr(sys.modules.get("datasets"), "__version__", "unknown")
        warnings.warn(
            f'load_dataset("{DATASET_NAME}") does not work with datasets {version}: it has no {_TARGET}.{_FUNCTION}. '
            "Use statecode.load_dataset(...), which takes the same arguments.",
            stacklevel=2,
        )
        return
    if getattr(original, "handles_statecode", False):
        return
    wrapper = _wrap_factory(original)
    setattr(load, _FUNCTION, wrapper)
    inspect = sys.modules.get("datasets.inspect")  # it imports the function under the same name
    if getattr(inspect, _FUNCTION, None) is original:
        setattr(inspect, _FUNCTION, wrapper)


def _wrap_factory(original: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that handles the path "statecode" and calls `original` for every other path."""
    @functools.wraps(original)
    def dataset_module_factory(path: str, *args: Any, **kwargs: Any) -> Any:
        if path != DATASET_NAME:
            return original(path, *args, **kwargs)
        from datasets.load import DatasetModule

        from statecode.dataset.rows import code_hash

        # `Builder` replaces this hash by one that covers the corpus; the arguments that select it are not known here
        return DatasetModule("statecode.builder", code_hash(), {"dataset_name": DATASET_NAME})

    dataset_module_factory.handles_statecode = True  # type: ignore[attr-defined]
    return dataset_module_factory
