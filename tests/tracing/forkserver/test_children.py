"""Test the wall limit of children, also without `os.waitid`."""

from __future__ import annotations

import time

from statecode.records import Limits
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.forkserver.client import _LAUNCH
from tests.support.traced_programs import program, run


def test_the_wall_limit_begins_with_the_job() -> None:
    with SandboxRunner(RunOptions(limits=Limits(wall_s=0.5))) as runner:
        time.sleep(0.7)
        assert runner.run(program("print(1)\n")).trace.stdout == "1\n"
        started = time.monotonic()
        assert runner.run(program("import time\ntime.sleep(60)\n")).trace.truncation == "wall"
        assert 0.45 < time.monotonic() - started < 5


def test_a_system_without_waitid_runs_programs_and_keeps_the_wall_limit(monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._LAUNCH", "import os; del os.waitid; " + _LAUNCH)
    with SandboxRunner(RunOptions(limits=Limits(wall_s=0.5))) as runner:
        assert run(runner, "print(1)\n").stdout == "1\n"
        assert run(runner, "import time; time.sleep(60)", wall_s=0.3).truncation == "wall"
        assert run(runner, "print(2)\n").stdout == "2\n"
