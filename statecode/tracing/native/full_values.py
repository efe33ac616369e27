"""Values read whole, for the fidelity `full`: which variables changed at an event, attributes of objects among them.

A value reads as its `repr`, the program's own where a class has one, cut at a limit of characters: `[0, 0, …+2990`. Two
values are the same when their whole texts are, so that a change behind the cut is a change too. Where `repr` fails, the
containers around are still read, and the value itself is `<Node object at 0x… (ValueError in repr)>`. No more than
MOST_CHARACTERS of a value are read: `…+990000+` tells that there was more, which nobody looked at.

Attributes of a program's objects follow the variable that holds them, `self` before `self.items` before
`self.items.head`, two levels deep. When an object's own text changes, or an attribute is gone, the object and all its
attributes are told again: what was known of them before ends there.
"""

from __future__ import annotations

import builtins
import enum
import math
import sys
import types
import weakref
from collections import Counter, OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from statecode.tracing.native._engine import same_items

# What functions here find, whatever the program puts in the places of `len` and others.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

MOST_CHARACTERS = 1_000_000
"""Of one value that are read at all; what stands behind is neither shown nor compared."""

_AT_ONCE = 10_000  # characters of an item that are read in one go
_LEVELS = 2  # of attributes
_NOTHING = object()

# Types are told by their ids: a metaclass of the program's may define == and hash.
_NUMBERS = frozenset(map(id, (int, float, bool, type(None), complex)))
_LEAVES = _NUMBERS | set(map(id, (str, bytes, range, type(...), type(NotImplemented))))
_TEXTS = frozenset(map(id, (str, bytes)))
_BRACKETS: dict[int, tuple[str, str, str]] = {  # opening, closing, empty
    id(list): ("[", "]", "[]"), id(tuple): ("(", ")", "()"), id(set): ("{", "}", "set()"),
    id(frozenset): ("frozenset({", "})", "frozenset()"), id(dict): ("{", "}", "{}"),
    id(deque): ("deque([", "])", "deque([])"), id(defaultdict): ("defaultdict(…, {", "})", "defaultdict(…, {})"),
    id(Counter): ("Counter({", "})", "Counter()"), id(OrderedDict): ("OrderedDict({", "})", "OrderedDict()"),
}
_MAPPINGS = frozenset(map(id, (dict, defaultdict, Counter, OrderedDict)))
_MODULES = sys.modules

_Key = Any  # what two readings are compared by: the text, or length and hash of a long one


class _Known:
    """What was told last of a variable or of an attribute."""

    __slots__ = ("leaf", "items", "key", "attributes")

    def __init__(self, key: _Key) -> None:
        self.leaf: Any = _NOTHING  # the value, where nothing can change it
        self.items: tuple[Any, ...] | None = None  # of a list, where nothing can change them
        self.key = key
        self.attributes: dict[str, _Known] = {}

    def is_unchanged(self, value: Any) -> bool:
        """Tell quickly that a value reads as before; False where it must be read."""
        return self.leaf is value or (type(value) is list and self.items is not None and same_items(value, self.items))

    def hold(self, value: Any) -> None:
        """Keep of a value what `is_unchanged` needs; nothing that the program could notice to live on."""
        self.leaf = value if id(type(value)) in _LEAVES else _NOTHING
        items = tuple(value) if type(value) is list else None
        self.items = items if items is not None and set(map(id, map(type, items))) <= _LEAVES else None


