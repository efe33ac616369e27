"""Run supervisors in new processes, which first execute given code and then trace programs."""

from __future__ import annotations

import subprocess
import sys

from tests.support.runners import isolation_or_skip

TRACE = """
import os, resource, signal, sys
from statecode.records import Limits, Program
from statecode.tracing import SandboxRunner
from statecode.tracing.sandbox.isolation import isolation_for

def trace(runner, code):
    run = runner.run(Program(program_id="p", problem_id="p", code=code), 0, Limits(wall_s=2, memory_bytes=2**28, output_bytes=10**5))
    return run.trace.status.value, run.trace.truncation, run.trace.stdout[:20], run.attempts

def main(mode, *codes):
    with SandboxRunner(isolation=isolation_for(mode=mode)) as runner:
        for code in codes:
            print(*trace(runner, code), sep="|")
"""


def outcomes(preparation: str, mode: str, *codes: str) -> list[list[str]]:
    """Trace programs in a new process that first executes the code `preparation`.

    Returns:
        For each run: status, truncation, first 20 characters of stdout, and number of attempts.
    """
    isolation_or_skip(mode)
    script = f"{TRACE}\n{preparation}\nmain({mode!r}, *{codes!r})\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert (done.stderr, done.returncode) == ("", 0)
    return [line.split("|") for line in done.stdout.splitlines()]
