"""Test the registry of views: its names, the loading of modules, and views that cannot be registered."""

from __future__ import annotations

import ast
import subprocess
import sys

import pytest

from statecode.errors import ConfigError
from statecode.views import VIEWS, View, ViewFunctions

VERSIONS = {"compact": 2, "inline": 3, "steps": 2, "codeexecutor": 2, "final-state": 2}


def toy(name: str) -> View:
    return View(name=name, summary="", load=lambda: ViewFunctions(segments=lambda trace: []))


@pytest.mark.parametrize("name", VIEWS)
def test_the_functions_agree_with_the_description(name: str) -> None:
    view = VIEWS.find(name)
    assert view.name == name
    assert (view.functions.rows is None) == view.is_text
    assert view.version == VERSIONS.get(name, 1), "a view whose text changed: correct this test"


def test_the_descriptions_load_no_view() -> None:
    script = (
        "import sys; from statecode.views import VIEWS; print([(v.name, v.version, v.summary) for v in VIEWS.values()] "
        "and sorted(name for name in sys.modules if name.startswith('statecode.views.')))"
    )
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert ast.literal_eval(loaded) == [f"statecode.views.{name}" for name in ("base", "line_kinds", "registry", "segments")]


@pytest.mark.parametrize(
    "name, reason",
    [
        ("snoop", "there is a view 'snoop' already"),
        *((name, "it is reserved for a config of the dataset") for name in ("events", "default")),
        *((name, "use lower-case letters, digits and hyphens") for name in ("", "a b", "../x", "Toy", "-x")),
    ],
)
def test_a_name_in_use_or_invalid_is_refused(name: str, reason: str) -> None:
    known = dict(VIEWS)
    with pytest.raises(ValueError, match=reason):
        VIEWS.register(toy(name))
    assert dict(VIEWS) == known


def test_functions_without_a_description_are_refused() -> None:
    class Named(ViewFunctions):
        name = "named"

    with pytest.raises(ValueError, match="is not a View"):
        VIEWS.register(Named(segments=lambda trace: []))  # type: ignore[arg-type]
    assert "named" not in VIEWS


def test_a_view_can_be_added_and_removed() -> None:
    added = toy("toy-view")
    VIEWS.register(added)
    try:
        assert VIEWS.find("toy-view") is added
        assert list(VIEWS)[-1] == "toy-view"
    finally:
        VIEWS.unregister("toy-view")
    with pytest.raises(ConfigError, match="unknown view 'toy-view'; known: compact, snoop"):
        VIEWS.unregister("toy-view")
