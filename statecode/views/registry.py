"""The registry of views: descriptions by name. The module of a view is imported when its functions are first used."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

from statecode.registry import Registry
from statecode.views.base import View, ViewFunctions

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_RESERVED = frozenset({"default", "events"})  # configs of the dataset, which share the names of the views


def _check(view: View) -> None:
    """Raise ValueError if the object is not a `View`, or if its name is not valid."""
    if not isinstance(view, View):
        raise ValueError(f"{view!r} is not a View, which describes a view and loads its functions")
    if view.name in _RESERVED:
        raise ValueError(f"{view.name!r} cannot be the name of a view: it is reserved for a config of the dataset")
    if not _NAME.fullmatch(view.name):
        raise ValueError(f"{view.name!r} cannot be the name of a view: use lower-case letters, digits and hyphens")


def _from_module(name: str) -> Callable[[], ViewFunctions]:
    """Return a function that imports the module `statecode.views.NAME` and returns its FUNCTIONS."""
    def load() -> ViewFunctions:
        functions: ViewFunctions = importlib.import_module(f"statecode.views.{name}").FUNCTIONS
        return functions

    return load


VIEWS: Registry[View] = Registry(
    "view",
    (
        View(
            name="compact", load=_from_module("compact"), lossless=True, version=2,
            summary="the source, then per event its line and its changes; few tokens",
        ),
        View(
            name="snoop", load=_from_module("snoop"),
            summary="snoop's text, byte for byte except for addresses and interpreter paths",
        ),
        View(
            name="inline", load=_from_module("inline"), version=3,
            summary="the source with the effect of each line as a comment, loops abridged",
        ),
        View(
            name="steps", load=_from_module("steps"), is_text=False, version=2,
            summary="rows: variables before and after each executed simple statement",
        ),
        View(
            name="codeexecutor", load=_from_module("codeexecutor"), version=2,
            summary="number and state of each executed line, in the format of CodeExecutor",
        ),
        View(name="io", load=_from_module("input_output"), summary="code and stdin, then the output"),
        View(
            name="final-state", load=_from_module("final_state"), version=2,
            summary="code and stdin, then the module's final variables",
        ),
        View(
            name="full-state", load=_from_module("full_state"), lossless=True,
            summary="after every line all variables of its frame, as on a scratchpad",
        ),
        View(
            name="frames", load=_from_module("frames"), lossless=True,
            summary="calls, lines, returns with JSON locals, in the format of CWM prompts",
        ),
        View(name="code", load=_from_module("source"), summary="the source alone"),
    ),
    check=_check,
)
"""The views by name. Processes that this process starts have the views that it registers only if they are forked."""
