"""The cell magic of IPython and Jupyter that records a cell.

    %load_ext statecode

    %%record inline
    squares = [n * n for n in range(3)]

The cell runs as ever, its last expression is shown as ever, and the view (by default snoop's) is printed; `_recording`
has the trace.
"""

from __future__ import annotations

import ast
import functools
import sys
import types
from typing import Any

from statecode.errors import InputError, RecordingError
from statecode.tracing.engines.native.inprocess import check_usable
from statecode.tracing.inprocess.record import options
from statecode.tracing.inprocess.recording import Recording
from statecode.tracing.inprocess.source import Source

_RESULT = "_"  # what IPython itself calls a cell's result


def load(shell: Any) -> None:
    """Register the magic."""
    shell.register_magic_function(functools.partial(record_cell, shell), "cell", "record")


def record_cell(shell: Any, line: str, cell: str) -> Any:
    """Run a cell and record it; `line` names the view."""
    from IPython.core.error import UsageError  # which prints as one line

    try:
        check_usable()
        chosen = options(view=line.strip() or "snoop", file=sys.stdout)
        code, has_result = _compile(shell, cell)
        recording = Recording(chosen, Source.of(code, shell.user_ns), "<cell>")
    except InputError as wrong:
        raise UsageError(str(wrong)) from None
    before = {_RESULT: shell.user_ns.pop(_RESULT)} if has_result and _RESULT in shell.user_ns else {}
    try:
        error = recording.run(code, shell.user_ns)
        shell.user_ns["_recording"] = recording
        if error is not None:
            raise error
        return shell.user_ns.pop(_RESULT) if has_result else None
    except RecordingError as wrong:  # another tracer is active
        raise UsageError(str(wrong)) from None
    finally:
        shell.user_ns.update(before)


def _compile(shell: Any, cell: str) -> tuple[types.CodeType, bool]:
    """Compile a cell as one module, and tell whether it keeps the value of the last expression."""
    source = shell.transform_cell(cell)
    filename = shell.compile.cache(source, shell.execution_count)
    tree = ast.parse(source, filename)
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    has_result = bool(tree.body) and isinstance(tree.body[-1], ast.Expr) and _RESULT not in names
    if has_result:
        last: Any = tree.body[-1]
        name = ast.copy_location(ast.Name(_RESULT, ast.Store()), last)
        tree.body[-1] = ast.copy_location(ast.Assign([name], last.value), last)
    return compile(tree, filename, "exec", flags=shell.compile.flags, dont_inherit=True), has_result
