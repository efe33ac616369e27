"""How arrays, frames and query sets read: as snoop has it, from the moment when the program imports their packages.

snoop and cheap_repr register such readings when they are imported, and import numpy, pandas and django for that. The
warm process hides those packages from them, and so stays small; what they would have registered follows here, at the
first event after the program's import, before a value is read. Neither the import system nor cheap_repr is changed for
that, and the stack is as deep as ever: an event costs one more look for the packages.
"""

from __future__ import annotations

import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

import cheap_repr

HANDLERS: dict[str, dict[str, str]] = {
    "numpy": {"ndarray": "repr_ndarray"},
    "pandas": {
        "DataFrame": "repr_DataFrame",
        "Series": "repr_pandas_Series",
        "Index": "repr_pandas_Index",
        "IntervalIndex": "repr_pandas_IntervalIndex",
        "RangeIndex": "repr_pandas_RangeIndex",
        "MultiIndex": "repr_pandas_MultiIndex",
        "CategoricalIndex": "repr_pandas_CategoricalIndex",
    },
    "pandas.core.internals": {"BlockManager": "basic_repr"},
    "django.db.models": {"QuerySet": "repr_QuerySet"},
}
"""Module, class, function of cheap_repr: the decorated functions of `cheap_repr/__init__.py` 0.5."""


class DeferredReprs:
    """The handlers that still wait for their packages; one per traced process.

    Args:
        watches: the module whose `len_shape_watch` asks for a `QuerySet` of that module.
        series_home: the module whose code reads a Series.
        register_series: registers what it has for that.
    """

    def __init__(
        self, watches: types.ModuleType, series_home: types.ModuleType, register_series: Callable[[type], None]
    ) -> None:
        self._watches, self._series_home, self._register_series = watches, series_home, register_series
        self._waiting = list(HANDLERS)
        self._modules = sys.modules  # the interpreter's own, whatever the program puts in its place

    def register(self) -> None:
        """Register the handlers of packages whose import is complete by now.

        There is nothing to do while neither numpy, which pandas imports, nor django is in `sys.modules`.
        """
        for name in self._waiting:
            if name in self._modules and _is_complete(self._modules[name]):
                self._waiting = [other for other in self._waiting if other != name]
                self._register(name, vars(self._modules[name]))

    def _register(self, name: str, namespace: dict[str, Any]) -> None:
        for class_name, handler in HANDLERS[name].items():
            if isinstance(namespace.get(class_name), type):
                cheap_repr.register_repr(namespace[class_name])(getattr(cheap_repr, handler))
        if name == "pandas" and isinstance(namespace.get("Series"), type):
            self._register_series(namespace["Series"])
            _keep_back_warnings(self._series_home, cheap_repr)
        if name == "django.db.models":  # its length is not asked for: that reads the database
            self._watches.QuerySet = namespace.get("QuerySet", ())  # type: ignore[attr-defined]


def _is_complete(module: Any) -> bool:
    """Whether this is a module at all, and no thread is still importing it."""
    return type(module) is types.ModuleType and not getattr(module.__spec__, "_initializing", False)


def _keep_back_warnings(*modules: types.ModuleType) -> None:
    """Keep off the program's stderr that snoop's way to read a Series is deprecated since pandas 2.2."""
    show = warnings._showwarnmsg  # type: ignore[attr-defined]
    folders = tuple(os.path.dirname(str(module.__file__)) + os.sep for module in modules)

    def show_others(message: warnings.WarningMessage) -> None:
        if not message.filename.startswith(folders):
            show(message)

    warnings._showwarnmsg = show_others  # type: ignore[attr-defined]
