"""The lazy hook behind `datasets.load_dataset("statecode")`.

`datasets` has no registry for third parties. Its `load_dataset` asks `datasets.load.dataset_module_factory` which
module builds a path; `install()` wraps that function so that the path "statecode", and no other, gives
`statecode.builder`. Without the wrap, a folder of that name in the working directory would be taken for the dataset. If
`datasets` is not imported yet, the wrap waits for it: nothing is imported here.
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
    """Make `datasets.load_dataset("statecode")` work, now or once `datasets` is imported. May be called again."""
    module = sys.modules.get(_TARGET)
    if module is not None:
        _patch(module)
    if not any(isinstance(finder, _PatchAfterImport) for finder in sys.meta_path):
        sys.meta_path.insert(0, _PatchAfterImport())  # stays: importlib.reload(datasets.load) is patched as well


class _PatchAfterImport:
    """A finder that finds nothing itself: it lets the others find `datasets.load` and patches it once it has run."""

    def __init__(self) -> None:
        self._searching = False

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != _TARGET or self._searching:
            return None
        self._searching = True  # another hook may in turn ask every finder, this one included
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
    """Call `then` after `loader` has run the module; the loader stays the same object and ends as it was."""
    original = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        del loader.exec_module  # back to the class's own method
        original(module)
        then(module)

    loader.exec_module = exec_module


def _patch(load: ModuleType) -> None:
    original = getattr(load, _FUNCTION, None)
    if original is None:
        version = getattr(sys.modules.get("datasets"), "__version__", "unknown")
        warnings.warn(
            f'load_dataset("{DATASET_NAME}") does not work with datasets {version}: it has no {_TARGET}.{_FUNCTION}. '
            "Use statecode.load_dataset(...), which takes the same arguments.",
            stacklevel=2,
        )
        return
    if getattr(original, "knows_statecode", False):
        return
    wrapper = _wrap_factory(original)
    setattr(load, _FUNCTION, wrapper)
    inspect = sys.modules.get("datasets.inspect")  # holds the function under the same name
    if getattr(inspect, _FUNCTION, None) is original:
        setattr(inspect, _FUNCTION, wrapper)


def _wrap_factory(original: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(original)
    def dataset_module_factory(path: str, *args: Any, **kwargs: Any) -> Any:
        if path != DATASET_NAME:
            return original(path, *args, **kwargs)
        from datasets.load import DatasetModule

        from statecode.dataset.rows import code_hash

        # statecode.builder completes this hash with the corpus that is read: here its arguments are not all known
        return DatasetModule("statecode.builder", code_hash(), {"dataset_name": DATASET_NAME})

    dataset_module_factory.handles_statecode = True  # type: ignore[attr-defined]
    return dataset_module_factory
