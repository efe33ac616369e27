"""Test registries: order, lookup, and entries that are refused."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from statecode.errors import ConfigError
from statecode.registry import Registry


@dataclass(frozen=True)
class Entry:
    name: str


def check(entry: Entry) -> None:
    if not entry.name.islower():
        raise ValueError(f"the name {entry.name!r} must be in lower case")


@pytest.fixture
def registry() -> Registry[Entry]:
    return Registry("shape", [Entry("square"), Entry("circle")], check)


def test_entries_keep_their_order(registry: Registry[Entry]) -> None:
    registry.register(Entry("arc"))
    assert list(registry) == ["square", "circle", "arc"] and len(registry) == 3
    assert registry["arc"] is registry.find("arc") and "cube" not in registry
    registry.unregister("square")
    assert [entry.name for entry in registry.values()] == ["circle", "arc"]


@pytest.mark.parametrize("lookup", ["find", "unregister"])
def test_an_unknown_name_is_refused(registry: Registry[Entry], lookup: str) -> None:
    with pytest.raises(ConfigError, match="unknown shape 'cube'; known: square, circle"):
        getattr(registry, lookup)("cube")


def test_a_name_in_use_is_refused(registry: Registry[Entry]) -> None:
    first = registry["circle"]
    with pytest.raises(ValueError, match="there is a shape 'circle' already"):
        registry.register(Entry("circle"))
    assert registry["circle"] is first


@pytest.mark.parametrize("entry", [Entry, Entry(5), "square", None])  # type: ignore[arg-type]
def test_an_entry_without_a_name_is_refused(registry: Registry[Entry], entry: object) -> None:
    with pytest.raises(ValueError, match="an entry of the registry needs a name that is a string"):
        registry.register(entry)  # type: ignore[arg-type]


def test_an_invalid_entry_is_not_added(registry: Registry[Entry]) -> None:
    with pytest.raises(ValueError, match="must be in lower case"):
        registry.register(Entry("Cube"))
    assert list(registry) == ["square", "circle"]
