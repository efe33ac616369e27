"""Test that the functions of a view must belong together and agree with its description."""

from __future__ import annotations

from typing import Any

import pytest

from statecode.errors import ConfigError
from statecode.views.base import View, ViewFunctions


def nothing(*args: Any) -> Any:
    raise AssertionError("no function of the view is called")


@pytest.mark.parametrize(
    "functions, message",
    [
        ({}, "either segments or rows"),
        ({"segments": nothing, "rows": nothing, "fields": {"x": int}}, "either segments or rows"),
        ({"rows": nothing}, "needs their fields"),
        ({"segments": nothing, "fields": {"x": int}}, "a view with segments has none"),
        ({"rows": nothing, "fields": {"x": int}, "parse": nothing}, "has no text"),
        ({"rows": nothing, "fields": {"x": int, "y": list}}, "types other than str, int, bool and float: y"),
        ({"rows": nothing, "fields": {"x": int}, "read_events": nothing}, "has no text"),
        ({"segments": nothing, "read_events": nothing}, "a view needs parse too"),
        ({"segments": nothing, "next_source_line": nothing}, "needs line_kinds"),
    ],
)
def test_functions_that_do_not_belong_together_are_refused(functions: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ViewFunctions(**functions)


@pytest.mark.parametrize("description", [{"is_text": False}, {"lossless": True}])
def test_functions_that_contradict_the_description_are_refused(description: dict[str, bool]) -> None:
    view = View(name="toy", summary="", load=lambda: ViewFunctions(segments=nothing), **description)
    with pytest.raises(ConfigError, match="^the view toy cannot be loaded: it (needs rows|is lossless and needs parse)"):
        view.functions


def test_an_error_of_load_is_one_line() -> None:
    view = View(name="toy", summary="", load=lambda: ViewFunctions(rows=nothing))
    with pytest.raises(ConfigError, match="^the view toy cannot be loaded: ValueError: a view with rows needs .*none$"):
        view.functions


def test_functions_are_loaded_once_at_the_first_use() -> None:
    functions = ViewFunctions(segments=nothing)
    loads = []

    def load() -> ViewFunctions:
        loads.append(functions)
        return functions

    view = View(name="toy", summary="", load=load)
    assert loads == []
    assert view.functions is view.functions is functions
    assert loads == [functions]
