"""The view `codeexecutor`: the numbered source, then for each executed line the complete state of its frame.

    <0> x = 1
    <1> print(x)
    <line> <0> <state> x : 1 </state>
    <output> 1
    <line> <1> <state> x : 1 </state>

Lines are counted from 0. A line is written when its execution has ended. So a line that calls a function comes after
the lines of this function. Values are reprs. Line ends in values and in the output are escaped. The state contains no
functions, classes or modules.

Source of the format: Liu et al. 2023, Code Execution with Pre-trained Language Models (CodeExecutor). The original
format divides the source and the values into tokens, and omits the quotes of strings.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from statecode.records import Trace
from statecode.views.base import ViewFunctions
from statecode.views.line_runs import FrameVariables, LineRun, Variables, escape_line_ends
from statecode.views.segments import Kind, Segment
from statecode.views.statements import statements_of


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the source as the head, one block per event, and the rest of stdout as the tail.

    The block of an event contains the text printed before the event, then the line whose execution ends at the event.
    """
    yield list(_source(trace.code))
    frame_variables = FrameVariables(trace)
    shown: dict[int, Variables] = {}
    printed = 0
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        block = _output(trace.stdout[printed:event.stdout_end])
        printed = max(printed, event.stdout_end)
        if run is not None:
            block += _line(run, shown.get(run.frame, {}))
            shown[run.frame] = run.after
        yield block
    yield _output(trace.stdout[printed:])


def _source(code: str) -> Iterator[Segment]:
    for number, line in enumerate(statements_of(code).lines):
        yield Segment(f"<{number}>", Kind.LINE_NUMBER)
        yield Segment(" ", Kind.SYNTAX)
        yield Segment(line.rstrip("\r\n") + "\n", Kind.SOURCE)


def _output(text: str) -> list[Segment]:
    if not text:
        return []
    return [Segment("<output> ", Kind.SYNTAX), Segment(escape_line_ends(text.removesuffix("\n")), Kind.STDOUT), _END]


def _line(run: LineRun, shown: Variables) -> list[Segment]:
    number_of_line = Segment(f"<{run.line - 1}>", Kind.LINE_NUMBER)
    block = [Segment("<line> ", Kind.SYNTAX), number_of_line, Segment(" <state>", Kind.SYNTAX)]
    separator = ""
    for name, value in run.after.items():
        kind = Kind.COPIED_VALUE if shown.get(name) == value else Kind.NEW_VALUE
        block += _variable(separator, name, value, kind)
        separator = " <dictsep>"
    return [*block, Segment(" </state>\n", Kind.SYNTAX)]


@lru_cache(maxsize=4096)  # most variables are repeated at many events
def _variable(separator: str, name: str, value: str, kind: Kind) -> tuple[Segment, Segment]:
    return Segment(f"{separator} {name} : ", Kind.SYNTAX), Segment(escape_line_ends(value), kind)


_END = Segment("\n", Kind.SYNTAX)


FUNCTIONS = ViewFunctions(segments=segments)