class FullValues:
    """Reads the values of one run, in the process that runs it.

    Args:
        limit: characters of a value that are kept.
        module: the name of the program's module: attributes are told of the instances of its classes.
    """

    def __init__(self, limit: int, module: str = "__main__") -> None:
        self._limit = limit
        self._module = module
        self._frames: dict[int, dict[str, _Known]] = {}
        self._layouts: dict[int, tuple[weakref.ref[type], _Layout | None]] = {}

    def list_changes(self, frame: int, variables: list[Any], is_left: bool) -> list[str]:
        """Give the changes of a frame since its last event, as names and texts in turn; so are its variables given."""
        known = self._frames.get(frame)
        if known is None:
            known = self._frames[frame] = {}
        changes: list[str] = []
        names = iter(variables)
        for name, value in zip(names, names):
            entry = known.get(name)
            if entry is not None and entry.is_unchanged(value):
                continue
            self._compare(known, name, name, value, (), changes)
        if is_left:
            del self._frames[frame]
        return changes

    def text(self, value: Any) -> str:
        """Read one value."""
        return self._read(value)[0]

    def _read(self, value: Any) -> tuple[str, _Key]:
        text, more = _whole(value, self._limit)
        length = len(text)
        if length <= self._limit:
            return text, text
        whole = value if type(value) is int else text  # of a long number not all digits are read
        return f"{text[:self._limit]}…+{length - self._limit}{more}", (length, hash(whole))

    def _compare(
        self, known: dict[str, _Known], name: str, path: str, value: Any, above: tuple[Any, ...], changes: list[str]
    ) -> None:
        """Tell how `path` reads, and its attributes, as far as that is new; `known` holds what was told, by `name`."""
        if name[:1] == ".":  # the iterator of a comprehension
            return
        entry = known.get(name)
        text, key = self._read(value)
        attributes = [] if id(type(value)) in _LEAVES else self._attributes(value, above)
        if entry is None or entry.key != key or _is_one_gone(entry, attributes):
            changes += (path, text)
            entry = known[name] = _Known(key)
        entry.hold(value)
        for attribute, its_value in attributes:
            before = entry.attributes.get(attribute)
            if before is None or not before.is_unchanged(its_value):
                self._compare(entry.attributes, attribute, f"{path}.{attribute}", its_value, (*above, value), changes)

    def _attributes(self, value: Any, above: tuple[Any, ...]) -> list[tuple[str, Any]]:
        """The attributes to tell of; none of an object that is among those `above` it, nor below the last level."""
        if len(above) >= _LEVELS:
            return []
        for holder in above:
            if holder is value:
                return []
        layout = self._layout(type(value))
        return [] if layout is None else layout.attributes(value)

    def _layout(self, kind: type) -> _Layout | None:
        found = self._layouts.get(id(kind))
        if found is None or found[0]() is not kind:  # another class may stand at the same address
            found = self._layouts[id(kind)] = weakref.ref(kind), _Layout.of(kind, self._module)
        return found[1]


def _is_one_gone(entry: _Known, attributes: list[tuple[str, Any]]) -> bool:
    return bool(entry.attributes) and not set(entry.attributes).issubset(name for name, _ in attributes)


class _Layout:
    """Where the instances of a class of the program keep their attributes. None of the program's code runs here."""

    def __init__(self, names: Callable[[Any], dict[Any, Any]] | None, slots: dict[str, Callable[[Any], Any]]) -> None:
        self._names = names  # gives an instance's __dict__
        self._slots = slots

    @classmethod
    def of(cls, kind: type, module: str) -> _Layout | None:
        """Give the layout, None where instances have no attributes to tell of: their classes are of no such module."""
        if issubclass(type(kind), enum.EnumMeta):  # a member reads as its name
            return None
        names, is_programs = None, False
        slots: dict[str, Callable[[Any], Any]] = {}
        for base in type.__dict__["__mro__"].__get__(kind):
            fields = type.__dict__["__dict__"].__get__(base)
            is_programs = is_programs or fields.get("__module__") == module
            if names is None and type(fields.get("__dict__")) is types.GetSetDescriptorType:
                names = fields["__dict__"].__get__
            for name, member in fields.items():
                if type(member) is types.MemberDescriptorType and fields.get("__module__") == module:
                    slots.setdefault(name, member.__get__)
        return cls(names, slots) if is_programs and (names or slots) else None

    def attributes(self, value: Any) -> list[tuple[str, Any]]:
        """Names and values, slots first; names that cannot follow a dot are left out."""
        found = []
        for name, get in self._slots.items():
            try:
                found.append((name, get(value)))
            except AttributeError:  # nothing is in it
                pass
        if self._names is not None:
            found += list(self._names(value).items())
        return [pair for pair in found if type(pair[0]) is str and str.isidentifier(pair[0]) and pair[0][:2] != "__"]


# ---- texts


def _whole(value: Any, limit: int) -> tuple[str, str]:
    """The whole text of a value, then "+" where it is not whole, because there is too much of it."""
    kind = id(type(value))
    if kind in _LEAVES:
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
        yield _whole(value, limit)[0]
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
