"""Count the assignments of a program whose values are never read."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def count(code: str) -> tuple[int, int]:
    """Return the number of dead assignments, and of all assignments, among the statements of a module and of `main`.

    An assignment to names is dead if no later statement of the same block mentions a name before the block assigns it
    again. In a nested block, and for a name that a function reads, every assignment counts as read.
    """
    tree = ast.parse(code)
    functions = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    read_by_functions = {node.id for function in functions for node in ast.walk(function) if isinstance(node, ast.Name)}
    dead = total = 0
    for body in (tree.body, *(node.body for node in functions if node.name == "main")):
        for index, statement in enumerate(body):
            for name in _assigned(statement):
                total += 1
                is_main = body is not tree.body
                dead += not _is_read(name, body[index + 1:]) and (is_main or name not in read_by_functions)
    return dead, total


def _assigned(statement: ast.stmt) -> Iterator[str]:
    if isinstance(statement, (ast.Assign, ast.AugAssign)):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (node.id for target in targets for node in ast.walk(target)
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))


def _is_read(name: str, later: list[ast.stmt]) -> bool:
    for statement in later:
        uses = [node for node in ast.walk(statement) if isinstance(node, ast.Name) and node.id == name]
        if any(isinstance(node.ctx, ast.Load) for node in uses) or isinstance(statement, ast.AugAssign) and uses:
            return True
        if uses and isinstance(statement, ast.Assign):
            return False
    return False
