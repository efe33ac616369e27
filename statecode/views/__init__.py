"""Views: texts made from a trace when they are asked for. One module per view, `render(trace) -> str` in each."""

from __future__ import annotations

import importlib

from statecode.errors import ConfigError
from statecode.records import Trace

VIEWS = {
    "snoop": "snoop's text, byte for byte but for addresses and interpreter paths",
    "code": "the source alone",
}
"""The views by name, each with what it shows."""

_MODULES = {"snoop": "snoop_text", "code": "source"}


def render(trace: Trace, name: str) -> str:
    """Give the text of `trace` in the view `name`.

    Raises:
        ConfigError: there is no such view.
    """
    check_view(name)
    return importlib.import_module(f"statecode.views.{_MODULES[name]}").render(trace)


def check_view(name: str) -> str:
    """Return `name` if it is a view's.

    Raises:
        ConfigError: it is not; the message lists those that are.
    """
    if name not in VIEWS:
        raise ConfigError(f"unknown view {name!r}; known: {', '.join(VIEWS)}")
    return name
