"""Check the cell magic %%record."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest

from statecode.tracing.engines import native

pytestmark = pytest.mark.skipif(not native.available(), reason=f"the native engine: {native.reason()}")


def test_the_cell_magic() -> None:
    pytest.importorskip("IPython")
    script = """
    from IPython.core.interactiveshell import InteractiveShell
    shell = InteractiveShell.instance()
    for cell in ("%load_ext statecode", "x = 3; unused = 1", "%%record inline\\ny = [n * x for n in range(2)]\\nsum(y)",
                 "print(_recording.trace.code, _, [event.line for event in _recording.trace.events][-2:])",
                 "%%record\\ndef f(a):\\n    return 1 / a\\nf(0)", "print(_recording.trace.exception)",
                 "%%record nonsense\\n1", "import statecode\\nwith statecode.record() as r:\\n    z = x",
                 "print(r.render())"):
        shell.run_cell(cell, store_history=True)
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True)
    assert "y = [n * x for n in range(2)]  # " in result.stdout
    assert "sum(y)  # _ = 3\nOut[3]: 3\n" in result.stdout
    assert "y = [n * x for n in range(2)]\nsum(y)\n 3 [2, 2]" in result.stdout
    assert "!!! When evaluating: 1 / a" in result.stdout
    assert "ExceptionInfo(type='ZeroDivisionError', message='division by zero', line=2)" in result.stdout
    assert "unknown view 'nonsense'; known: compact" in result.stdout + result.stderr
    assert " ...... x = 3\n" in result.stdout and "unused = " not in result.stdout
