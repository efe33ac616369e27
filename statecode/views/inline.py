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
from statecode.views.line_runs import Frames, LineRun, is_variable, one_line
from statecode.views.segments import Kind, Segment
from statecode.views.statements import Statements, blocks_of, statements_of
from statecode.views.status_line import ending

_FIRST = 2  # of the times that a line ran, how many are told before the last
_STARTS = frozenset({EventKind.CALL, EventKind.START_GENERATOR})

_Told = list[Segment]  # what is told of one time

ALONG_EVENTS = False  # a text cut in the middle would tell nothing of the run


def segments(trace: Trace) -> Iterator[list[Segment]]:
    """Give the source up to the first comment as head, nothing per event, and the rest as tail."""
    text = list(_text(trace))
    told = next((number for number, segment in enumerate(text) if segment.kind is not Kind.SOURCE), len(text))
    yield text[:told]
    yield from ([] for _ in trace.events)
    yield text[told:]


def _text(trace: Trace) -> Iterator[Segment]:
    source = statements_of(trace.code)
    notes, ran = _notes(trace, source)
    for number in _not_run(source, ran):
        notes.setdefault(number, _Note()).add([Segment("not run", Kind.CONTROL)])
    for number, line in enumerate(source.lines, 1):
        text = line.rstrip("\r\n")
        yield Segment(text, Kind.SOURCE)
        if number in notes:
            yield Segment("  # ", Kind.SYNTAX)
            yield from notes[number].segments()
        yield Segment(line[len(text):], Kind.SOURCE)
    if trace.status is not Status.OK:
        yield Segment("# " if trace.code.endswith(("\n", "\r")) or not trace.code else "\n# ", Kind.SYNTAX)
        yield Segment(f"{ending(trace)}\n", Kind.CONTROL)


class _Note:
    """What is told of the times that a line ran, of many only the first and the last."""

    def __init__(self) -> None:
        self._first: list[_Told] = []
        self._last: _Told | None = None
        self._more = False

    def add(self, told: _Told) -> None:
        """Take in one more time."""
        if len(self._first) < _FIRST:
            self._first.append(told)
        else:
            self._more |= self._last is not None
            self._last = told

    def segments(self) -> Iterator[Segment]:
        """The comment."""
        last = [] if self._last is None else [self._last]
        left_out = [[Segment("...", Kind.SYNTAX)]] if self._more else []
        yield from _separated([*self._first, *left_out, *last], "; ")


def _notes(trace: Trace, source: Statements) -> tuple[dict[int, _Note], set[int]]:
    """The comments by the line behind which they stand, and the lines that ran."""
    notes: dict[int, _Note] = {}
    ran: set[int] = set()
    frames = Frames(trace.code)
    for number, event in enumerate(trace.events):
        run = frames.take(number, event)
        if event.kind is EventKind.LINE:
            ran.add(event.line)
        if told := list(_separated(_told(event, run), ", ")):
            line = source.end_of(run.line if run is not None else event.line)
            notes.setdefault(line, _Note()).add(told)
    return notes, ran


def _told(event: Event, run: LineRun | None) -> Iterator[_Told]:
    if run is not None:
        yield from map(_change, run.changes)
    elif event.kind in _STARTS:
        yield from (_change(change) for change in event.changes if is_variable(*change))
    if event.kind is EventKind.EXCEPTION:
        first_line = (event.detail or "").partition("\n")[0]
        yield [Segment(f"raises {one_line(first_line.removeprefix('!!! '))}", Kind.CONTROL)]
    elif event.kind is EventKind.YIELD and event.value is not None:
        yield [Segment("yields ", Kind.CONTROL), Segment(one_line(event.value), Kind.NEW_VALUE)]
    elif event.kind is EventKind.RETURN and event.value not in (None, "None"):
        yield [Segment("returns ", Kind.CONTROL), Segment(one_line(event.value or ""), Kind.NEW_VALUE)]


def _change(change: Change) -> _Told:
    return [Segment(f"{change.name} = ", Kind.SYNTAX), Segment(one_line(change.value), Kind.NEW_VALUE)]


def _separated(parts: Iterable[_Told], separator: str) -> Iterator[Segment]:
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
