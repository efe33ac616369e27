"""What each executed line did to the variables of its frame, for views that tell states instead of events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from statecode.records import Change, Event, EventKind, Trace
from statecode.views.statements import statements_of

_DEFINED = ("<function ", "<class ", "<module ", "<built-in ")
_LINE_ENDS = {ord(end): repr(end)[1:-1] for end in "\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"}
_ENDING = frozenset({EventKind.LINE, EventKind.RETURN, EventKind.EXCEPTION})
_COMPREHENDING = frozenset({EventKind.COMPREHENSION, EventKind.COMPREHENSION_RESULT})

Variables = Mapping[str, str]  # name → repr; never changed once given


class LineRun(NamedTuple):
    """One execution of a line, from the event at which it starts to the frame's next one."""

    first: int            # event at which the line starts
    last: int             # event at which it is known what it did
    line: int             # 1-based
    frame: int
    function: str
    before: Variables     # of the frame, as `variables_of` chooses them
    after: Variables
    changes: tuple[Change, ...]
    ended_by: Event       # event `last`: a LINE, a RETURN or an EXCEPTION of the frame


class FrameVariables:
    """The variables of every frame, event by event."""

    def __init__(self, code: str) -> None:
        self._statements = statements_of(code)
        self._variables: dict[int, dict[str, str]] = {}
        self._begun: dict[int, tuple[int, int, Variables]] = {}  # frame → event, line and variables at a line's start
        self._changed: dict[int, dict[str, str]] = {}            # frame → changes since then
        self._comprehensions: set[int] = set()

    def variables(self, frame: int) -> Variables:
        """What is known of a frame's variables now."""
        return self._variables.get(frame, {})

    def advance(self, number: int, event: Event) -> LineRun | None:
        """Go on by event `number`; gives the line that it ends, if it ends one.

        Comprehensions are left out: from Python 3.12 on they have no frame of their own, and what they did is what
        their statement did.
        """
        frame = event.frame
        if event.kind in _COMPREHENDING or frame in self._comprehensions:
            self._comprehensions.add(frame)
            return None
        run = self._finished_run(number, event)
        if event.kind is EventKind.LINE:
            self._begun[frame] = number, event.line, self.variables(frame)
            self._changed[frame] = {}
        return run

    def _finished_run(self, number: int, event: Event) -> LineRun | None:
        frame = event.frame
        begun = self._begun.get(frame)
        changes = self._new_changes(event, begun[1] if begun else 0)
        deleted = self._deleted(event, begun[1] if begun else 0)
        if changes or deleted:
            variables = {**self.variables(frame), **changes}
            self._variables[frame] = {name: value for name, value in variables.items() if name not in deleted}
        if begun is None:
            return None
        self._changed[frame].update(changes)
        if event.kind not in _ENDING:
            return None
        first, line, before = self._begun.pop(frame)
        changed = tuple(Change(name, value) for name, value in self._changed[frame].items())
        return LineRun(first, number, line, frame, event.function, before, self.variables(frame), changed, event)

    def _new_changes(self, event: Event, line: int) -> dict[str, str]:
        """The event's changes, but for what was known: snoop tells all variables again where a generator goes on."""
        known = self.variables(event.frame)
        temporary = self._statements.temporary.get(line, ())
        return {
            name: value for name, value in event.changes
            if known.get(name) != value and name not in temporary and is_variable(name, value)
        }

    def _deleted(self, event: Event, line: int) -> set[str]:
        """What is no variable any more: deleted, or a definition now."""
        done = event.kind in _ENDING and event.kind is not EventKind.EXCEPTION
        deleted = set(self._statements.deleted.get(line, ())) if done else set()
        return deleted.union(name for name, value in event.changes if value.startswith(_DEFINED))


def line_runs(trace: Trace) -> Iterator[LineRun]:
    """Give the lines that ran to their end, in the order in which they ended: a call after what it called.

    A line that was under way when the record ended is left out, since nobody knows what it did.
    """
    frame_variables = FrameVariables(trace.code)
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        if run is not None:
            yield run


def final_variables(trace: Trace) -> Variables:
    """The variables of the module when the record ends."""
    frame_variables = FrameVariables(trace.code)
    module = None
    for number, event in enumerate(trace.events):
        if module is None and event.function == "<module>":
            module = event.frame
        frame_variables.advance(number, event)
    return {} if module is None else frame_variables.variables(module)


def escape_line_ends(text: str) -> str:
    """The text with its line ends escaped."""
    return text.translate(_LINE_ENDS)


def is_variable(name: str, value: str) -> bool:
    """Whether a view of states shows it: no watched expression, no name with two underscores, no definition."""
    return name.isidentifier() and not name.startswith("__") and not value.startswith(_DEFINED)
