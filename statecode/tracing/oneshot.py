"""`statecode.trace`: one run at a time, without ceremony."""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Collection
from dataclasses import replace
from typing import TypeAlias

from statecode.records import Limits, Program, Trace
from statecode.tracing.engines import default_engine
from statecode.tracing.runner import SandboxRunner
from statecode.tracing.sandbox.isolation import isolation_for

_Key: TypeAlias = tuple[int, str, bool, frozenset[str], str, "int | None"]
_slots: dict[_Key, SandboxRunner] = {}  # by process, so that a fork does not share its parent's
_lock = threading.Lock()


def trace(
    code: str,
    stdin: str = "",
    engine: str | None = None,
    limits: Limits | None = None,
    program: Program | None = None,
    *,
    trust_programs: bool = False,
    allow_packages: Collection[str] = (),
    fidelity: str = "snoop",
    repr_limit: int | None = None,
) -> Trace:
    """Run `code` with `stdin` and record what it does; `program` lends its ids, label and origin to the trace.

    The code may use the standard library and nothing else of this machine, no file and no network, unless
    `allow_packages` names packages (by import name, as numpy) or `trust_programs` puts nothing but the limits around
    it. With the fidelity `full`, which the native engine alone has, values are whole up to `repr_limit` characters
    (10,000 by default), every change in them is found, and attributes of objects are told. The first call starts a warm
    process (about 0.2 s), the next ones with equal settings reuse it.

    Raises:
        ConfigError: the engine is unknown or cannot be used here, or does not have this fidelity.
        IsolationError: the machine cannot hold untrusted code, and this is not one of statecode's own programs.
        TracingError: the warm process does not start.
    """
    if program is None:
        program = Program(program_id="program", problem_id="program", code=code)
    program = replace(program, code=code, inputs=(stdin,), expected_outputs=None)
    with _lock:
        packages = frozenset(allow_packages)
        runner = _slot((os.getpid(), engine or default_engine(), trust_programs, packages, fidelity, repr_limit))
        return runner.run(program, 0, limits or Limits()).trace


def _slot(key: _Key) -> SandboxRunner:
    _, engine, trust_programs, packages, fidelity, repr_limit = key
    if key not in _slots:
        isolation = isolation_for(trust_programs=trust_programs, allow_packages=sorted(packages))
        runner = _slots[key] = SandboxRunner(engine, isolation=isolation, fidelity=fidelity, repr_limit=repr_limit)
        atexit.register(runner.close)
    return _slots[key]
