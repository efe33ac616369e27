"""`statecode.trace`: one run at a time, without ceremony."""

from __future__ import annotations

import atexit
import os
import threading
from dataclasses import replace

from statecode.records import Limits, Program, Trace
from statecode.tracing.slot import ENGINES, Slot

_slots: dict[tuple[int, str], Slot] = {}  # by process, so that a fork does not share its parent's
_lock = threading.Lock()


def trace(
    code: str, stdin: str = "", engine: str | None = None, limits: Limits | None = None, program: Program | None = None
) -> Trace:
    """Run `code` with `stdin` and record what it does; `program` lends its ids, label and origin to the trace.

    The first call starts a warm process (about 0.2 s), the next ones reuse it.

    Raises:
        ConfigError: the engine is unknown.
        TracingError: the warm process does not start.
    """
    if program is None:
        program = Program(program_id="program", problem_id="program", code=code)
    program = replace(program, code=code, inputs=(stdin,), expected_outputs=None)
    with _lock:
        return _slot(engine or ENGINES[0]).run(program, 0, limits or Limits()).trace


def _slot(engine: str) -> Slot:
    key = (os.getpid(), engine)
    if key not in _slots:
        slot = _slots[key] = Slot(engine)
        atexit.register(slot.close)
    return _slots[key]
