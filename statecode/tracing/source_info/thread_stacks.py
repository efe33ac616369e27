"""Find the size of the stacks that a program requests for its threads with `threading.stack_size`.

The kernel counts a whole stack as address space, also the part that is never used. The memory limit of a run is a limit
on address space; the stack of one thread is added to it.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Callable

from statecode.source_tree import parse

MAX_BYTES = 2**30
"""Maximum size of a stack that is added to the memory limit, and the size that is added if it is not a constant."""

_OVERHEAD_BYTES = 2**20  # guard pages, and the thread's own memory
_CALL = re.compile(r"\bstack_size\s*\(\s*([^()\n]{0,60})(\)?)")
_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.LShift: operator.lshift,
    ast.Pow: operator.pow,
}


def thread_stack_bytes(code: str) -> int:
    """Return the bytes of address space to add for the biggest stack that a call requests; 0 if there is no call."""
    sizes = [_size(*match.groups()) for match in _CALL.finditer(code)] if "stack_size" in code else []
    largest = min(max(sizes, default=0), MAX_BYTES)
    return largest + _OVERHEAD_BYTES if largest > 0 else 0


def _size(argument: str, end: str) -> int:
    """Return the value of a constant argument; `MAX_BYTES` if it is not constant, and 0 if there is none."""
    if not argument and end:
        return 0
    try:
        value = _constant(parse(argument, "eval").body) if end else None
    except (SyntaxError, ValueError):
        value = None
    return MAX_BYTES if value is None else value


def _constant(node: ast.expr) -> int | None:
    """Return the value of an expression of small integers, such as `1 << 29` or `512 * 1024 ** 2`; None for others."""
    if isinstance(node, ast.Constant):
        return node.value if type(node.value) is int else None
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATORS:
        return None
    left, right = _constant(node.left), _constant(node.right)
    if left is None or right is None or not (0 <= left < 2**64 and 0 <= right < 2**64):
        return None
    if isinstance(node.op, (ast.LShift, ast.Pow)) and right > 64:
        return None
    return _OPERATORS[type(node.op)](left, right)
