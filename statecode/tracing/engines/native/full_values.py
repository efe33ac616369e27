"""Full values, for the fidelity `full`: changes of variables and of attributes of objects at an event.

The text of a value is its `repr`, cut at a limit of characters: `[0, 0, …+2990` (2990 more characters). Values are
compared by their full texts, so a change behind the cut counts as a change. If `repr` fails, the text is
`<Node object at 0x… (ValueError in repr)>`, and the containers around the value are still read. At most 1,000,000
characters of a value are read; the last `+` of `…+990000+` marks that more characters follow.

Attributes of the program's objects are recorded after their variable, two levels deep: `self`, `self.items`,
`self.items.head`. If the text of an object changes, or an attribute is removed, the object and all its attributes are
recorded again.
"""

from __future__ import annotations

import enum
import types
import weakref
from typing import Any

from statecode.tracing.engines.native import guarded_reads
from statecode.tracing.engines.native._engine import has_same_items
from statecode.tracing.engines.native.full_reprs import SCALAR_TYPE_IDS, full_repr
from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

_fields_of = type.__dict__["__dict__"].__get__  # the dict of a class, without code of the program
_ATTRIBUTE_LEVELS = 2  # attributes, and attributes of attributes
_MISSING = object()
_Key = Any  # key of a comparison: the text, or length and hash of a long text


class _LastValue:
    """The last recorded value of a variable or an attribute."""

    __slots__ = ("scalar", "items", "key", "attributes")

    def __init__(self, key: _Key) -> None:
        self.scalar: Any = _MISSING  # the value, if it is immutable
        self.items: tuple[Any, ...] | None = None  # the items of a list, if all of them are immutable
        self.key = key
        self.attributes: dict[str, _LastValue] = {}

    def is_unchanged(self, value: Any) -> bool:
        """Return True if a value has the same text as before; False if it must be read to find out."""
        if self.scalar is value:
            return True
        return type(value) is list and self.items is not None and has_same_items(value, self.items)

    def remember(self, value: Any) -> None:
        """Store a scalar, or the items of a list of scalars, for `is_unchanged`.

        Other objects are not stored, because a program could observe that they live longer.
        """
        self.scalar = value if id(type(value)) in SCALAR_TYPE_IDS else _MISSING
        items = tuple(value) if type(value) is list else None
        self.items = items if items is not None and set(map(id, map(type, items))) <= SCALAR_TYPE_IDS else None


class FullValues:
    """Reader of the values of one run, in the traced process.

    Args:
        limit: maximum number of characters of a recorded value.
        module: name of the program's module; attributes are recorded for instances of its classes.
    """

    def __init__(self, limit: int, module: str = "__main__") -> None:
        self._limit = limit
        self._module = module
        self._frames: dict[int, dict[str, _LastValue]] = {}
        self._layouts: dict[int, tuple[weakref.ref[type], _Layout | None]] = {}

    def list_changes(self, frame: int, variables: tuple[Any, ...], is_exited: bool) -> list[str]:
        """Return the changes of variables and attributes since the previous event of a frame.

        Args:
            frame: number of the frame.
            variables: names and values in turn.
            is_exited: the frame ends with this event.

        Returns:
            Names and texts in turn.
        """
        last_values = self._frames.get(frame)
        if last_values is None:
            last_values = self._frames[frame] = {}
        changes: list[str] = []
        names = iter(variables)
        for name, value in zip(names, names):
            entry = last_values.get(name)
            if entry is not None and entry.is_unchanged(value):
                continue
            known = len(changes)
            try:
                self._compare(last_values, name, name, value, (), changes)
            except guarded_reads.passed_on:
                raise
            except BaseException:
                text = guarded_reads.failed_repr(value)
                changes[known:] = () if entry is not None and entry.key == text else (name, text)
                last_values[name] = _LastValue(text)
        if is_exited:
            del self._frames[frame]
        return changes

    def text(self, value: Any) -> str:
        """Return the text of one value, cut at the limit."""
        return self._read(value)[0]

    def _read(self, value: Any) -> tuple[str, _Key]:
        text, more = full_repr(value, self._limit)
        length = len(text)
        if length <= self._limit:
            return text, text
        whole = value if type(value) is int else text  # the text of a long number has only its first digits
        return f"{text[:self._limit]}…+{length - self._limit}{more}", (length, hash(whole))

    def _compare(
        self, last_values: dict[str, _LastValue], name: str, path: str, value: Any, ancestors: tuple[Any, ...],
        changes: list[str],
    ) -> None:
        """Append the changes of a variable or attribute, and of the attributes below it, to `changes`.

        Args:
            name: the key in `last_values`.
            path: the name that is recorded, such as `self.items`.
            ancestors: the objects that contain the value, outermost first.
        """
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
        """Return the attributes to record; empty for an object that is its own ancestor, and below the last level."""
        if len(ancestors) >= _ATTRIBUTE_LEVELS:
            return []
        for holder in ancestors:
            if holder is value:
                return []
        layout = self._layout(type(value))
        return [] if layout is None else layout.attributes(value)

    def _layout(self, kind: type) -> _Layout | None:
        found = self._layouts.get(id(kind))
        if found is None or found[0]() is not kind:  # a new class may have the address of a deleted one
            found = self._layouts[id(kind)] = weakref.ref(kind), _Layout.of(kind, self._module)
        return found[1]


