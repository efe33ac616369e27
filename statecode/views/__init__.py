"""Views: texts or rows that are rendered from a trace on request.

    render(trace, name)        the text
    blocks(trace, name)        the same text in blocks of segments: the head, one block per event, the tail
    parse(text, name, code)    the trace, for lossless views; for snoop's text, the parts of the trace that it contains
    rows(trace, name)          dataset rows; a view that is one text has one row
    line_classifier(name)      the function that classifies the lines of a text, for views that have one
    VIEWS                      all views by name, with their versions; VIEWS.register(view) adds one

A text of more than MAX_CHARACTERS characters is an error, unless the caller sets another limit: a view that writes
whole states has up to events × variables values.

Each view is one module or package whose FUNCTIONS are its functions (`ViewFunctions`), and an entry in `registry`:

- `segments(trace)` or `rows(trace)`: each view has one of them. The segments of a view with `follows_events=False` are
  not in the order of the events. A view with rows has `fields` too, the names and types of the values of a row.
- `render(trace)`: present if there is a faster way than to join the segments.
- `parse(text, code)`: present if texts of the view can be parsed. In a lossless view, the parsed trace has the same
  `content()` as the rendered trace.
- `read_events(text)`: present if a part of a text can be read: the events before the first line that is not valid. A
  view with `parse` alone reads such a text as no events. See `partial_texts`.
- `windows(trace, budget, count_tokens)`: present if the view divides long texts into windows with the state at the cut.
- `window_context(trace, event, budget, count_tokens)`: present if it can write the start of the window at any event.
- `line_kinds(lines, before)`: present if the view can classify its lines.
- `next_source_line(code, before)`: returns a simple prediction of the next line; models are compared with it. Only
  views with `line_kinds` have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from statecode.errors import ConfigError, TextLengthError
from statecode.records import Trace
from statecode.views.base import View, ViewFunctions
from statecode.views.line_kinds import LineClassifier
from statecode.views.registry import VIEWS
from statecode.views.segments import MAX_CHARACTERS, Segment, joined_block

__all__ = [
    "MAX_CHARACTERS", "VIEWS", "View", "ViewFunctions", "blocks", "check_view", "line_classifier", "lossless_word",
    "parse", "render", "rows",
]

_Part = TypeVar("_Part", str, list[Segment])  # of a text


def render(trace: Trace, name: str, max_characters: float | None = None) -> str:
    """Return the text of `trace` in the view `name`.

    Args:
        max_characters: limit on the length of the text; None for MAX_CHARACTERS, `math.inf` for no limit.

    Raises:
        ConfigError: there is no such view, or it has rows instead of a text.
        TextLengthError: the text is longer than the limit.
    """
    whole = VIEWS.find(name).functions.render
    texts = iter([whole(trace)]) if whole else map(joined_block, _segments(trace, name))
    return "".join(_limited(texts, len, name, max_characters))


def blocks(trace: Trace, name: str, max_characters: float | None = None) -> Iterator[list[Segment]]:
    """Return the text of `trace` in the view `name` as blocks of segments: the head, one block per event, the tail.

    Args:
        max_characters: as in `render`. The error is raised at the first block that exceeds the limit.

    Raises:
        ConfigError: there is no such view, or it has no segments.
    """
    return _limited(_segments(trace, name), _characters_of, name, max_characters)


def _segments(trace: Trace, name: str) -> Iterator[list[Segment]]:
    segments = VIEWS.find(name).functions.segments
    if segments is None:
        raise ConfigError(f"the view {name} has no segments; those that have: {_views_with('segments')}")
    return iter(segments(trace))


def _characters_of(block: list[Segment]) -> int:
    return sum(len(segment.text) for segment in block)


def _limited(
    parts: Iterator[_Part], length: Callable[[_Part], int], name: str, max_characters: float | None
) -> Iterator[_Part]:
    """Yield the parts of a text until their length exceeds the limit.

    Raises:
        TextLengthError: the text is longer than the limit.
    """
    limit = MAX_CHARACTERS if max_characters is None else max_characters
    characters = 0
    for part in parts:
        characters += length(part)
        if characters > limit:
            raise TextLengthError(
                f"the text has more than {limit:,} characters in the view {name}; compact is the shortest view of a run"
            )
        yield part


def parse(text: str, name: str, code: str | None = None) -> Trace:
    """Return the trace from which `text` was rendered in the view `name`.

    Args:
        text: the text; a newline that a command printed after it is ignored.
        code: the source of the program. The view snoop requires it, because its text does not contain the source. The
            view compact compares it with the source in the text. The other views ignore it.

    Raises:
        ConfigError: there is no such view, or its texts cannot be parsed.
        TraceParseError: the view does not render this text from any trace; the message contains the number and the
            text of the invalid line.
    """
    read = VIEWS.find(name).functions.parse
    if read is None:
        raise ConfigError(f"the view {name} cannot be parsed; those that can: {_views_with('parse')}")
    return read(text, code)


def rows(trace: Trace, name: str) -> list[dict[str, Any]]:
    """Return the rows of `trace` in the view `name`; a view that is one text has one row with the field `text`.

    Raises:
        ConfigError: there is no such view.
        TextLengthError: the text has more than MAX_CHARACTERS characters.
    """
    functions = VIEWS.find(name).functions
    return [{"text": render(trace, name)}] if functions.rows is None else list(functions.rows(trace))


def line_classifier(name: str) -> LineClassifier:
    """Return the function with which a view classifies the lines of its texts; see `statecode.views.line_kinds`.

    Raises:
        ConfigError: there is no such view, or it cannot classify its lines; the message lists the views that can.
    """
    classify = VIEWS[name].functions.line_kinds if name in VIEWS else None
    if classify is None:
        reason = f"the view {name} cannot classify its lines" if name in VIEWS else f"unknown view {name!r}"
        raise ConfigError(f"{reason}; those that can classify lines: {_views_with('line_kinds')}")
    return classify


def check_view(name: str) -> str:
    """Return `name` if a view has this name.

    Raises:
        ConfigError: there is no such view; the message lists all views.
    """
    return VIEWS.find(name).name


def lossless_word(name: str) -> str:
    """Return `yes` for a lossless view, `in part` if texts of the view can be parsed with losses, else `no`.

    Raises:
        ConfigError: there is no such view, or it cannot be loaded.
    """
    view = VIEWS.find(name)
    can_be_parsed = view.functions.parse is not None
    return "yes" if view.lossless else "in part" if can_be_parsed else "no"


def _views_with(function: str) -> str:
    """Return the names of the views that have this function of `ViewFunctions`, separated by commas."""
    return ", ".join(name for name, view in VIEWS.items() if _has(view, function))


def _has(view: View, function: str) -> bool:
    """Return True if the view has this function; False if the view cannot be loaded."""
    try:
        return getattr(view.functions, function) is not None
    except ConfigError:
        return False
