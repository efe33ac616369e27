"""Test that the headers of the native engine form layers: each includes and needs only headers below it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from statecode.tracing.engines import native

FOLDER = Path(native.__file__).parent
HEADERS = {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.h"))}
RECURSIVE = {"write_value": "values.h"}  # the functions that a header declares and a later one defines: see repr_writer.h
DEFINITION = re.compile(r"^(?:static|typedef|#define|enum)\b[^;{(]*?\b(\w+)\(.*\)\s*\n?\{", re.MULTILINE)
DECLARATION = re.compile(r"^static [\w *]*?\b(\w+)\([^{;]*\);", re.MULTILINE)


def included(name: str) -> list[str]:
    """Return the headers that a header includes, directly or not."""
    found: list[str] = []
    for header in re.findall(r'^#include "(\w+\.h)"', HEADERS[name], re.MULTILINE):
        found += [header, *included(header)]
    return found


def functions(name: str) -> set[str]:
    """Return the functions that a header defines."""
    return set(DEFINITION.findall(HEADERS[name]))


def test_every_function_is_found() -> None:
    assert {"write_value", "write_top_value"} <= functions("values.h") and "arena_grow" in functions("arena.h")


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_does_not_include_itself(name: str) -> None:
    try:
        assert name not in included(name)
    except RecursionError:
        pytest.fail(f"{name} includes headers that include each other")


@pytest.mark.parametrize("name", HEADERS)
def test_a_header_needs_only_headers_that_it_includes(name: str) -> None:
    below = {name, *included(name)}
    code = re.sub(r'/\*.*?\*/|"(?:\\.|[^"\\])*"', "", HEADERS[name], flags=re.DOTALL)
    used = set(re.findall(r"\b(\w+)\(", code)) - functions(name)
    homes = {function: header for header in HEADERS for function in functions(header)}
    assert [function for function in used if homes.get(function, name) not in below and function not in RECURSIVE] == []


def test_only_the_recursive_entry_point_is_declared_before_it_is_defined_elsewhere() -> None:
    declared = {(name, function) for name, text in HEADERS.items() for function in DECLARATION.findall(text)}
    assert {pair for pair in declared if pair[1] not in functions(pair[0])} == {("repr_writer.h", "write_value")}
    assert "write_value" in functions(RECURSIVE["write_value"])
