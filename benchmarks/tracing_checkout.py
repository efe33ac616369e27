"""Run programs with the statecode of another checkout, in a process of its own: an arm of benchmarks/tracing.py.

The worker process imports statecode from the checkout's folder, keeps one runner per engine and mode, and answers
each request with one line of JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracing_report import Measurement

from statecode.records import Program

WORKER = """
import json, sys, time
from statecode.records import Program
try:
    from statecode.tracing import SandboxRunner
    from statecode.tracing.sandbox.isolation import isolation_for
except ImportError:  # a checkout from before the folders of statecode/tracing
    from statecode.tracing import Slot as SandboxRunner
    from statecode.tracing.isolation import isolation_for
try:
    from statecode.tracing.options import RunOptions
except ImportError:  # a checkout from before RunOptions
    def runner_of(engine, isolation):
        return SandboxRunner(engine, isolation=isolation)
else:
    def runner_of(engine, isolation):
        return SandboxRunner(RunOptions(engine=engine), isolation=isolation)
runners = {}
for line in sys.stdin:
    engine, mode, code, stdin = json.loads(line)
    if (engine, mode) not in runners:
        runners[engine, mode] = runner_of(engine, isolation_for(mode=mode))
    program = Program(program_id="program", problem_id="program", code=code, inputs=(stdin,))
    started = time.perf_counter()
    run = runners[engine, mode].run(program)
    elapsed_s = time.perf_counter() - started
    print(json.dumps([elapsed_s, run.wall_s, len(run.trace.events)]), flush=True)
for runner in runners.values():
    runner.close()
"""


class Checkout:
    """A worker process that imports statecode from `folder`, where the native engine must be built in place."""

    def __init__(self, folder: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        self._worker = subprocess.Popen(
            [sys.executable, "-c", WORKER], cwd=folder, env=environment, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )

    def measure(self, engine: str, mode: str, program: Program, input_index: int) -> Measurement:
        """Run the program once on one input and return the measurement."""
        assert self._worker.stdin is not None and self._worker.stdout is not None
        request: list[Any] = [engine, mode, program.code, program.inputs[input_index]]
        self._worker.stdin.write(json.dumps(request) + "\n")
        self._worker.stdin.flush()
        elapsed_s, child_s, events = json.loads(self._worker.stdout.readline())
        return Measurement(end_to_end=elapsed_s, child=child_s, events=events)

    def stop(self) -> None:
        """End the worker process."""
        assert self._worker.stdin is not None
        self._worker.stdin.close()
        self._worker.wait()
