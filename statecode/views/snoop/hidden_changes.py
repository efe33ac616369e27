"""Restore the changes that snoop's text hides, where the source determines them.

snoop hides a change whose text equals its source line (`x = 0`), and the name that a plain `def` binds. The events of a
frame show that a statement has run to its end. If the text shows no change by an assignment that has run, the
assignment has changed its variable in these cases:

- The variable did not exist before. The assignment created it, so the text hides the change.
- The value in the source is a literal that equals its repr, and the variable had another value before.
- The text hid a change by the same assignment before, and the variable had another value before this execution.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping

from statecode.records import Change, Event, EventKind
from statecode.source_tree import parse
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
            line_has_run: True if the frame's previous event was a LINE, so that the statement at this line has run.
        """
        if event.kind in START_WORDS:
            return self._with_own_name(event)
        if not line_has_run or event.kind not in _AFTER_A_LINE:
            return event.changes
        change = self._definition(event) or self._assignment(event, before)
        return event.changes if change is None else _inserted(event.changes, change)

    def _with_own_name(self, event: Event) -> tuple[Change, ...]:
        """Return the changes of a call, with the hidden name of the called function.

        The text hides this name if a nested function uses its own name, for example to call itself. The name is then
        one of the free variables of the function.
        """
        scope, statement = self._scopes.called(event.function, event.line), self._source.statement(event.from_line)
        outer, _, name = event.function.rpartition(".<locals>.")
        if scope is None or not outer or name not in scope.names:
            return event.changes
        if statement is None or statement.defined_function != name:  # the frame resumes, so the text hides nothing
            return event.changes
        own = {changed for changed, _ in event.changes} & scope.parameters
        later = (changed.isidentifier() and changed not in own and changed > name for changed, _ in event.changes)
        index = next((index for index, is_later in enumerate(later) if is_later), len(event.changes))
        return *event.changes[:index], _function(name, event.function), *event.changes[index:]

    def _scope(self, event: Event) -> Scope | None:
        """Return the scope of the statement that ran; None if the frame of the event has another scope."""
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
        """Return the hidden change by an assignment that has run, or None.

        If the text shows or hides a change by this assignment, record it.
        """
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
        return repr(ast.literal_eval(parse(text, "eval"))) == text
    except (SyntaxError, ValueError, RecursionError, MemoryError, TypeError):
        return False


def _is_whole(text: str) -> bool:
    """Return True if the text is a complete expression without comprehensions.

    Since Python 3.12 the frame of a statement also has LINE events within a comprehension. So a later event of the
    frame does not show that a statement with a comprehension has ended.
    """
    try:
        node = parse(text, "eval").body
    except (SyntaxError, ValueError):
        return False
    has_comprehension = any(isinstance(part, ast.comprehension) for part in ast.walk(node))
    return node.end_col_offset == len(text.encode()) and not has_comprehension


def _inserted(changes: tuple[Change, ...], change: Change) -> tuple[Change, ...]:
    """Return `changes` with `change` inserted.

    The change is inserted before the watched expressions of its variable and before the last changes of a class. If
    there are none, it is added at the end.
    """
    watched = re.compile(rf"\b{re.escape(change.name)}\b")
    for index, (name, _) in enumerate(changes):
        if name in _LAST_CHANGES_OF_CLASSES or (not name.isidentifier() and watched.search(name)):
            return (*changes[:index], change, *changes[index:])
    return (*changes, change)
