"""Run programs and record their execution.

    trace(code)                      one run, in a fork server that is kept for the next call
    SandboxRunner(...).run(program)  many runs: one fork server, one child per run
    RunOptions                       engine, values, limits and isolation of the runs
    record                           the calls of a function, or a block of code, in this process

`runner` and `oneshot` are the entry points. `forkserver` starts a process that forks a child for each run. `sandbox`
isolates the child, and one of the `engines` records events in it. `wire` carries the records to the supervisor and
builds the trace, with the help of `source_info`. `inprocess` records without a child. `compare` compares the traces of
two engines.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from statecode.tracing.engines.registry import ENGINES
    from statecode.tracing.inprocess.record import record
    from statecode.tracing.oneshot import trace
    from statecode.tracing.options import RunOptions
    from statecode.tracing.runner import SandboxRunner, TracedRun

__all__ = ["ENGINES", "RunOptions", "SandboxRunner", "TracedRun", "record", "trace"]

_HOME = {
    "trace": "oneshot", "record": "inprocess.record", "ENGINES": "engines.registry", "SandboxRunner": "runner",
    "TracedRun": "runner", "RunOptions": "options",
}


def __getattr__(name: str) -> Any:  # lazy imports: the fork server imports this package and must stay small
    if name in _HOME:
        return getattr(importlib.import_module(f"statecode.tracing.{_HOME[name]}"), name)
    raise AttributeError(f"module 'statecode.tracing' has no attribute {name!r}")
