"""The view `inline`: the source with the effect of each line as a comment, for reading and program repair.

    for n in numbers:  # n = 3; n = 4; ...; n = 8
        total += n  # total = 3; total = 7; ...; total = 15

The comment of a line contains the effect of each execution: the variables that the line changed, and the value that it
returned or yielded, or the exception that it raised. If there are more than three executions, the comment contains the
first two and the last one. The comment of a `def` contains the arguments of the function's calls. The comment `not run`
marks the first line of each block that never ran, if the recorder watched it (`watched.py`). If the status is not ok, a
last comment contains the status.
"""

from __future__ import annotations

import ast
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import chain

from statecode.change_rows import STARTS, definition_line
from statecode.records import Change, Event, EventKind, Status, Trace
from statecode.views.base import ViewFunctions
from statecode.views.line_runs import FrameVariables, LineRun, escape_line_ends, is_variable
from statecode.views.segments import Kind, Segment
from statecode.views.statements import Statements, blocks_of, statements_of
from statecode.views.status_line import status_line
from statecode.views.watched import is_definition, watched_blocks

_FIRST_RUNS = 2  # executions of a line shown before the last one

_Fragment = list[Segment]  # one effect of an execution of a line, or all its effects


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Yield the source up to the first comment as the head, an empty block per event, and the rest as the tail."""
    text = list(_text(trace))
    first_comment = next((number for number, segment in enumerate(text) if segment.kind is not Kind.SOURCE), len(text))
    yield text[:first_comment]
    yield from ([] for _ in trace.events)
    yield text[first_comment:]


def _text(trace: Trace) -> Iterator[Segment]:
    source = statements_of(trace.code)
    comments, ran = _comments(trace, source)
    for number in _not_run(trace, source, ran):
        comments.setdefault(number, _Comment()).add([Segment("not run", Kind.CONTROL)])
    for number, line in enumerate(source.lines, 1):
        text = line.rstrip("\r\n")
        yield Segment(text, Kind.SOURCE)
        if number in comments:
            yield Segment("  # ", Kind.SYNTAX)
            yield from comments[number].segments()
        yield Segment(line[len(text):], Kind.SOURCE)
    if trace.status is not Status.OK:
        yield Segment("# " if trace.code.endswith(("\n", "\r")) or not trace.code else "\n# ", Kind.SYNTAX)
        yield Segment(f"{status_line(trace)}\n", Kind.CONTROL)


class _Comment:
    """The comment of a line: the effects of its first executions and of its last one."""

    def __init__(self) -> None:
        self._first: list[_Fragment] = []
        self._last: _Fragment | None = None
        self._has_omitted = False

    def add(self, run: _Fragment) -> None:
        """Add the effect of one execution of the line."""
        if len(self._first) < _FIRST_RUNS:
            self._first.append(run)
        else:
            self._has_omitted |= self._last is not None
            self._last = run

    def segments(self) -> Iterator[Segment]:
        """Yield the segments of the comment."""
        last = [] if self._last is None else [self._last]
        omitted = [[Segment("...", Kind.SYNTAX)]] if self._has_omitted else []
        yield from _separated([*self._first, *omitted, *last], "; ")


def _comments(trace: Trace, source: Statements) -> tuple[dict[int, _Comment], set[int]]:
    """Return the comments and the numbers of the lines that ran.

    The key of a comment is the number of the line to which the comment is appended.
    """
    comments: dict[int, _Comment] = {}
    ran: set[int] = set()
    started: set[int] = set()  # frames; a coroutine that resumes has another CALL event
    frame_variables = FrameVariables(trace)
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        if event.kind is EventKind.LINE:
            ran.add(event.line)
        is_start = event.kind in STARTS and event.frame not in started
        started.add(event.frame)
        if fragments := list(_separated(_event_fragments(event, run, is_start), ", ")):
            line = definition_line(source.lines, event.from_line) if is_start else event.line
            comments.setdefault(source.end_of(line if run is None else run.line), _Comment()).add(fragments)
    return comments, ran


def _event_fragments(event: Event, run: LineRun | None, is_start: bool) -> Iterator[_Fragment]:
    """Yield the effects that an event adds to a comment.

    Args:
        run: the execution of a line that ends at the event, or None.
        is_start: True if the event is the first one of its frame.
    """
    if run is not None:
        yield from map(_change_fragment, run.changes)
    elif is_start:
        yield from (_change_fragment(change) for change in event.changes if is_variable(*change))
    if event.kind is EventKind.EXCEPTION:
        first_line = (event.detail or "").partition("\n")[0]
        yield [Segment(f"raises {escape_line_ends(first_line.removeprefix('!!! '))}", Kind.CONTROL)]
    elif event.kind is EventKind.YIELD and event.value is not None:
        yield [Segment("yields ", Kind.CONTROL), Segment(escape_line_ends(event.value), Kind.NEW_VALUE)]
    elif event.kind is EventKind.RETURN and event.value not in (None, "None"):
        yield [Segment("returns ", Kind.CONTROL), Segment(escape_line_ends(event.value or ""), Kind.NEW_VALUE)]


def _change_fragment(change: Change) -> _Fragment:
    return [Segment(f"{change.name} = ", Kind.SYNTAX), Segment(escape_line_ends(change.value), Kind.NEW_VALUE)]


def _separated(parts: Iterable[_Fragment], separator: str) -> Iterator[Segment]:
    for number, part in enumerate(parts):
        if number:
            yield Segment(separator, Kind.SYNTAX)
        yield from part


def _not_run(trace: Trace, source: Statements, ran: set[int]) -> set[int]:
    """Return the numbers of the lines that get the comment `not run`, for each outermost watched block that never ran.

    A block on the line of its head and a block without a runtime effect are skipped. If no line ran, the set is empty.
    """
    if source.tree is None or not ran:
        return set()
    found, lines = set(), sorted(ran)
    watched = list(watched_blocks(trace, source.tree))
    is_whole = any(block is source.tree.body for block in watched)
    pending = list(chain.from_iterable(watched))
    while pending:
        node = pending.pop()
        if is_definition(node) and not is_whole:
            continue
        for head_line, block in blocks_of(node):
            first, last = block[0].lineno, block[-1].end_lineno or block[-1].lineno
            if bisect_left(lines, first) < bisect_right(lines, last):
                pending.extend(block)
            elif first > head_line and any(map(_has_effect, block)):
                found.add(source.end_of(first))
    return found


def _has_effect(node: ast.stmt) -> bool:
    """Return False for statements without a runtime effect: constants such as docstrings, and declarations."""
    is_constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not is_constant and not isinstance(node, (ast.Global, ast.Nonlocal))


# the text is in the order of the source lines, with all executions of a line in one comment
FUNCTIONS = ViewFunctions(segments=segments, follows_events=False)
