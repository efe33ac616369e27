"""Repr functions of snoop for values that are not read in C.

The functions are copies, because an import of snoop costs every traced process about 1.2 ms, mostly in fork. Tests
compare the copies with the source and the settings of snoop. snoop is by Alex Hall, under the MIT licence.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence, Set
from itertools import chain
from typing import Any

from statecode.tracing.engines.native.guarded_reads import cheap_repr, find_repr_function, package
from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

inspect = types.SimpleNamespace(ismethod=lambda object: isinstance(object, types.MethodType))
register_repr = package.register_repr
REPR_TARGET_LENGTH = 100  # `snoop.utils`
HIDDEN_PREFIX = "__deep_pp_hidden__"  # prefix of names that snoop hides, `snoop.utils.pp_name_prefix`
QuerySet: Any = ()  # the class of django, set after its import

# settings of `snoop.tracer`
for _type, _maxparts in ((str, 100), (bytes, 100), (object, 100), (int, 999999)):
    find_repr_function(_type).maxparts = _maxparts  # type: ignore[attr-defined]


def my_cheap_repr(x: Any) -> str:
    """Return the text that snoop shows for a value (copy of `snoop.utils.my_cheap_repr`)."""
    return cheap_repr(x, target_length=REPR_TARGET_LENGTH)


def len_shape_watch(source: str, value: Any) -> tuple[str, Any] | None:
    """Return name and value of the shape or the length, or None (copy of `snoop.configuration.len_shape_watch`)."""
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
    """Return name and value of the dtype, or None (copy of `snoop.configuration.dtype_watch`)."""
    dtype = value.dtype
    if not inspect.ismethod(dtype):
        return '{}.dtype'.format(source), dtype
    return None


def register_series(series: type) -> None:
    """Register the repr function of a pandas Series (copy of `snoop.utils._register_cheap_reprs`)."""
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
