"""Values read whole, for the fidelity `full`: which variables changed at an event, attributes of objects among them.

A value reads as its `repr`, the program's own where a class has one, cut at a limit of characters: `[0, 0, …+2990`. Two
values are the same when their whole texts are, so that a change behind the cut is a change too. Where `repr` fails, the
containers around are still read, and the value itself is `<Node object at 0x… (ValueError in repr)>`. No more than
1,000,000 characters of a value are read: `…+990000+` tells that there was more, which nobody looked at.

Attributes of a program's objects follow the variable that holds them, `self` before `self.items` before
`self.items.head`, two levels deep. When an object's own text changes, or an attribute is gone, the object and all its
attributes are told again: what was known of them before ends there.
"""

from __future__ import annotations

import builtins
import enum
import types
import weakref
from collections.abc import Callable
from typing import Any

from statecode.tracing.engines.native._engine import has_same_items
from statecode.tracing.engines.native.full_reprs import SCALAR_TYPE_IDS, full_repr

# What functions here find, whatever the program puts in the places of `len` and others.
__builtins__ = dict(vars(builtins))  # type: ignore[assignment]

_LEVELS = 2  # of attributes
_MISSING = object()
_Key = Any  # what two readings are compared by: the text, or length and hash of a long one


class _LastValue:
    """What was told last of a variable or of an attribute."""

    __slots__ = ("scalar", "items", "key", "attributes")

    def __init__(self, key: _Key) -> None:
        self.scalar: Any = _MISSING  # the value, where nothing can change it
        self.items: tuple[Any, ...] | None = None  # of a list, where nothing can change them
        self.key = key
        self.attributes: dict[str, _LastValue] = {}

    def is_unchanged(self, value: Any) -> bool:
        """Tell quickly that a value reads as before; False where it must be read."""
        if self.scalar is value:
            return True
        return type(value) is list and self.items is not None and has_same_items(value, self.items)

    def remember(self, value: Any) -> None:
        """Keep of a value what `is_unchanged` needs; nothing that the program could notice to live on."""
        self.scalar = value if id(type(value)) in SCALAR_TYPE_IDS else _MISSING
        items = tuple(value) if type(value) is list else None
        self.items = items if items is not None and set(map(id, map(type, items))) <= SCALAR_TYPE_IDS else None


class FullValues:
    """Reads the values of one run, in the process that runs it.

    Args:
        limit: characters of a value that are kept.
        module: the name of the program's module: attributes are told of the instances of its classes.
    """

    def __init__(self, limit: int, module: str = "__main__") -> None:
        self._limit = limit
        self._module = module
        self._frames: dict[int, dict[str, _LastValue]] = {}
        self._layouts: dict[int, tuple[weakref.ref[type], _Layout | None]] = {}

    def list_changes(self, frame: int, variables: list[Any], is_exited: bool) -> list[str]:
        """Give the changes of a frame since its last event, as names and texts in turn; so are its variables given."""
        last_values = self._frames.get(frame)
        if last_values is None:
            last_values = self._frames[frame] = {}
        changes: list[str] = []
        names = iter(variables)
        for name, value in zip(names, names):
            entry = last_values.get(name)
            if entry is not None and entry.is_unchanged(value):
                continue
            self._compare(last_values, name, name, value, (), changes)
        if is_exited:
            del self._frames[frame]
        return changes

    def text(self, value: Any) -> str:
        """Read one value."""
        return self._read(value)[0]

    def _read(self, value: Any) -> tuple[str, _Key]:
        text, more = full_repr(value, self._limit)
        length = len(text)
        if length <= self._limit:
            return text, text
        whole = value if type(value) is int else text  # of a long number not all digits are read
        return f"{text[:self._limit]}…+{length - self._limit}{more}", (length, hash(whole))

    def _compare(
        self, last_values: dict[str, _LastValue], name: str, path: str, value: Any, ancestors: tuple[Any, ...],
        changes: list[str],
    ) -> None:
        """Add the value of `path` and of its attributes to `changes` where they differ from `last_values`."""
        if name[:1] == ".":  # the iterator of a comprehension
            return
        entry = last_values.get(name)
        text, key = self._read(value)
        attributes = [] if id(type(value)) in SCALAR_TYPE_IDS else self._attributes(value, ancestors)
        if entry is None or entry.key != key or _lacks_attribute(entry, attributes):
            changes += (path, text)
            entry = last_values[name] = _LastValue(key)
        entry.remember(value)
        for attribute, attribute_value in attributes:
            before = entry.attributes.get(attribute)
            if before is None or not before.is_unchanged(attribute_value):
                self._compare(
                    entry.attributes, attribute, f"{path}.{attribute}", attribute_value, (*ancestors, value), changes
                )

    def _attributes(self, value: Any, ancestors: tuple[Any, ...]) -> list[tuple[str, Any]]:
        """The attributes to tell of; none of an object that is among those `ancestors` it, nor below the last level."""
        if len(ancestors) >= _LEVELS:
            return []
        for holder in ancestors:
            if holder is value:
                return []
        layout = self._layout(type(value))
        return [] if layout is None else layout.attributes(value)

    def _layout(self, kind: type) -> _Layout | None:
        found = self._layouts.get(id(kind))
        if found is None or found[0]() is not kind:  # another class may stand at the same address
            found = self._layouts[id(kind)] = weakref.ref(kind), _Layout.of(kind, self._module)
        return found[1]


def _lacks_attribute(entry: _LastValue, attributes: list[tuple[str, Any]]) -> bool:
    return bool(entry.attributes) and not set(entry.attributes).issubset(name for name, _ in attributes)


class _Layout:
    """Where the instances of a class of the program keep their attributes. None of the program's code runs here."""

    def __init__(self, names: Callable[[Any], dict[Any, Any]] | None, slots: dict[str, Callable[[Any], Any]]) -> None:
        self._get_dict = names  # gives an instance's __dict__
        self._slots = slots

    @classmethod
    def of(cls, kind: type, module: str) -> _Layout | None:
        """Give the layout, None where instances have no attributes to tell of: their classes are of no such module."""
        if issubclass(type(kind), enum.EnumMeta):  # a member reads as its name
            return None
        names, is_defined_in_module = None, False
        slots: dict[str, Callable[[Any], Any]] = {}
        for base in type.__dict__["__mro__"].__get__(kind):
            fields = type.__dict__["__dict__"].__get__(base)
            is_defined_in_module = is_defined_in_module or fields.get("__module__") == module
            if names is None and type(fields.get("__dict__")) is types.GetSetDescriptorType:
                names = fields["__dict__"].__get__
            for name, member in fields.items():
                if type(member) is types.MemberDescriptorType and fields.get("__module__") == module:
                    slots.setdefault(name, member.__get__)
        return cls(names, slots) if is_defined_in_module and (names or slots) else None

    def attributes(self, value: Any) -> list[tuple[str, Any]]:
        """Names and values, slots first; names that cannot follow a dot are left out."""
        found = []
        for name, get in self._slots.items():
            try:
                found.append((name, get(value)))
            except AttributeError:  # nothing is in it
                pass
        if self._get_dict is not None:
            found += list(self._get_dict(value).items())
        return [pair for pair in found if type(pair[0]) is str and str.isidentifier(pair[0]) and pair[0][:2] != "__"]
