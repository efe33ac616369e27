"""The registry of one kind of extension, such as the views: named entries that code outside of the package extends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Protocol, TypeVar

from statecode.errors import ConfigError


class Named(Protocol):
    """An entry of a registry."""

    @property
    def name(self) -> str:
        """Return the name by which commands and functions select the entry."""


T = TypeVar("T", bound=Named)


class Registry(Mapping[str, T]):
    """The entries of one kind by name, in the order in which they were registered.

    Args:
        kind: noun for an entry in messages, such as "view".
        entries: the entries of the package.
        check: called with each new entry before it is added; raises ValueError if the entry is not valid.
    """

    def __init__(self, kind: str, entries: Iterable[T] = (), check: Callable[[T], None] | None = None) -> None:
        self._kind, self._check = kind, check
        self._entries: dict[str, T] = {}
        for entry in entries:
            self.register(entry)

    def register(self, entry: T) -> None:
        """Add an entry; functions and commands of this process accept its name from now on.

        Raises:
            ValueError: the name is in use or missing, or the entry is not valid.
        """
        if not isinstance(getattr(entry, "name", None), str):
            raise ValueError(f"an entry of the registry needs a name that is a string; {entry!r} has none")
        if entry.name in self._entries:
            article = "an" if self._kind[0] in "aeiou" else "a"
            raise ValueError(f"there is {article} {self._kind} {entry.name!r} already; choose another name")
        if self._check is not None:
            self._check(entry)
        self._entries[entry.name] = entry

    def unregister(self, name: str) -> None:
        """Remove the entry of this name.

        Raises:
            ConfigError: there is no such entry.
        """
        self.find(name)
        del self._entries[name]

    def find(self, name: str) -> T:
        """Return the entry of this name.

        Raises:
            ConfigError: there is no such entry; the message lists the names that exist.
        """
        if name not in self._entries:
            raise ConfigError(f"unknown {self._kind} {name!r}; known: {', '.join(self._entries)}")
        return self._entries[name]

    def __getitem__(self, name: str) -> T:
        return self._entries[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)
