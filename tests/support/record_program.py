"""Record one program in this process, as the cell magic records a cell: `python record_program.py PROGRAM PICKLE`."""

from __future__ import annotations

import builtins
import io
import linecache
import pickle
import random
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from statecode.tracing.inprocess.record import make_options
from statecode.tracing.inprocess.recording import Recording
from statecode.tracing.inprocess.source import Source


class UnfilteredRecording(Recording):
    """A recording that keeps all variables of the module."""

    def filter_variables(self, code: Any) -> None:
        pass


def main(program: str, pickled: str) -> None:
    """Record a program and pickle its events, stdout, status, exception and truncation to the path `pickled`.

    The process is first prepared like a traced child, as far as programs can observe it.
    """
    source = Path(program).read_bytes().decode("utf-8")
    lines = list(io.StringIO(source, newline=None))
    linecache.cache["program.py"] = (len(source), None, lines, "program.py")
    code = compile(source, "program.py", "exec", dont_inherit=True)
    module = sys.modules["__main__"] = ModuleType("__main__")
    module.__dict__.clear()
    module.__dict__.update(__name__="__main__", __builtins__=builtins)
    sys.argv = ["program.py"]
    sys.setswitchinterval(1.0)
    random.seed(0)
    recording = UnfilteredRecording(make_options(), Source("program.py", lines), "program")
    recording.run(code, module.__dict__)
    trace = recording.trace
    Path(pickled).write_bytes(pickle.dumps((trace.events, trace.stdout, trace.status, trace.exception, trace.truncation)))


if __name__ == "__main__":
    main(*sys.argv[1:])
