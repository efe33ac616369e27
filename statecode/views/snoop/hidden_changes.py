"""Restore the changes that snoop's text hides, where the source determines them.

snoop hides a change that reads like its source line (`x = 0`), and the name that a plain `def` binds. The events show
that a statement of their frame has run to its end. It has changed the variable if one of these holds:

- The variable did not exist before: a new variable is either shown or hidden.
- The value is a literal that reads as in the source, and the variable had another value before.
- The same assignment was hidden before, and the variable has another value now.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from statecode.records import Change, Event, EventKind
from statecode.views.snoop.scopes import Scope, scopes_of
from statecode.views.snoop.text import START_WORDS, source_of

_LAST_CHANGES_OF_CLASSES = frozenset({"__classcell__", "__static_attributes__"})
_AFTER_A_LINE = frozenset({EventKind.LINE, EventKind.RETURN})  # a YIELD comes within a statement


class HiddenChanges:
    """Find the changes that one text hides, event by event."""

    def __init__(self, code: str) -> None:
        self._source, self._scopes = source_of(code), scopes_of(code)
        self._shown: set[str] = set()  # assignments whose changes the text shows
        self._hidden: set[str] = set()  # assignments whose changes the text hides

    def with_hidden(self, event: Event, before: Mapping[str, str], line_has_run: bool) -> tuple[Change, ...]:
        """Return the changes of an event, including the hidden ones.

        Args:
            before: the variables of the frame at its previous event.
            line_has_run: True if the previous event was a line, whose statement has now run to its end.
        """
        if event.kind in START_WORDS:
            return self._with_own_name(event)
        if not line_has_run or event.kind not in _AFTER_A_LINE:
            return event.changes
        change = self._definition(event) or self._assignment(event, before)
        return event.changes if change is None else _inserted(event.changes, change)

    def _with_own_name(self, event: Event) -> tuple[Change, ...]:
        """Add the name of a nested function that calls itself, which is one of its free variables."""
        scope = self._scopes.called(event.function, event.line)
        outer, _, name = event.function.rpartition(".<locals>.")
        if scope is None or scope.is_class or scope.is_decorated or not outer or name not in scope.names:
            return event.changes
        own = {changed for changed, _ in event.changes} & scope.parameters
        later = (changed.isidentifier() and changed not in own and changed > name for changed, _ in event.changes)
        index = next((index for index, is_later in enumerate(later) if is_later), len(event.changes))
        return *event.changes[:index], _function(name, event.function), *event.changes[index:]

    def _scope(self, event: Event) -> Scope | None:
        """Return the scope of the statement that ran, if the frame of the event has this scope."""
        scope = self._scopes.at(event.from_line)
        return scope if scope is not None and scope.function == event.function else None

    def _definition(self, event: Event) -> Change | None:
        """Return the change by a plain `def` that has run, or None."""
        scope, statement = self._scope(event), self._source.statement(event.from_line)
        name = statement.defined_function if statement else None
        if scope is None or name is None or name in scope.global_names:
            return None
        return _function(name, scope.qualified(name))

    def _assignment(self, event: Event, before: Mapping[str, str]) -> Change | None:
        """Return the hidden change by an assignment that has run, or None; record if its change is shown or hidden."""
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
        if name in before and text not in self._hidden and not _is_literal(value):
            return None
        self._hidden.add(text)
        return Change(name, value)


def _function(name: str, qualified: str) -> Change:
    return Change(name, f"<function {qualified} at 0x…>")


def _is_literal(text: str) -> bool:
    try:
        return repr(ast.literal_eval(text)) == text
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError):
        return False


def _is_whole(text: str) -> bool:
    """Return True if the text is a complete expression without comprehensions.

    Since Python 3.12 a comprehension has line events of its own, so that its statement may not have ended.
    """
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    has_comprehension = any(isinstance(part, ast.comprehension) for part in ast.walk(node))
    return node.end_col_offset == len(text.encode()) and not has_comprehension


def _inserted(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """Insert a change before watched expressions of its variable and the last changes of a class; else at the end."""
    watched = re.compile(rf"\b{re.escape(change.name)}\b")
    for index, (name, _) in enumerate(changes):
        if name in _LAST_CHANGES_OF_CLASSES or (not name.isidentifier() and watched.search(name)):
            return (*changes[:index], change, *changes[index:])
    return (*changes, change)
