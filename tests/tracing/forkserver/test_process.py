"""Test that signals of the supervisor do not affect programs, and that processes end with the supervisor."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.support.runners import MODES, UNTRUSTED, alive, children_of, isolation_or_skip
from tests.support.supervisors import outcomes

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_signals_blocked_or_ignored_in_the_supervisor_reach_programs(mode) -> None:
    preparation = (
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXFSZ, signal.SIGPROF, signal.SIGTERM})\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    )
    codes = ("import time\ntime.sleep(30)\n", "import os\nwhile True:\n    os.write(1, b'x' * 10_000)\n",
             "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    found = outcomes(preparation, mode, *codes)
    assert [(status, truncation) for status, truncation, *_ in found] == [
        ("timeout", "wall"), ("output_limit", "output"), ("killed", "SIGTERM"),
    ]


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc")
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("stopped", [False, True])
def test_all_processes_end_when_the_supervisor_is_killed(mode, stopped) -> None:
    isolation_or_skip(mode)
    script = (
        "import statecode, sys\nfrom statecode.tracing import RunOptions, SandboxRunner\nfrom statecode.tracing.sandbox.isolation import isolation_for\n"
        f"runner = SandboxRunner(RunOptions(limits=statecode.Limits(wall_s=300)), isolation=isolation_for(mode={mode!r}))\n"
        "print(runner.server._process.pid, flush=True)\n"
        "runner.run(statecode.Program(program_id='p', problem_id='p', code='import time; time.sleep(200)'))\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    depth = 4 if mode == "full" else 2  # full: bubblewrap outside and inside, fork server, program
    processes = process_chain(int(supervisor.stdout.readline()), depth)
    if stopped:
        os.kill(processes[-2], signal.SIGSTOP)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    deadline = time.monotonic() + 20
    while any(map(alive, processes)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, processes))


def process_chain(pid: int, depth: int) -> list[int]:
    """Return the ids of `depth` processes, once they exist: `pid`, its first child, the first child of that, and so on."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        processes = [pid]
        while len(processes) < depth and children_of(processes[-1]):
            processes.append(children_of(processes[-1])[0])
        if len(processes) == depth:
            return processes
        time.sleep(0.02)
    raise AssertionError(f"process {pid}: no chain of {depth} processes after 20 s")
