"""The changes that snoop's text leaves out, put back where the source makes them certain.

snoop leaves a change out where it reads like its source line (`x = 0`), and the name that a plain `def` binds. That a
statement of its own frame ran to its end is known from the events; that it changed the variable follows where

- the variable was not there before: any new variable is shown or left out;
- the value is a literal that reads as in the source, and the variable read differently before;
- the same assignment was left out before, and the variable reads differently now.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from statecode.records import Change, Event, EventKind
from statecode.views.snoop.scopes import Scope, scopes_of
from statecode.views.snoop.text import START_WORDS, source_of

_ENDS_OF_CLASSES = frozenset({"__classcell__", "__static_attributes__"})
_AFTER_A_LINE = frozenset({EventKind.LINE, EventKind.RETURN})  # a YIELD comes within a statement


class HiddenChanges:
    """What is left out of one text."""

    def __init__(self, code: str) -> None:
        self._source, self._scopes = source_of(code), scopes_of(code)
        self._shown: set[str] = set()  # assignments that were shown
        self._left_out: set[str] = set()   # assignments that were left out

    def with_hidden(self, event: Event, before: Mapping[str, str], line_has_run: bool) -> tuple[Change, ...]:
        """The changes of an event, with those left out.

        Args:
            before: the variables of the frame at its previous event.
            has_run: whether that was a line, whose statement has run to its end now.
        """
        if event.kind in START_WORDS:
            return self._with_own_name(event)
        if not line_has_run or event.kind not in _AFTER_A_LINE:
            return event.changes
        change = self._definition(event) or self._assignment(event, before)
        return event.changes if change is None else _inserted(event.changes, change)

    def _with_own_name(self, event: Event) -> tuple[Change, ...]:
        """A function within a function that calls itself sees its own name, among what it takes from outside."""
        scope = self._scopes.called(event.function, event.line)
        outer, _, name = event.function.rpartition(".<locals>.")
        if scope is None or scope.is_class or scope.is_decorated or not outer or name not in scope.names:
            return event.changes
        own = {changed for changed, _ in event.changes} & scope.parameters
        later = (changed.isidentifier() and changed not in own and changed > name for changed, _ in event.changes)
        place = next((place for place, is_later in enumerate(later) if is_later), len(event.changes))
        return *event.changes[:place], _function(name, event.function), *event.changes[place:]

    def _scope(self, event: Event) -> Scope | None:
        """The scope of the statement that ran, if the event's frame is of that scope."""
        scope = self._scopes.at(event.from_line)
        return scope if scope is not None and scope.function == event.function else None

    def _definition(self, event: Event) -> Change | None:
        scope, statement = self._scope(event), self._source.statement(event.from_line)
        name = statement.defined_function if statement else None
        if scope is None or name is None or name in scope.global_names:
            return None
        return _function(name, scope.qualified(name))

    def _assignment(self, event: Event, before: Mapping[str, str]) -> Change | None:
        scope, statement = self._scope(event), self._source.statement(event.from_line)
        if scope is None or statement is None or statement.line != event.from_line:
            return None
        text = self._source.text(statement.line).strip()
        name, found, value = text.partition(" = ")
        if not found or not name.isidentifier() or name.startswith("__") or name in scope.global_names:
            return None
        if any(changed == name for changed, _ in event.changes):
            self._shown.add(text)
            return None
        if before.get(name) == value or text in self._shown or not _is_whole(value):
            return None
        if name in before and text not in self._left_out and not _is_literal(value):
            return None
        self._left_out.add(text)
        return Change(name, value)


def _function(name: str, qualified: str) -> Change:
    return Change(name, f"<function {qualified} at 0x…>")


def _is_literal(text: str) -> bool:
    try:
        return repr(ast.literal_eval(text)) == text
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError):
        return False


def _is_whole(text: str) -> bool:
    """Whether a statement ends here, and ran as one: from Python 3.12 on a comprehension in it has events itself."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    has_comprehension = any(isinstance(part, ast.comprehension) for part in ast.walk(node))
    return node.end_col_offset == len(text.encode()) and not has_comprehension


def _inserted(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """Before what snoop watches with it, such as its length, and before what ends a class; else last."""
    watched = re.compile(rf"\b{re.escape(change.name)}\b")
    for place, (name, _) in enumerate(changes):
        if name in _ENDS_OF_CLASSES or (not name.isidentifier() and watched.search(name)):
            return (*changes[:place], change, *changes[place:])
    return (*changes, change)
