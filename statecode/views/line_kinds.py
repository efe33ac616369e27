"""The kinds of lines in the texts of views; a view that can classify its lines has a function `line_kinds`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple


class LineKind(str, Enum):
    """The kind of a line.

    Among the source lines of a program that a model has not seen, only SOURCE_SEEN lines can be predicted exactly: the
    text before them contains the same source line.
    """

    CHANGE = "change"            # a variable that is new or has changed
    SOURCE_SEEN = "source_seen"  # the line that runs next, already shown before: control flow
    SOURCE_NEW = "source_new"    # a line of the source that is shown for the first time: its text cannot be predicted
    FLOW = "flow"                # calls, returns, yields, exceptions, comprehensions, the end of the run
    OTHER = "other"              # further lines of a value, input, printed text, and lines that the view never writes


class ClassifiedLine(NamedTuple):
    """The kind of a line, and the control flow that the line reports."""

    kind: LineKind
    numbers: tuple[int, ...] = ()  # numbers of the source lines that run according to this line of the text, in order
    events: int = 0                # number of events whose text ends on this line


LineClassifier = Callable[[Sequence[str], Sequence[str]], list[ClassifiedLine]]
"""A function that returns one `ClassifiedLine` per line.

Its arguments are the lines to classify, and all lines of the text before these.
"""
