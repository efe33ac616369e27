"""The kinds of lines that texts of views have; a view that can classify its lines has a function `line_kinds`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple


class LineKind(str, Enum):
    """What a line reports; only SOURCE_SEEN lines can be predicted for a program that was not seen before."""

    CHANGE = "change"            # a variable is new or changed: the states proper
    SOURCE_SEEN = "source_seen"  # the line that runs next, its source shown before: control flow
    SOURCE_NEW = "source_new"    # source that is shown for the first time: no reader can know its text
    FLOW = "flow"                # calls, returns, yields, exceptions, comprehensions, how the run ended
    OTHER = "other"              # further lines of a value, input, printed text, and lines that the view never has


class ClassifiedLine(NamedTuple):
    """The kind of a line, with what the line reports about the order in which the program ran."""

    kind: LineKind
    numbers: tuple[int, ...] = ()  # of the source lines that run here, in order
    events: int = 0                # events of the trace that are complete with this line


LineClassifier = Callable[[Sequence[str], Sequence[str]], list[ClassifiedLine]]
"""Classifies lines of a text, given the lines and all lines of the text before them."""
