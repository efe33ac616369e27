"""The classes that define a view: its description, and the functions that render and read its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from statecode.errors import ConfigError, one_line
from statecode.records import Trace
from statecode.views.line_kinds import LineClassifier
from statecode.views.segments import Segment

if TYPE_CHECKING:
    from statecode.views.windows import Window

FIELD_TYPES = (str, int, bool, float)  # the types that a field of a row can have


@dataclass(frozen=True, kw_only=True)
class ViewFunctions:
    """The functions of a view. A view has either `segments` or `rows`; a function that it does not have is None."""

    segments: Callable[[Trace], Iterable[list[Segment]]] | None = None  # the head, one block per event, the tail
    follows_events: bool = True  # False: the segments are not in the order of the events
    render: Callable[[Trace], str] | None = None  # a faster way than to join the segments
    rows: Callable[[Trace], Iterable[dict[str, Any]]] | None = None
    fields: Mapping[str, type] = field(default_factory=dict)  # the fields of a row and their types
    parse: Callable[[str, str | None], Trace] | None = None  # receives the text and, if known, the program's source
    read_events: Callable[[str], Trace] | None = None  # the events before the first line that is not valid
    windows: Callable[[Trace, int, Callable[[str], int]], Iterator[Window]] | None = None  # see `views.windows`
    window_context: Callable[[Trace, int, int, Callable[[str], int]], list[Segment]] | None = None  # `WindowFormat`
    line_kinds: LineClassifier | None = None
    next_source_line: Callable[[str, Sequence[str]], str] | None = None  # a baseline that models are compared with

    def __post_init__(self) -> None:
        """Raise ValueError if the functions do not belong together."""
        if (self.segments is None) == (self.rows is None):
            raise ValueError("a view has either segments or rows")
        if (self.rows is None) != (not self.fields):
            raise ValueError("a view with rows needs their fields; a view with segments has none")
        if self.segments is None and (self.render or self.parse or self.read_events or self.line_kinds
                                      or self.windows):
            raise ValueError("a view with rows has no text: it cannot have render, parse, line_kinds or windows")
        if self.window_context and not self.windows:
            raise ValueError("window_context returns the start of a window: a view needs windows too")
        if self.read_events and not self.parse:
            raise ValueError("read_events reads a part of a text that parse reads: a view needs parse too")
        unknown = [name for name, kind in self.fields.items() if kind not in FIELD_TYPES]
        if unknown:
            raise ValueError(f"fields with types other than str, int, bool and float: {', '.join(unknown)}")
        if self.next_source_line and not self.line_kinds:
            raise ValueError("next_source_line needs line_kinds, which classifies the predicted lines")


@dataclass(frozen=True, kw_only=True)
class View:
    """The description of a view, available without loading its functions."""

    name: str
    summary: str  # one line for lists of views
    load: Callable[[], ViewFunctions]  # called at the first use
    version: int = 1  # increased by one if the text or the rows of any trace change
    lossless: bool = False  # the trace that `parse` returns has the same content() as the rendered trace
    is_text: bool = True  # False: the view has rows

    @cached_property
    def functions(self) -> ViewFunctions:
        """The functions of the view; loaded at the first access.

        Raises:
            ConfigError: `load` has raised an error, or the functions contradict the description.
        """
        try:
            functions = self.load()
        except Exception as error:  # the view may be code from outside of the package
            raise ConfigError(f"the view {self.name} cannot be loaded: {one_line(error)}") from error
        if self.is_text != (functions.segments is not None):
            needed = "segments" if self.is_text else "rows"
            raise ConfigError(f"the view {self.name} cannot be loaded: it needs {needed}, see is_text")
        if self.lossless and functions.parse is None:
            raise ConfigError(f"the view {self.name} cannot be loaded: it is lossless and needs parse")
        return functions
