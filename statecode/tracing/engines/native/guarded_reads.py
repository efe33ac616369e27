"""Reads of the program's values that return a text whatever the program's code raises or returns.

The functions here replace the central functions of cheap_repr. A value that cannot be read has the text
`<Name instance at 0x... (exception in repr)>`, at each event anew, and the values around it are read as usual.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from itertools import islice
from typing import Any

from statecode.tracing.engines.native import cheap_repr_copy
from statecode.tracing.own_builtins import OWN_BUILTINS

__builtins__ = OWN_BUILTINS  # type: ignore[assignment]

MAX_CHARACTERS = 30_000
"""Maximum number of characters of a text; the middle of a longer text is omitted. The same number is in snapshots.h."""

MAX_NESTED = 30
"""Number of nested tuples with one item that are shown. They use no level. The same number is in snapshots.h."""

_MAX_LEVELS = 3
_LOWEST_LEVEL = -8     # of an object in a chain of bound methods
_MAX_ITERATED = 1_000  # items of a container whose `__len__` may be wrong
_MISSING = "..."

package = cheap_repr_copy.load()
"""The private instance of cheap_repr. `repr_functions` sets it up."""

passed_on: tuple[type[BaseException], ...] = ()
"""Exceptions that end a read and reach the program: KeyboardInterrupt in in-process recording, from the user."""

_type_mro = type.__dict__["__mro__"].__get__
_type_qualname = type.__dict__["__qualname__"].__get__
_registry = package.repr_registry


def pass_on(*kinds: type[BaseException]) -> None:
    """Set the exceptions that end a read and reach the program."""
    global passed_on
    passed_on = kinds


def guarded(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function that runs code of the program. Return its result; None if it raises."""
    try:
        return function(*arguments)
    except passed_on:
        raise
    except BaseException:
        return None


def failed_repr(value: Any) -> str:
    """Return the text of a value that cannot be read. This runs no code of the program."""
    return "<%s instance at %#x (exception in repr)>" % (type_name_of(value), id(value))


def type_name_of(value: Any) -> str:
    """Return the qualified name of a value's class. This runs no code of the program."""
    return _type_qualname(type(value))  # type: ignore[no-any-return]


def bounded(text: str) -> str:
    """Return a text with at most MAX_CHARACTERS characters."""
    text = str.__str__(text)  # not an instance of a subclass, whose methods belong to the program
    if len(text) <= MAX_CHARACTERS:
        return text
    head = (MAX_CHARACTERS - 3) // 2
    return text[:head] + "..." + text[head + 3 - MAX_CHARACTERS:]


def cheap_repr(x: Any, level: int | None = None, target_length: int | None = None) -> str:
    """Return the text of a value as `cheap_repr.cheap_repr` does.

    Unlike there, a failure suppresses nothing, and an exception that is raised before a repr function is found is a
    failure like any other.
    """
    if level is None:
        level = _MAX_LEVELS
    try:
        for base in _type_mro(getattr(x, "__class__", type(x))):  # as in find_repr_function; a call costs more
            if base in _registry:
                function = _registry[base]
                break
        else:
            raise LookupError
        text = function(x, Helper(level, function, target_length))
        return text if type(text) is str and len(text) <= MAX_CHARACTERS else bounded(text)
    except passed_on:
        raise
    except BaseException:
        return failed_repr(x)


def find_repr_function(kind: Any) -> Callable[[Any, Any], str]:
    """Return the repr function of a class: that of the first registered class in its MRO."""
    for base in _type_mro(kind):
        function = _registry.get(base)
        if function is not None:
            return function  # type: ignore[no-any-return]
    raise LookupError(kind)


class Helper(package.ReprHelper):  # type: ignore[misc, name-defined]
    """A `ReprHelper` that stops in containers with more items than their length."""

    __slots__ = ()

    def repr_iterable(self, iterable: Any, left: str, right: str, end: bool = False, length: int | None = None) -> str:
        if not end:
            length = len(iterable) if length is None else length
            iterable = islice(iterable, _MAX_ITERATED)
        return super().repr_iterable(iterable, left, right, end, length)  # type: ignore[no-any-return]


def repr_object(x: Any, helper: Any) -> str:
    text = str.__str__(repr(x))
    return text if type(x).__repr__ is object.__repr__ else helper.truncate(text)  # type: ignore[no-any-return]


def repr_tuple(x: Any, helper: Any) -> str:
    """Return the text of a tuple; of nested tuples with one item, MAX_NESTED are shown."""
    nested, text = 0, None
    while text is None and len(x) == 1:
        nested, inner = nested + 1, x[0]
        if not guarded(_is_one_item_tuple, inner):
            text = cheap_repr(inner, helper.level)
        elif nested == MAX_NESTED:
            text = _MISSING
        x = inner
    if text is None:
        return helper.repr_iterable(x, "(", ")", end=True)  # type: ignore[no-any-return]
    return "(" * nested + text + ",)" * nested


def _is_one_item_tuple(x: Any) -> bool:
    return find_repr_function(getattr(x, "__class__", type(x))) is repr_tuple and len(x) == 1


def repr_bound_method(meth: Any, helper: Any) -> str:
    """Return the text of a bound method. The object of the method may contain further bound methods."""
    obj = meth.__self__
    level = helper.level - isinstance(obj, (tuple, types.MethodType))
    text = _MISSING if level < _LOWEST_LEVEL else cheap_repr(obj, level)
    return "<bound method %s.%s of %s>" % (package.type_name(obj), meth.__name__, text)


def type_name(x: Any) -> str:
    return x.__class__.__qualname__  # type: ignore[no-any-return]


def _install() -> None:
    """Let the functions of the package use the functions above."""
    for function in (cheap_repr, find_repr_function, type_name):
        setattr(package, function.__name__, function)
    for kind, reader in ((object, repr_object), (tuple, repr_tuple), (types.MethodType, repr_bound_method)):
        package.register_repr(kind)(reader)
    package.inspect = types.SimpleNamespace(isclass=lambda kind: isinstance(kind, type))


_install()
