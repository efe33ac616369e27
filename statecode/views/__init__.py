"""Views: texts made from a trace when they are asked for.

    render(trace, name)        the text
    blocks(trace, name)        the same text in pieces: head, one block per event, tail; see `pieces`
    parse(text, name, code)    the trace again, for views that tell everything
    rows(trace, name)          dataset rows, for views that are not one text
    line_classifier(name)      the function that classifies the lines of a text, for views that have one

One module per view. Each has `pieces(trace)` or `rows(trace)`, `render(trace)` where it knows a faster way than
joining the pieces, and `parse(text, code)` where it is lossless: what is parsed has the `content()` that was rendered.
A view that can classify its lines has `line_kinds(lines, before)`, and may have `next_source_line(code, before)`, a
naive prediction of the next line that models are compared with.
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
    """What there is to know of a view before its module is loaded."""

    summary: str
    module: str
    lossless: bool = False
    is_text: bool = True  # False: it has rows


VIEWS = {
    "compact": View("the source, then per event its line and what changed; few tokens", "compact", lossless=True),
    "snoop": View("snoop's text, byte for byte but for addresses and interpreter paths", "snoop"),
    "inline": View("the source with what each line did as comments, loops abridged", "inline"),
    "steps": View("rows: variables before and after each executed simple statement", "steps", is_text=False),
    "codeexecutor": View("each executed line's number and whole state, as CodeExecutor was trained", "codeexecutor"),
    "io": View("code and stdin, then what the program printed", "input_output"),
    "final-state": View("code and stdin, then the module's final variables", "final_state"),
    "full-state": View("after every line all variables of its frame, as on a scratchpad", "full_state", lossless=True),
    "frames": View("calls, lines, returns with JSON locals, as Code World Model prompts", "frames", lossless=True),
    "code": View("the source alone", "source"),
}
"""The views by name."""


def render(trace: Trace, name: str) -> str:
    """Give the text of `trace` in the view `name`.

    Raises:
        ConfigError: there is no such view, or it has rows.
    """
    module = module_of(name)
    if hasattr(module, "render"):
        return str(module.render(trace))
    return joined(blocks(trace, name))


def blocks(trace: Trace, name: str) -> Iterator[list[Segment]]:
    """Give the text of a view in pieces: the head, one block per event, the tail.

    Raises:
        ConfigError: there is no such view, or it does not know its pieces.
    """
    module = module_of(name)
    if not hasattr(module, "segments"):
        raise ConfigError(f"the view {name} has no segments; those that have: {', '.join(_with('segments'))}")
    return iter(module.segments(trace))


def parse(text: str, name: str, code: str | None = None) -> Trace:
    """Read a text of a lossless view; `code` is needed by views that do not hold the source.

    Raises:
        ConfigError: there is no such view, or it does not tell everything.
        TraceParseError: this is no text that the view renders; the message has the line's number and text.
    """
    module = module_of(name)
    if not hasattr(module, "parse"):
        raise ConfigError(f"the view {name} cannot be parsed; those that can: {', '.join(_with('parse'))}")
    trace: Trace = module.parse(text, code)
    return trace


def rows(trace: Trace, name: str) -> list[dict[str, Any]]:
    """Give the rows of a view; a view that is one text has one row with the field `text`.

    Raises:
        ConfigError: there is no such view.
    """
    module = module_of(name)
    return list(module.rows(trace)) if hasattr(module, "rows") else [{"text": render(trace, name)}]


def line_classifier(name: str) -> LineClassifier:
    """Return the function of a view that classifies the lines of its texts; see `line_kinds`.

    Raises:
        ConfigError: there is no such view, or it cannot classify its lines; the message lists those that can.
    """
    module = module_of(name) if name in VIEWS else None
    if not hasattr(module, "line_kinds"):
        which = f"the view {name} cannot classify its lines" if module else f"unknown view {name!r}"
        raise ConfigError(f"{which}; those that can classify lines: {', '.join(_with('line_kinds'))}")
    classify: LineClassifier = module.line_kinds  # type: ignore[union-attr]
    return classify


def check_view(name: str) -> str:
    """Return `name` if it is a view's.

    Raises:
        ConfigError: it is not; the message lists those that are.
    """
    if name not in VIEWS:
        raise ConfigError(f"unknown view {name!r}; known: {', '.join(VIEWS)}")
    return name


def lossless_word(name: str) -> str:
    """What a table says of a view: `yes`, `in part` where its text can be read but does not tell everything, or `no`.

    Raises:
        ConfigError: there is no such view.
    """
    can_be_read = hasattr(module_of(name), "parse")
    return "yes" if VIEWS[name].lossless else "in part" if can_be_read else "no"


def module_of(name: str) -> ModuleType:
    """Load a view's module.

    Raises:
        ConfigError: there is no such view.
    """
    return importlib.import_module(f"statecode.views.{VIEWS[check_view(name)].module}")


def _with(function: str) -> list[str]:
    return [name for name in VIEWS if hasattr(module_of(name), function)]
