"""Running programs and recording what they do.

    trace(code)            one run, in a warm process that is kept for the next call
    SandboxRunner(...).run(program) many runs: one warm process, one child per run
    record                 what runs in this very process: a function's calls, or a block

`slot` is the supervisor's side, `zygote` the warm process, `child` what becomes the program, `snoop_recorder` and
`native` the engines (`engines` tells which can be used), `channel` how records come back, `outcome` how they are read,
`normalise` what is taken out of them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from statecode.tracing.engines import ENGINES
    from statecode.tracing.inprocess.record import record
    from statecode.tracing.oneshot import trace
    from statecode.tracing.runner import SandboxRunner, TracedRun

__all__ = ["ENGINES", "SandboxRunner", "TracedRun", "record", "trace"]

_HOME = {
    "trace": "oneshot", "record": "inprocess.record", "ENGINES": "engines", "SandboxRunner": "runner",
    "TracedRun": "runner",
}


def __getattr__(name: str) -> Any:  # lazily: the warm process imports from this package and must stay small
    if name in _HOME:
        return getattr(importlib.import_module(f"statecode.tracing.{_HOME[name]}"), name)
    raise AttributeError(f"module 'statecode.tracing' has no attribute {name!r}")