def _lacks_attribute(entry: _LastValue, attributes: list[tuple[str, Any]]) -> bool:
    return bool(entry.attributes) and not set(entry.attributes).issubset(name for name, _ in attributes)


class _Layout:
    """Access to the attributes of a class's instances, in `__dict__` and slots. It runs no code of the program.

    It holds no class, because a class keeps its functions alive, and these keep the globals of the program alive.
    """

    def __init__(self, dict_owner: weakref.ref[type] | None, slots: dict[str, weakref.ref[type]]) -> None:
        self._dict_owner = dict_owner  # the base class that defines `__dict__`
        self._slots = slots            # name of a slot → the base class that defines it

    @classmethod
    def of(cls, kind: type, module: str) -> _Layout | None:
        """Return the layout of a class; None if its attributes are not recorded.

        The attributes are not recorded for enums, for classes whose instances have none, and for classes of other
        modules that have no base class in `module`.
        """
        if issubclass(type(kind), enum.EnumMeta):  # the repr of a member contains its name
            return None
        dict_owner, is_defined_in_module = None, False
        slots: dict[str, weakref.ref[type]] = {}
        for base in type.__dict__["__mro__"].__get__(kind):
            fields = _fields_of(base)
            own = fields.get("__module__")
            is_own = type(own) is str and own == module
            is_defined_in_module = is_defined_in_module or is_own
            if dict_owner is None and type(fields.get("__dict__")) is types.GetSetDescriptorType:
                dict_owner = weakref.ref(base)
            for name, member in fields.items():
                if type(member) is types.MemberDescriptorType and is_own:
                    slots.setdefault(name, weakref.ref(base))
        return cls(dict_owner, slots) if is_defined_in_module and (dict_owner or slots) else None

    def attributes(self, value: Any) -> list[tuple[str, Any]]:
        """Return the names and values of an instance's attributes, slots first.

        Names that start with `__` or are not identifiers are omitted.
        """
        found = []
        for name, owner in self._slots.items():
            member = _fields_of(owner()).get(name)
            try:
                if type(member) is types.MemberDescriptorType:  # else the program replaced it
                    found.append((name, member.__get__(value)))
            except AttributeError:  # the slot is empty
                pass
        if self._dict_owner is not None:
            names = _fields_of(self._dict_owner())["__dict__"].__get__(value)  # of a class a mappingproxy
            found += dict.items(names) if isinstance(names, dict) else names.items()
        return [pair for pair in found if type(pair[0]) is str and str.isidentifier(pair[0]) and pair[0][:2] != "__"]
