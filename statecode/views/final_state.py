"""The view `final-state`: code and stdin, then the module's variables after the run, and the status.

    [code]
    x = int(input())
    print(x + 1)
    [stdin]
    3
    [variables]
    x = 3
    [end] ok

Each line below `[variables]` contains one variable and its repr, in the order in which the variables were created.
Functions, classes and modules are omitted.
"""

from __future__ import annotations

from collections.abc import Iterator

from statecode.records import Trace
from statecode.views.base import ViewFunctions
from statecode.views.input_output import program_segments, status_segments
from statecode.views.line_runs import escape_line_ends, final_variables
from statecode.views.segments import Kind, Segment


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the head with code and stdin, an empty block per event, and the tail with the variables and the status."""
    yield [*program_segments(trace), Segment("[variables]\n", Kind.SYNTAX)]
    yield from ([] for _ in trace.events)
    yield [*_variables(trace), *status_segments(trace)]


def _variables(trace: Trace) -> Iterator[Segment]:
    for name, value in final_variables(trace).items():
        yield Segment(f"{name} = ", Kind.SYNTAX)
        yield Segment(escape_line_ends(value), Kind.NEW_VALUE)
        yield Segment("\n", Kind.SYNTAX)


FUNCTIONS = ViewFunctions(segments=segments, follows_events=False)  # the tail contains all variables
