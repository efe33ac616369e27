"""The view `inline`: the source with what happened as comments, for reading and repair.

    for n in numbers:  # n = 3; n = 4; ...; n = 8
        total += n  # total = 3; total = 7; ...; total = 15

A comment tells, for each time that the line ran, what it changed, returned, yielded or raised: all of up to three
times, else the first two and the last. Behind a `def` stand the arguments of its calls; `not run` marks the first line
of each block that never ran. Where the run did not end well, a last comment says how.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from statecode.records import Change, Event, EventKind, Status, Trace
from statecode.views.line_runs import FrameVariables, LineRun, escape_line_ends, is_variable
from statecode.views.segments import Kind, Segment
from statecode.views.statements import Statements, blocks_of, statements_of
from statecode.views.status_line import status_line

_FIRST_RUNS = 2  # of the times that a line ran, how many are told before the last
_STARTS = frozenset({EventKind.CALL, EventKind.START_GENERATOR})

_Fragment = list[Segment]  # what is told of one time

FOLLOWS_EVENTS = False  # a text cut in the middle would tell nothing of the run


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Give the source up to the first comment as head, nothing per event, and the rest as tail."""
    text = list(_text(trace))
    fragments = next((number for number, segment in enumerate(text) if segment.kind is not Kind.SOURCE), len(text))
    yield text[:fragments]
    yield from ([] for _ in trace.events)
    yield text[fragments:]


def _text(trace: Trace) -> Iterator[Segment]:
    source = statements_of(trace.code)
    comments, ran = _comments(trace, source)
    for number in _not_run(source, ran):
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
    """What is told of the times that a line ran, of many only the first and the last."""

    def __init__(self) -> None:
        self._first: list[_Fragment] = []
        self._last: _Fragment | None = None
        self._more = False

    def add(self, fragments: _Fragment) -> None:
        """Take in one more time."""
        if len(self._first) < _FIRST_RUNS:
            self._first.append(fragments)
        else:
            self._more |= self._last is not None
            self._last = fragments

    def segments(self) -> Iterator[Segment]:
        """The comment."""
        last = [] if self._last is None else [self._last]
        left_out = [[Segment("...", Kind.SYNTAX)]] if self._more else []
        yield from _separated([*self._first, *left_out, *last], "; ")


def _comments(trace: Trace, source: Statements) -> tuple[dict[int, _Comment], set[int]]:
    """The comments by the line behind which they stand, and the lines that ran."""
    comments: dict[int, _Comment] = {}
    ran: set[int] = set()
    frame_variables = FrameVariables(trace.code)
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        if event.kind is EventKind.LINE:
            ran.add(event.line)
        if fragments := list(_separated(_event_fragments(event, run), ", ")):
            line = source.end_of(run.line if run is not None else event.line)
            comments.setdefault(line, _Comment()).add(fragments)
    return comments, ran


def _event_fragments(event: Event, run: LineRun | None) -> Iterator[_Fragment]:
    if run is not None:
        yield from map(_change_fragment, run.changes)
    elif event.kind in _STARTS:
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


def _not_run(source: Statements, ran: set[int]) -> Iterator[int]:
    """Where to say of a block that it never ran: behind its first line, not inside another such block."""
    pending: list[ast.stmt] = list(source.tree.body) if source.tree is not None and ran else []
    while pending:
        for head_line, block in blocks_of(pending.pop()):
            first, last = block[0].lineno, block[-1].end_lineno or block[-1].lineno
            if not ran.isdisjoint(range(first, last + 1)):
                pending.extend(block)
            elif first > head_line and any(map(_can_be_seen, block)):
                yield source.end_of(first)


def _can_be_seen(node: ast.stmt) -> bool:
    """Whether running it is told at all: a text in its place, or a declaration, leaves nothing to run."""
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return not is_text and not isinstance(node, (ast.Global, ast.Nonlocal))
