"""The blocks of a program that its recorder watched.

A traced program is watched as a whole. A recording of `statecode.record` watches one function or block of a file, and
the functions of the file that it calls. The other lines of the file may have run before the recording or after it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TypeGuard

from statecode.change_rows import STARTS
from statecode.records import RECORDED, Event, EventKind, Status, Trace

_EXPRESSIONS = frozenset({"<lambda>", "<genexpr>"})  # their frames may start at the head of a statement
_UNWATCHED_AT_END = frozenset({Status.TRACER_LOST, Status.TRACER_ERROR})


def watched_blocks(trace: Trace, tree: ast.Module) -> Iterator[list[ast.stmt]]:
    """Yield the blocks that the recorder watched whenever they ran during the recording.

    These are the module, or the bodies of functions and classes of which every recorded frame was recorded from its
    start to its end, and the bodies of `with` statements that are recordings. The definitions in such a body were
    watched only if the module was, or if their bodies are yielded too. If the program continued after the last event,
    nothing is yielded.
    """
    if trace.status in _UNWATCHED_AT_END or (trace.status is Status.EVENT_LIMIT and trace.origin == RECORDED):
        return
    frames: dict[int, list[Event]] = {}
    for event in trace.events:
        frames.setdefault(event.frame, []).append(event)
    if any(_is_whole_module(events, tree) for events in frames.values()):
        yield tree.body
        return
    starts = {(events[0].function, events[0].from_line) for events in frames.values() if events[0].kind in STARTS}
    incomplete = {events[0].function for events in frames.values()
                  if events[0].kind not in STARTS or events[-1].kind is not EventKind.RETURN}
    complete = {(function.rpartition(".")[2], line) for function, line in starts if function not in incomplete}
    blocks = {line for function, line in starts if function.rpartition(".")[2] not in _EXPRESSIONS}
    for node in ast.walk(tree):
        if is_definition(node) and any((node.name, line) in complete for line in _head(node)):
            yield node.body
        elif isinstance(node, ast.With) and not blocks.isdisjoint(_head(node)):
            yield node.body


def is_definition(node: ast.AST) -> TypeGuard[ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef]:
    """Return True for functions and classes, whose bodies have frames of their own."""
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))


def _is_whole_module(events: list[Event], tree: ast.Module) -> bool:
    """Return True if the events of a frame are those of the module from its start.

    The first event of a module is at line 0 or 1. That of a recording may be at line 1 of a notebook cell: then the
    line is the head of a `with` statement, and is not executed next.
    """
    first = events[0]
    if first.function != "<module>" or first.line > 1 or not tree.body:
        return False
    head = _head(tree.body[0]) if isinstance(tree.body[0], ast.With) else range(0)
    return first.line not in head or (len(events) > 1 and events[1].line in head)


def _head(node: ast.With | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> range:
    """Return the lines of a statement, decorators included, before its body; empty if its body is on the same line."""
    first = min(part.lineno for part in (node, *getattr(node, "decorator_list", ())))
    return range(first, node.body[0].lineno)
