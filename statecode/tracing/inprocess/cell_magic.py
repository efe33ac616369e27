"""The cell magic %%record for IPython and Jupyter: it records a cell.

    %load_ext statecode

    %%record inline
    squares = [n * n for n in range(3)]

The cell runs as usual, and its last expression is displayed as usual. After the run the view is printed (by default
`snoop`), and the variable `_recording` holds the recording with the trace.
"""

from __future__ import annotations

import ast
import functools
import sys
import types
from typing import Any

from statecode.errors import InputError, RecordingError
from statecode.tracing.engines.native.inprocess import check_usable
from statecode.tracing.inprocess.record import make_options
from statecode.tracing.inprocess.recording import Recording
from statecode.tracing.inprocess.source import Source

_RESULT = "_"  # IPython's own name for the result of a cell


def load(shell: Any) -> None:
    """Register the cell magic with an IPython shell."""
    shell.register_magic_function(functools.partial(record_cell, shell), "cell", "record")


def record_cell(shell: Any, line: str, cell: str) -> Any:
    """Run a cell, record it and print a view of the recording; an exception that ends the cell is raised again.

    Args:
        line: the rest of the line after %%record: the name of the view, or empty.
        cell: the source of the cell.

    Returns:
        The value of the cell's last expression; None if the cell does not end with one, or uses the name `_`.

    Raises:
        UsageError: the view does not exist, or recording is not possible here; IPython prints it as one line.
    """
    from IPython.core.error import UsageError

    try:
        check_usable()
        options = make_options(view=line.strip() or "snoop", file=sys.stdout)
        code, has_result = _compile(shell, cell)
        recording = Recording(options, Source.of(code, shell.user_ns), "<cell>")
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
    """Compile a cell as one module. Return its code, and True if this assigns the last expression to `_RESULT`."""
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
