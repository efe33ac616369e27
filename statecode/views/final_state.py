"""The view `final-state`: code and stdin, then the module's variables when the run had ended, and how it ended.

    [code]
    x = int(input())
    print(x + 1)
    [stdin]
    3
    [variables]
    x = 3
    [end] ok

Variables stand in the order in which they were made, as reprs, one per line; functions, classes and modules are none.
"""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.input_output import program_segments, status_segments
from statecode.views.line_runs import escape_line_ends, final_variables
from statecode.views.segments import Kind, Segment

FOLLOWS_EVENTS = False  # the variables stand at the end


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Give code and stdin, nothing per event, and the variables with the ending."""
    yield [*program_segments(trace), Segment("[variables]\n", Kind.SYNTAX)]
    yield from ([] for _ in trace.events)
    yield [*_variables(trace), *status_segments(trace)]


def _variables(trace: Trace) -> Iterator[Segment]:
    for name, value in final_variables(trace).items():
        yield Segment(f"{name} = ", Kind.SYNTAX)
        yield Segment(escape_line_ends(value), Kind.NEW_VALUE)
        yield Segment("\n", Kind.SYNTAX)
