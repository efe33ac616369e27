"""Register the repr functions for arrays, data frames and query sets once the program has imported their packages.

When snoop and cheap_repr are imported, they import numpy, pandas and django to register these functions. The fork
server hides the packages during that import, because they need much memory. Here the functions are registered later: at
the first event after the program imported a package, before a value is read. This changes neither the import system nor
the code of cheap_repr, and does not make the stack deeper. Its cost is a lookup of the packages in `sys.modules` at
each event.
"""

from __future__ import annotations

import os
import sys
import types
import warnings
from collections.abc import Callable
from typing import Any

from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

REPR_FUNCTIONS: dict[str, dict[str, str]] = {
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
"""The name of the repr function in cheap_repr, by module and class.

These are the functions that `cheap_repr/__init__.py` of version 0.5 registers with a decorator.
"""


class DeferredReprs:
    """The repr functions whose packages are not imported yet; one instance for each traced process.

    Args:
        package: the instance of cheap_repr in which the functions are registered.
        watch_module: the module that contains `len_shape_watch` and the global `QuerySet`, which this function reads.
        series_module: the module whose code reads a pandas Series. Warnings raised in its folder are ignored.
        register_series: registers the repr function of `series_module` for the class that it receives: Series.
    """

    def __init__(
        self, package: Any, watch_module: types.ModuleType, series_module: types.ModuleType,
        register_series: Callable[[type], None],
    ) -> None:
        self._package = package
        self._watch_module, self._series_module, self._register_series = watch_module, series_module, register_series
        self._pending = list(REPR_FUNCTIONS)
        self._modules = sys.modules  # the interpreter's own, even if the program replaces it

    def register(self) -> None:
        """Register the repr functions of the packages whose import is complete.

        A call is only necessary if numpy (which pandas imports) or django is in `sys.modules`.
        """
        for name in self._pending:
            if name in self._modules and _is_complete(self._modules[name]):
                self._pending = [other for other in self._pending if other != name]
                self._register(name, vars(self._modules[name]))

    def _register(self, name: str, namespace: dict[str, Any]) -> None:
        for class_name, function_name in REPR_FUNCTIONS[name].items():
            if isinstance(namespace.get(class_name), type):
                self._package.register_repr(namespace[class_name])(getattr(self._package, function_name))
        if name == "pandas" and isinstance(namespace.get("Series"), type):
            self._register_series(namespace["Series"])
            _ignore_warnings_from(self._series_module, self._package)
        if name == "django.db.models":  # excluded from `len`, which would query the database
            self._watch_module.QuerySet = namespace.get("QuerySet", ())  # type: ignore[attr-defined]


def _is_complete(module: Any) -> bool:
    """Return True if this is a module and its import has finished in all threads."""
    return type(module) is types.ModuleType and not getattr(module.__spec__, "_initializing", False)


def _ignore_warnings_from(*modules: types.ModuleType) -> None:
    """Ignore warnings raised in the folders of these modules.

    snoop reads a Series in a way that is deprecated since pandas 2.2; the warning must not reach the program's stderr.
    """
    show_warning = warnings._showwarnmsg  # type: ignore[attr-defined]
    folders = tuple(os.path.dirname(str(module.__file__)) + os.sep for module in modules)

    def show_others(message: warnings.WarningMessage) -> None:
        if not message.filename.startswith(folders):
            show_warning(message)

    warnings._showwarnmsg = show_others  # type: ignore[attr-defined]
