"""Views: texts or rows that are rendered from a trace on request.

    render(trace, name)        the text
    blocks(trace, name)        the same text in blocks of segments: the head, one block per event, the tail
    parse(text, name, code)    the trace, for lossless views; for snoop's text, the parts of the trace that it contains
    rows(trace, name)          dataset rows; a view that is one text has one row
    line_classifier(name)      the function that classifies the lines of a text, for views that have one

Each view is one module or package with some of these functions:

- `segments(trace)` or `rows(trace)`: each view has one of them.
- `render(trace)`: present if there is a faster way than to join the segments.
- `parse(text, code)`: present if texts of the view can be parsed. In a lossless view, the parsed trace has the same
  `content()` as the rendered trace.
- `line_kinds(lines, before)`: present if the view can classify its lines.
- `next_source_line(code, before)`: returns a simple prediction of the next line; models are compared with it. Only
  views with `line_kinds` have it.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any, NamedTuple

from statecode.errors import ConfigError
from statecode.records import Trace
from statecode.views.line_kinds import LineClassifier
from statecode.views.segments import Segment, joined


class View(NamedTuple):
    """The description of a view, available without loading its module."""

    summary: str
    module: str  # name relative to statecode.views
    lossless: bool = False
    is_text: bool = True  # False: the view has rows


VIEWS = {
    "compact": View("the source, then per event its line and its changes; few tokens", "compact", lossless=True),
    "snoop": View("snoop's text, byte for byte except for addresses and interpreter paths", "snoop"),
    "inline": View("the source with the effect of each line as a comment, loops abridged", "inline"),
    "steps": View("rows: variables before and after each executed simple statement", "steps", is_text=False),
    "codeexecutor": View("number and state of each executed line, in the format of CodeExecutor", "codeexecutor"),
    "io": View("code and stdin, then the output", "input_output"),
    "final-state": View("code and stdin, then the module's final variables", "final_state"),
    "full-state": View("after every line all variables of its frame, as on a scratchpad", "full_state", lossless=True),
    "frames": View("calls, lines, returns with JSON locals, in the format of CWM prompts", "frames", lossless=True),
    "code": View("the source alone", "source"),
}
"""The views, by name."""


def render(trace: Trace, name: str) -> str:
    """Return the text of `trace` in the view `name`.

    Raises:
        ConfigError: there is no such view, or it has rows instead of a text.
    """
    module = module_of(name)
    if hasattr(module, "render"):
        return str(module.render(trace))
    return joined(blocks(trace, name))


def blocks(trace: Trace, name: str) -> Iterator[list[Segment]]:
    """Return the text of `trace` in the view `name` as blocks of segments: the head, one block per event, the tail.

    Raises:
        ConfigError: there is no such view, or it has no segments.
    """
    module = module_of(name)
    if not hasattr(module, "segments"):
        raise ConfigError(f"the view {name} has no segments; those that have: {', '.join(_views_with('segments'))}")
    return iter(module.segments(trace))


def parse(text: str, name: str, code: str | None = None) -> Trace:
    """Return the trace from which `text` was rendered in the view `name`.

    Args:
        code: the source of the program. The view snoop requires it, because its text does not contain the source. The
            view compact compares it with the source in the text. The other views ignore it.

    Raises:
        ConfigError: there is no such view, or its texts cannot be parsed.
        TraceParseError: the view does not render this text from any trace; the message contains the number and the
            text of the invalid line.
    """
    module = module_of(name)
    if not hasattr(module, "parse"):
        raise ConfigError(f"the view {name} cannot be parsed; those that can: {', '.join(_views_with('parse'))}")
    trace: Trace = module.parse(text, code)
    return trace


def rows(trace: Trace, name: str) -> list[dict[str, Any]]:
    """Return the rows of `trace` in the view `name`; a view that is one text has one row with the field `text`.

    Raises:
        ConfigError: there is no such view.
    """
    module = module_of(name)
    return list(module.rows(trace)) if hasattr(module, "rows") else [{"text": render(trace, name)}]


def line_classifier(name: str) -> LineClassifier:
    """Return the function with which a view classifies the lines of its texts; see `statecode.views.line_kinds`.

    Raises:
        ConfigError: there is no such view, or it cannot classify its lines; the message lists the views that can.
    """
    module = module_of(name) if name in VIEWS else None
    if not hasattr(module, "line_kinds"):
        reason = f"the view {name} cannot classify its lines" if module else f"unknown view {name!r}"
        raise ConfigError(f"{reason}; those that can classify lines: {', '.join(_views_with('line_kinds'))}")
    classify: LineClassifier = module.line_kinds  # type: ignore[union-attr]
    return classify


def check_view(name: str) -> str:
    """Return `name` if a view has this name.

    Raises:
        ConfigError: there is no such view; the message lists all views.
    """
    if name not in VIEWS:
        raise ConfigError(f"unknown view {name!r}; known: {', '.join(VIEWS)}")
    return name


def lossless_word(name: str) -> str:
    """Return `yes` for a lossless view, `in part` if texts of the view can be parsed with losses, else `no`.

    Raises:
        ConfigError: there is no such view.
    """
    can_be_parsed = hasattr(module_of(name), "parse")
    return "yes" if VIEWS[name].lossless else "in part" if can_be_parsed else "no"


def module_of(name: str) -> ModuleType:
    """Return the module of a view; import it if it is not imported yet.

    Raises:
        ConfigError: there is no such view.
    """
    return importlib.import_module(f"statecode.views.{VIEWS[check_view(name)].module}")


def _views_with(function: str) -> list[str]:
    """Return the names of the views whose modules have a function of this name."""
    return [name for name in VIEWS if hasattr(module_of(name), function)]
