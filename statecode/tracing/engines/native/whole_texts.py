"""The whole text of a value: its `repr`, and what stands for it where that fails or has no end."""

from __future__ import annotations

import builtins
import math
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Iterable, Iterator
from typing import Any

# What functions here find, whatever the program puts in the places of `len` and others.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

MOST_CHARACTERS = 1_000_000
"""Of one value that are read at all; what stands behind is neither shown nor compared."""

_AT_ONCE = 10_000  # characters of an item that are read in one go

# Types are told by their ids: a metaclass of the program's may define == and hash.
_NUMBERS = frozenset(map(id, (int, float, bool, type(None), complex)))
LEAVES = _NUMBERS | set(map(id, (str, bytes, range, type(...), type(NotImplemented))))
"""The ids of the types of values that never change."""

_TEXTS = frozenset(map(id, (str, bytes)))
_BRACKETS: dict[int, tuple[str, str, str]] = {  # opening, closing, empty
    id(list): ("[", "]", "[]"), id(tuple): ("(", ")", "()"), id(set): ("{", "}", "set()"),
    id(frozenset): ("frozenset({", "})", "frozenset()"), id(dict): ("{", "}", "{}"),
    id(deque): ("deque([", "])", "deque([])"), id(defaultdict): ("defaultdict(…, {", "})", "defaultdict(…, {})"),
    id(Counter): ("Counter({", "})", "Counter()"), id(OrderedDict): ("OrderedDict({", "})", "OrderedDict()"),
}
_MAPPINGS = frozenset(map(id, (dict, defaultdict, Counter, OrderedDict)))
_MODULES = sys.modules


def whole_text(value: Any, limit: int) -> tuple[str, str]:
    """The whole text of a value, then "+" where it is not whole, because there is too much of it."""
    kind = id(type(value))
    if kind in LEAVES:
        return _leaf(value, limit), ""
    try:
        if kind not in _BRACKETS or _size(value, {}) <= MOST_CHARACTERS:
            return _repr(value), ""
    except KeyboardInterrupt:  # from outside
        raise
    except BaseException as error:  # the program's own __repr__ failed, or it is nested too deeply
        if kind not in _BRACKETS:
            return _failed(value, error), ""
    try:
        return _in_pieces(value, limit)
    except KeyboardInterrupt:  # from outside
        raise
    except BaseException as error:
        return _failed(value, error), ""


def _leaf(value: Any, limit: int) -> str:
    if type(value) is int and value.bit_length() > 2000:
        return _long_int(value, limit)
    return repr(value)


def _long_int(value: int, limit: int) -> str:
    """The digits of a long number, which the interpreter may refuse to write; zeros stand for those behind the cut."""
    behind = max(0, int(value.bit_length() * math.log10(2)) - limit - 1)
    head = abs(value) // 10**behind
    return "-" * (value < 0) + _digits(head) + "0" * behind


def _digits(value: int) -> str:
    if value.bit_length() <= 2000:
        return repr(value)
    half = int(value.bit_length() * math.log10(2)) // 2
    head, tail = divmod(value, 10**half)
    return _digits(head) + _digits(tail).rjust(half, "0")


def _repr(value: Any) -> str:
    options = getattr(_MODULES["numpy"], "printoptions", None) if "numpy" in _MODULES else None
    if options is None:
        return str.__str__(repr(value))
    with options(threshold=MOST_CHARACTERS):  # numpy leaves nothing out
        return str.__str__(repr(value))


def _failed(value: Any, error: BaseException) -> str:
    return f"{object.__repr__(value)[:-1]} ({type.__dict__['__name__'].__get__(type(error))} in repr)>"


def _size(value: Any, sizes: dict[int, int]) -> int:
    """About how many characters a value takes, what is held twice counted twice.

    Args:
        sizes: of the containers so far, by id.
    """
    kind = id(type(value))
    if kind in _TEXTS:
        return len(value) + 4
    if kind not in _BRACKETS:
        return 8  # an object's own text is as long as the program wants it
    if id(value) in sizes:
        return sizes[id(value)]
    sizes[id(value)] = 5  # where it holds itself
    items = tuple(value) if kind not in _MAPPINGS else (*value, *value.values())
    kinds = set(map(id, map(type, items)))
    if kinds <= _NUMBERS:
        size = 4 * len(items)
    elif kinds <= _TEXTS:
        size = sum(map(len, items)) + 4 * len(items)
    else:
        size = 2
        for item in items:
            size += 2 + _size(item, sizes)
    sizes[id(value)] = size
    return size


def _in_pieces(value: Any, limit: int) -> tuple[str, str]:
    """A container's text up to MOST_CHARACTERS, with those of its items whose `__repr__` does not fail."""
    pieces: list[str] = []
    length = 0
    sizes: dict[int, int] = {}
    is_large = _size(value, sizes) > MOST_CHARACTERS
    for piece in _pieces(value, limit, [], sizes if is_large else None):
        pieces.append(piece)
        length += len(piece)
        if length > MOST_CHARACTERS:
            return "".join(pieces), "+"
    return "".join(pieces), ""


def _pieces(value: Any, limit: int, above: list[int], sizes: dict[int, int] | None) -> Iterator[str]:
    """The text, piece by piece; `sizes`, where nothing but its length kept it from being read at once."""
    kind = id(type(value))
    if kind not in _BRACKETS or (sizes is not None and _size(value, sizes) < _AT_ONCE):
        yield whole_text(value, limit)[0]
        return
    opening, closing, empty = _BRACKETS[kind]
    if id(value) in above or not len(value):
        yield f"{opening}...{closing}" if len(value) else empty
        return
    above.append(id(value))
    yield opening
    separator = ""
    for items in _entries(value, kind in _MAPPINGS):
        yield separator
        separator = ", "
        for place, item in enumerate(items):
            yield ": " if place else ""
            yield from _pieces(item, limit, above, sizes)
    yield ",)" if kind == id(tuple) and len(value) == 1 else closing
    above.pop()


def _entries(value: Any, is_mapping: bool) -> Iterable[tuple[Any, ...]]:
    return list(value.items()) if is_mapping else [(item,) for item in value]
