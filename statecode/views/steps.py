"""The view `steps`: rows `start`, `code`, `end`, one per executed simple statement.

    {"start": "g = 100; i = 1; l = [100, 0]", "code": "g += l[i]", "end": "g = 100; i = 1; l = [100, 0]", ...}

`start` and `end` contain the variables that the statement names, sorted by name, each with its recorded attributes
(fidelity `full`). `start` contains their values before the statement ran, `end` their values after it ran. Only
variables of the statement's own frame are included, without functions, classes and modules. Statements that share a
line form one row. Statements without a resulting state have no row: `return`, `raise`, `break`, `continue`, `pass`,
declarations, a constant such as a docstring, and a statement that raised an exception.

Source of the format: the data set Fraser/python-state-changes of the Hugging Face Hub.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from statecode.records import EventKind, Trace
from statecode.source_tree import parse
from statecode.views.base import ViewFunctions
from statecode.views.line_runs import LineRun, Variables, line_runs
from statecode.views.statements import Statement, statements_of

FIELDS = {"start": str, "code": str, "end": str, "exact": bool, "line": int, "function": str, "first_event": int}
"""The fields of a row and their types.

exact: True if each value in `start` and `end` is a complete Python literal, and none is an attribute; `start` can then
    be run as Python
line: the line at which the statement starts, from 1
function: the function whose frame ran the statement; `<module>` at module level
first_event: the index of the event at which the statement starts
"""

_STATELESS = (ast.Return, ast.Raise, ast.Break, ast.Continue, ast.Pass, ast.Global, ast.Nonlocal)


def rows(trace: Trace) -> Iterator[dict[str, Any]]:
    """Yield the rows in the order in which the statements ended."""
    statements = statements_of(trace.code)
    open_runs: dict[int, tuple[Statement, LineRun, LineRun]] = {}  # frame → statement, its first and last line run
    for run in line_runs(trace):
        if run.function.rpartition(".")[2].startswith("<") and run.function != "<module>":
            continue  # the frame of a lambda or generator expression runs only a part of a statement
        statement, first = statements.at(run.line), run
        if run.frame in open_runs and open_runs[run.frame][0] is statement:
            first = open_runs[run.frame][1]  # a further line of the statement, or its first line again
        if statement is not None:
            open_runs[run.frame] = statement, first, run
        if statement is not None and _has_ended(run, statement):
            del open_runs[run.frame]
            if run.ended_by.kind is not EventKind.EXCEPTION and not _is_stateless(statement):
                yield _row(statement, first, run)


def _has_ended(run: LineRun, statement: Statement) -> bool:
    """Return True if the statement ends with `run`: the frame's next event is not a LINE within the statement.

    A LINE within the statement belongs to the same execution. Between two executions of a statement, its frame always
    has an event at another line, the head of the loop.
    """
    event = run.ended_by
    return event.kind is not EventKind.LINE or not statement.line <= event.line <= statement.end_line


def _is_stateless(statement: Statement) -> bool:
    last = statement.nodes[-1]
    is_constant = isinstance(last, ast.Expr) and isinstance(last.value, ast.Constant)
    return is_constant or isinstance(last, _STATELESS)


def _row(statement: Statement, first: LineRun, last: LineRun) -> dict[str, Any]:
    start, end = _named(first.before, statement), _named(last.after, statement)
    has_attributes = any("." in name for name in (*start, *end))
    return {
        "start": state_text(start),
        "code": statement.code,
        "end": state_text(end),
        "exact": not has_attributes and all(map(is_exact, {*start.values(), *end.values()})),
        "line": statement.line,
        "function": first.function,
        "first_event": first.first,
    }


def _named(variables: Variables, statement: Statement) -> Variables:
    names = {name for name in statement.names if name in variables}
    names.update(name for name in variables if "." in name and name.partition(".")[0] in statement.names)
    return {name: variables[name] for name in sorted(names)}


def state_text(variables: Variables) -> str:
    """Return variables in the format of `start` and `end`: `a = 1; b = 2`."""
    return "; ".join(f"{name} = {value}" for name, value in variables.items())


@lru_cache(maxsize=10_000)
def is_exact(value: str) -> bool:
    """Return True if a repr is a Python literal that is not shortened."""
    if "..." in value:
        return False
    try:
        ast.literal_eval(parse(value.lstrip(" \t"), "eval"))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return False
    return True


FUNCTIONS = ViewFunctions(rows=rows, fields=FIELDS)
