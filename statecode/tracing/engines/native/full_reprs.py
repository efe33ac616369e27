"""The full text of a value: its `repr`, with a substitute if `repr` fails or is too long."""

from __future__ import annotations

import math
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

from statecode.tracing.engines.native import guarded_reads
from statecode.tracing.engines.native.guarded_reads import guarded, type_name_of
from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

MAX_CHARACTERS = 1_000_000
"""Maximum number of characters read from one value; further characters are neither recorded nor compared."""

_MAX_UNDIVIDED_CHARACTERS = 10_000  # an item with a smaller estimated length is read by one call of repr

# Types are compared by id: a metaclass of the program may define == and hash.
_NUMBER_TYPE_IDS = frozenset(map(id, (int, float, bool, type(None), complex)))
SCALAR_TYPE_IDS = _NUMBER_TYPE_IDS | set(map(id, (str, bytes, range, type(...), type(NotImplemented))))
"""Ids of the scalar types. Their values are immutable."""

_STRING_TYPE_IDS = frozenset(map(id, (str, bytes)))
_BRACKETS: dict[int, tuple[str, str, str]] = {  # opening, closing, and text of an empty container
    id(list): ("[", "]", "[]"), id(tuple): ("(", ")", "()"), id(set): ("{", "}", "set()"),
    id(frozenset): ("frozenset({", "})", "frozenset()"), id(dict): ("{", "}", "{}"),
    id(deque): ("deque([", "])", "deque([])"), id(defaultdict): ("defaultdict(…, {", "})", "defaultdict(…, {})"),
    id(Counter): ("Counter({", "})", "Counter()"), id(OrderedDict): ("OrderedDict({", "})", "OrderedDict()"),
}
_MAPPING_TYPE_IDS = frozenset(map(id, (dict, defaultdict, Counter, OrderedDict)))
_MODULES = sys.modules


def full_repr(value: Any, limit: int) -> tuple[str, str]:
    """Return the full text of a value.

    Args:
        limit: number of characters that the caller records. The digits of a long number behind the limit are not
            computed; the text contains zeros in their place.

    Returns:
        The text; and "+" if the text was cut after MAX_CHARACTERS, else "".
    """
    kind = id(type(value))
    if kind in SCALAR_TYPE_IDS:
        return _scalar_repr(value, limit), ""
    try:
        if kind not in _BRACKETS or _estimated_length(value, {}) <= MAX_CHARACTERS:
            return _plain_repr(value), ""
    except guarded_reads.passed_on:
        raise
    except BaseException as error:  # __repr__ failed, or the value is nested too deeply
        if kind not in _BRACKETS:
            return _failed_repr(value, error), ""
    try:
        return _chunked_repr(value, limit)
    except guarded_reads.passed_on:
        raise
    except BaseException as error:
        return _failed_repr(value, error), ""


def _scalar_repr(value: Any, limit: int) -> str:
    if type(value) is int and value.bit_length() > 2000:
        return _long_int_repr(value, limit)
    return repr(value)


def _long_int_repr(value: int, limit: int) -> str:
    """Return the digits of an int for which repr may raise ValueError. Zeros replace the digits behind the limit."""
    behind = max(0, int(value.bit_length() * math.log10(2)) - limit - 1)
    head = abs(value) // 10**behind
    return "-" * (value < 0) + _digits(head) + "0" * behind


def _digits(value: int) -> str:
    if value.bit_length() <= 2000:
        return repr(value)
    half = int(value.bit_length() * math.log10(2)) // 2
    head, tail = divmod(value, 10**half)
    return _digits(head) + _digits(tail).rjust(half, "0")


def _plain_repr(value: Any) -> str:
    options = guarded(getattr, _MODULES["numpy"], "printoptions", None) if "numpy" in _MODULES else None
    if options is None:
        return str.__str__(repr(value))
    with options(threshold=MAX_CHARACTERS):  # so that numpy omits no items
        return str.__str__(repr(value))


def _failed_repr(value: Any, error: BaseException) -> str:
    return f"{object.__repr__(value)[:-1]} ({type_name_of(error)} in repr)>"


def _estimated_length(value: Any, lengths: dict[int, int]) -> int:
    """Estimate the number of characters of a value; an item that occurs twice counts twice.

    Args:
        lengths: estimated lengths of containers, by id. The function adds its results.
    """
    kind = id(type(value))
    if kind in _STRING_TYPE_IDS:
        return len(value) + 4
    if kind not in _BRACKETS:
        return 8  # the length of another object's repr is unknown
    if id(value) in lengths:
        return lengths[id(value)]
    lengths[id(value)] = 5  # the result for a container inside itself
    items = tuple(value) if kind not in _MAPPING_TYPE_IDS else (*value, *value.values())
    kinds = set(map(id, map(type, items)))
    if kinds <= _NUMBER_TYPE_IDS:
        length = 4 * len(items)
    elif kinds <= _STRING_TYPE_IDS:
        length = sum(map(len, items)) + 4 * len(items)
    else:
        length = 2
        for item in items:
            length += 2 + _estimated_length(item, lengths)
    lengths[id(value)] = length
    return length


def _chunked_repr(value: Any, limit: int) -> tuple[str, str]:
    """Return the text of a container, and "+" if it was cut after MAX_CHARACTERS, else "".

    A substitute replaces the text of an item whose `__repr__` fails.
    """
    chunks: list[str] = []
    length = 0
    lengths: dict[int, int] = {}
    is_large = _estimated_length(value, lengths) > MAX_CHARACTERS
    for chunk in _chunks(value, limit, [], lengths if is_large else None):
        chunks.append(chunk)
        length += len(chunk)
        if length > MAX_CHARACTERS:
            return "".join(chunks), "+"
    return "".join(chunks), ""


def _chunks(value: Any, limit: int, ancestors: list[int], lengths: dict[int, int] | None) -> Iterator[str]:
    """Yield the text of a value in chunks.

    Args:
        ancestors: ids of the containers around the value.
        lengths: estimated lengths of containers, by id, if the text is divided only because it is long: short items are
            then not divided. None if `repr` failed: then every container is divided.
    """
    kind = id(type(value))
    if kind not in _BRACKETS or (lengths is not None and _estimated_length(value, lengths) < _MAX_UNDIVIDED_CHARACTERS):
        yield full_repr(value, limit)[0]
        return
    opening, closing, empty = _BRACKETS[kind]
    if id(value) in ancestors or not len(value):
        yield f"{opening}...{closing}" if len(value) else empty
        return
    ancestors.append(id(value))
    yield opening
    separator = ""
    for items in _items(value, kind in _MAPPING_TYPE_IDS):
        yield separator
        separator = ", "
        for position, item in enumerate(items):
            yield ": " if position else ""
            yield from _chunks(item, limit, ancestors, lengths)
    yield ",)" if kind == id(tuple) and len(value) == 1 else closing
    ancestors.pop()


def _items(value: Any, is_mapping: bool) -> Iterable[tuple[Any, ...]]:
    return list(value.items()) if is_mapping else [(item,) for item in value]
