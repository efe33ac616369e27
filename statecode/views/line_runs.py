"""The effect of each executed line on the variables of its frame, for views that show states instead of events."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from statecode.records import Change, Event, EventKind, Trace
from statecode.views.statements import statements_of

_DEFINED = ("<function ", "<class ", "<module ", "<built-in ")
_LINE_END = re.compile("[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ENDING = frozenset({EventKind.LINE, EventKind.RETURN, EventKind.EXCEPTION})
_COMPREHENDING = frozenset({EventKind.COMPREHENSION, EventKind.COMPREHENSION_RESULT})

Variables = Mapping[str, str]  # name → repr; not modified after it was returned


class LineRun(NamedTuple):
    """One execution of a line, from its LINE event to the next LINE, RETURN or EXCEPTION event of its frame."""

    first: int            # index of the event at which the line starts
    last: int             # index of the event at which the line has ended
    line: int             # 1-based
    frame: int
    function: str
    before: Variables     # variables and attributes of the frame for which `is_variable` is True
    after: Variables
    changes: tuple[Change, ...]  # one per changed variable, with its last value
    ended_by: Event       # the event with the index `last`


class FrameVariables:
    """The variables of each frame and its open line, the line whose execution has not ended; updated event by event."""

    def __init__(self, trace: Trace) -> None:
        self._statements = statements_of(trace.code)
        self._fidelity = trace.fidelity
        self._variables: dict[int, dict[str, str]] = {}
        self._open_lines: dict[int, tuple[int, int, Variables]] = {}  # frame → event index, line, variables before it
        self._changed: dict[int, dict[str, str]] = {}            # frame → changes since its open line started
        self._comprehensions: set[int] = set()

    def variables(self, frame: int) -> Variables:
        """Return the variables of a frame after the last event."""
        return self._variables.get(frame, {})

    def advance(self, number: int, event: Event) -> LineRun | None:
        """Process the event with index `number`, and return the execution of a line that ends at it, or None.

        Events in frames of comprehensions are skipped: the effect of a comprehension belongs to its statement. Since
        Python 3.12 there are no such events, because comprehensions have no frame of their own.
        """
        frame = event.frame
        if event.kind in _COMPREHENDING or frame in self._comprehensions:
            self._comprehensions.add(frame)
            return None
        run = self._finished_run(number, event)
        if event.kind is EventKind.LINE:
            self._open_lines[frame] = number, event.line, self.variables(frame)
            self._changed[frame] = {}
        return run

    def _finished_run(self, number: int, event: Event) -> LineRun | None:
        frame = event.frame
        open_line = self._open_lines.get(frame)
        line = open_line[1] if open_line else 0
        known = self.variables(frame)
        listed = self._listed(event, line)
        # snoop reports all variables again when a generator resumes
        changes = {name: value for name, value in listed.items() if known.get(name) != value}
        deleted = self._deleted(event, line)
        if changes or deleted:
            variables = {**self._without_attributes_of(deleted.union(listed), known), **listed}
            for name in deleted:
                variables.pop(name, None)
            self._variables[frame] = variables
        if open_line is None:
            return None
        self._changed[frame].update(changes)
        if event.kind not in _ENDING:
            return None
        first, line, before = self._open_lines.pop(frame)
        changed = tuple(Change(name, value) for name, value in self._changed[frame].items())
        return LineRun(first, number, line, frame, event.function, before, self.variables(frame), changed, event)

    def _listed(self, event: Event, line: int) -> dict[str, str]:
        """Return the variables and attributes that an event reports, without the variables of comprehensions."""
        temporary = self._statements.temporary.get(line, ())
        return {name: value for name, value in event.changes if name not in temporary and is_variable(name, value)}

    def _deleted(self, event: Event, line: int) -> set[str]:
        """Return the names that are no longer variables: `line` deleted them, or the event bound them to a definition.

        A definition is a function, a class or a module.
        """
        has_ended = event.kind in _ENDING and event.kind is not EventKind.EXCEPTION
        deleted = set(self._statements.deleted.get(line, ())) if has_ended else set()
        return deleted.union(name for name, value in event.changes if value.startswith(_DEFINED))

    def _without_attributes_of(self, names: set[str], known: Variables) -> Variables:
        """Return the known variables without the attributes of `names`, which are deleted or have other values.

        An event reports the attributes that a changed variable still has.
        """
        if self._fidelity != "full":
            return known
        return {name: value for name, value in known.items() if "." not in name or names.isdisjoint(owners_of(name))}


def line_runs(trace: Trace) -> Iterator[LineRun]:
    """Yield the executions of lines in the order in which they ended.

    A line that calls a function comes after the lines of this function. An execution that had not ended at the last
    event is skipped, since its effect is unknown.
    """
    frame_variables = FrameVariables(trace)
    for number, event in enumerate(trace.events):
        run = frame_variables.advance(number, event)
        if run is not None:
            yield run


def final_variables(trace: Trace) -> Variables:
    """Return the variables of the module after the last event; empty if the module has no event."""
    frame_variables = FrameVariables(trace)
    module = next((event.frame for event in trace.events if event.function == "<module>"), None)
    for number, event in enumerate(trace.events):
        if event.frame == module:
            frame_variables.advance(number, event)
    return {} if module is None else frame_variables.variables(module)


def escape_line_ends(text: str) -> str:
    """Return the text with each line separator replaced by its escape sequence, such as `\\n`."""
    return _LINE_END.sub(lambda found: repr(found[0])[1:-1], text)


def is_variable(name: str, value: str) -> bool:
    """Return True for a variable or an attribute such as `self.items`, unless the views that show states omit it.

    They omit watched expressions, names that start with two underscores, and functions, classes and modules.
    """
    if value.startswith(_DEFINED):
        return False
    return all(part.isidentifier() and not part.startswith("__") for part in name.split("."))


def owners_of(name: str) -> Iterator[str]:
    """Yield the variable and the attributes to which an attribute belongs: `a` and `a.b` for `a.b.c`."""
    for position, character in enumerate(name):
        if character == ".":
            yield name[:position]
