"""Test the registry of views: its names, the loading of modules, and views that cannot be registered."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from statecode.errors import ConfigError
from statecode.views import VIEWS, View, ViewFunctions, register, unregister, view_named


def toy(name: str) -> View:
    return View(name=name, summary="", load=lambda: ViewFunctions(segments=lambda trace: []))


@pytest.mark.parametrize("name", VIEWS)
def test_the_functions_agree_with_the_description(name: str) -> None:
    view = view_named(name)
    assert view.name == name
    assert (view.functions.rows is None) == view.is_text
    assert view.version == 1, "a view whose text changed: correct this test"


def test_the_descriptions_load_no_view() -> None:
    script = (
        "import sys; from statecode.views import VIEWS; print([(v.name, v.version, v.summary) for v in VIEWS.values()] "
        "and sorted(name for name in sys.modules if name.startswith('statecode.views.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(loaded) == [f"statecode.views.{name}" for name in ("base", "line_kinds", "registry", "segments")]


@pytest.mark.parametrize("name", ["snoop", "events", "default", "", "a b", "../x", "Toy", "-x"])
def test_a_name_in_use_or_invalid_is_refused(name: str) -> None:
    known = dict(VIEWS)
    with pytest.raises(ValueError, match=f"there is a view '{name}' already|cannot be the name of a view"):
        register(toy(name))
    assert dict(VIEWS) == known


def test_a_view_can_be_added_and_removed() -> None:
    added = toy("toy-view")
    register(added)
    try:
        assert view_named("toy-view") is added
        assert list(VIEWS)[-1] == "toy-view"
    finally:
        unregister("toy-view")
    with pytest.raises(ConfigError, match="unknown view 'toy-view'; known: compact, snoop"):
        unregister("toy-view")
