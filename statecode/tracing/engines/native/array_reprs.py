"""Read the arrays of numpy for the cache of the native engine: see arrays.h. numpy is never imported here."""

from __future__ import annotations

import functools
import sys
from typing import Any

from statecode.tracing.engines.deferred_reprs import DeferredReprs
from statecode.tracing.engines.native.array_format import DEFAULT_OPTIONS, PARTS, format_array
from statecode.tracing.engines.native.guarded_reads import guarded, package
from statecode.tracing.engines.native.repr_functions import my_cheap_repr
from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

_OPTIONS = (  # where versions of numpy keep the print options: module, name of a ContextVar or of a dict
    ("numpy._core.printoptions", "format_options"),  # 2.2 and later
    ("numpy._core.arrayprint", "_format_options"),   # 2.0 and 2.1
    ("numpy.core.arrayprint", "_format_options"),
)
_SCALARS = "?bBhHiIlLqQefdgFDG"  # dtypes whose scalars have a `__repr__` in C
_KINDS = "biufcSU"               # kinds of dtypes whose items are plain bytes


class ArrayReprs:
    """The functions that the recorder calls for arrays that it sees for the first time."""

    def __init__(self, deferred_reprs: DeferredReprs) -> None:
        self._deferred_reprs = deferred_reprs
        self._modules = sys.modules  # the interpreter's own: the program may replace sys.modules
        self._options: Any = None
        self._is_as_expected: dict[tuple[str, int, bool], bool] = {}  # see `_text`
        self._shape_text = functools.lru_cache(256)(my_cheap_repr)
        self._dtype_text = functools.lru_cache(64)(my_cheap_repr)

    def find_numpy(self) -> tuple[Any, ...] | None:
        """Return numpy, the type of arrays, the print options, and in turn types of scalars and texts of their dtypes.

        The tuple is empty if this version of numpy keeps its print options at an unknown place. The result is None if
        the import of numpy is not complete.
        """
        self._deferred_reprs.register()
        numpy = self._modules.get("numpy")
        array_type = getattr(numpy, "ndarray", None)
        if numpy is None or package.repr_registry.get(array_type) is not package.repr_ndarray:
            return None
        places = (vars(self._modules[module]).get(name) for module, name in _OPTIONS if module in self._modules)
        self._options = next((place for place in places if place is not None), None)
        if self._options is None:
            return ()
        found = [numpy, array_type, self._options]
        for character in dict.fromkeys(_SCALARS):
            dtype = numpy.dtype(character)
            found += [dtype.type, self._dtype_text(dtype)]
        return tuple(found)

    def texts(self, array: Any) -> tuple[str, str, str] | None:
        """Return the texts of an array, of its shape and of its dtype.

        The result is None if they depend on more than the dtype, the shape, the items shown and the print options.
        """
        dtype = array.dtype
        if dtype.kind not in _KINDS or dtype.metadata is not None or dtype.names is not None:
            return None
        repr_array = package.repr_registry.get(type(array))
        if repr_array is not package.repr_ndarray or repr_array.maxparts != PARTS:
            return None
        text = guarded(self._text, array)
        return None if text is None else (text, self._shape_text(array.shape), self._dtype_text(dtype))

    def _text(self, array: Any) -> str:
        """Return the text of an array. The first text of each kind is compared with numpy's own.

        A version of numpy that formats arrays of a kind in another way is thus always used itself.
        """
        options = self._options if isinstance(self._options, dict) else self._options.get()
        text = format_array(array) if DEFAULT_OPTIONS.items() <= options.items() else None
        kind = array.dtype.char, array.ndim, array.size > PARTS
        if text is not None and self._is_as_expected.get(kind):
            return text
        theirs: str = package.repr_ndarray(array, None)
        if text is not None:
            self._is_as_expected.setdefault(kind, text == theirs)
        return theirs
