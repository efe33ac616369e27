"""How values are read that C leaves to Python: as snoop reads them, without snoop.

snoop's own functions are copied here, since importing it costs every traced process: 1.2 ms of fork, mostly. The tests
hold these copies to snoop's source and settings. snoop is by Alex Hall, under the MIT licence.
"""

from __future__ import annotations

import inspect
import types
from collections.abc import Mapping, Sequence, Set
from itertools import chain
from typing import Any

import cheap_repr as package
from cheap_repr import cheap_repr, find_repr_function, register_repr

REPR_TARGET_LENGTH = 100  # `snoop.utils`
HIDDEN_PREFIX = "__deep_pp_hidden__"  # of names that snoop does not show, `snoop.utils.pp_name_prefix`
QuerySet: Any = ()  # django's, once it is imported

# what snoop sets, `snoop.tracer`
for _type, _maxparts in ((str, 100), (bytes, 100), (object, 100), (int, 999999)):
    find_repr_function(_type).maxparts = _maxparts
cheap_repr.suppression_threshold = 999999

# snoop reports a failing __repr__ as a warning; the program's stderr is the program's
package.warnings = types.SimpleNamespace(warn=lambda *args, **kwargs: None)  # type: ignore[attr-defined]


def my_cheap_repr(x: Any) -> str:
    """Copy of `snoop.utils.my_cheap_repr`."""
    return cheap_repr(x, target_length=REPR_TARGET_LENGTH)


def len_shape_watch(source: str, value: Any) -> tuple[str, Any] | None:
    """Copy of `snoop.configuration.len_shape_watch`."""
    try:
        shape = value.shape
    except Exception:
        pass
    else:
        if not inspect.ismethod(shape):
            return '{}.shape'.format(source), shape

    if isinstance(value, QuerySet):
        # Getting the length of a Django queryset evaluates it
        return None

    length = len(value)
    if (
            (isinstance(value, (str, bytes))
             and length < 50) or
            (isinstance(value, (Mapping, Set, Sequence))
             and length == 0)
    ):
        return None

    return 'len({})'.format(source), length


def dtype_watch(source: str, value: Any) -> tuple[str, Any] | None:
    """Copy of `snoop.configuration.dtype_watch`."""
    dtype = value.dtype
    if not inspect.ismethod(dtype):
        return '{}.dtype'.format(source), dtype
    return None


def register_series(series: type) -> None:
    """Copy of `snoop.utils._register_cheap_reprs`, which says how a pandas Series reads."""
    register_repr(series)(_repr_series_one_line)


def _sample_indices(length: int, max_length: int) -> Any:
    if length <= max_length + 2:
        return range(length)
    else:
        return chain(range(max_length // 2),
                     range(length - max_length // 2,
                           length))


def _repr_series_one_line(x: Any, helper: Any) -> str:
    n = len(x)
    if n == 0:
        return repr(x)
    newlevel = helper.level - 1
    pieces = []
    maxparts = _repr_series_one_line.maxparts  # type: ignore[attr-defined]
    for i in _sample_indices(n, maxparts):
        try:
            try:
                k = x.index[i:i + 1].format(sparsify=False)[0]
            except TypeError:
                k = x.index[i:i + 1].format()[0]
        except AttributeError:
            k = x.index[i]
        v = x.iloc[i]
        pieces.append('%s = %s' % (k, cheap_repr(v, newlevel)))
    if n > maxparts + 2:
        pieces.insert(maxparts // 2, '...')
    return '; '.join(pieces)
