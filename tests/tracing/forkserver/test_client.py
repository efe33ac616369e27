"""Test that limits, signals and descriptors of the supervisor do not change traces, and how failures are reported."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from statecode.errors import TracingError
from statecode.tracing import SandboxRunner
from tests.support.runners import UNTRUSTED, isolation_or_skip

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="isolation needs Linux")

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
        The status, truncation, first 20 characters of stdout, and attempts of each run.
    """
    isolation_or_skip(mode)
    script = f"{TRACE}\n{preparation}\nmain({mode!r}, *{codes!r})\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100)
    assert (done.stderr, done.returncode) == ("", 0)
    return [line.split("|") for line in done.stdout.splitlines()]


@pytest.mark.parametrize("mode", UNTRUSTED)
def test_limits_of_the_supervisor_do_not_replace_those_of_programs(mode) -> None:
    preparation = "resource.setrlimit(resource.RLIMIT_AS, (6 * 10**9, 6 * 10**9))"
    endless = "import os\nwhile True:\n    os.write(1, b'x' * 10_000)\n"
    greedy = "x = bytearray(2**29)\n"
    found = outcomes(preparation, mode, endless, greedy)
    assert [(status, why) for status, why, *_ in found] == [("output_limit", "output"), ("memory", "None")]


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_signals_blocked_or_ignored_in_the_supervisor_reach_programs(mode) -> None:
    preparation = (
        "signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM, signal.SIGXFSZ, signal.SIGPROF, signal.SIGTERM})\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    )
    codes = ("import time\ntime.sleep(30)\n", "import os\nwhile True:\n    os.write(1, b'x' * 10_000)\n",
             "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)\n")
    found = outcomes(preparation, mode, *codes)
    assert [(status, why) for status, why, *_ in found] == [
        ("timeout", "wall"), ("output_limit", "output"), ("killed", "SIGTERM"),
    ]


def test_an_ignored_sigchld_is_reported() -> None:
    script = f"{TRACE}\nsignal.signal(signal.SIGCHLD, signal.SIG_IGN)\nimport statecode\nstatecode.trace('1')\n"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    last = done.stderr.strip().splitlines()[-1]
    assert last.startswith("statecode.errors.TracingError: SIGCHLD is ignored in this process")


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_exhausted_descriptors_are_an_error_and_not_a_status_of_the_program(mode) -> None:
    isolation_or_skip(mode)
    script = f"""{TRACE}
from statecode.errors import TracingError
with SandboxRunner(isolation=isolation_for(mode={mode!r})) as runner:
    before = len(os.listdir("/proc/self/fd"))
    taken = []
    try:
        while True:
            taken.append(os.open("/dev/null", os.O_RDONLY))
    except OSError:
        os.close(taken.pop()), os.close(taken.pop())
    try:
        print(trace(runner, "print(1)"))
    except TracingError as error:
        message = str(error)
    for fd in taken:
        os.close(fd)
    print(message)
    print(trace(runner, "print(1)"), len(os.listdir("/proc/self/fd")) - before)
"""
    limited = f"import resource\nresource.setrlimit(resource.RLIMIT_NOFILE, (200, 200))\n{script}"
    done = subprocess.run([sys.executable, "-c", limited], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "cannot create the files of a run: Too many open files", "('ok', None, '1\\n', 1) 0",
    ]


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_closed_streams_and_many_descriptors(mode) -> None:
    preparation = "open_files = [os.open('/dev/null', os.O_RDONLY) for _ in range(400)]\nos.close(0)"
    assert outcomes(preparation, mode, "print(1)") == [["ok", "None", "1"], ["", "1"]]


@pytest.mark.parametrize("mode", [*UNTRUSTED, "trusted"])
def test_another_interpreter_is_refused(mode, monkeypatch) -> None:
    """Pretend that this interpreter has another prefix than the server's."""
    isolation = isolation_or_skip(mode)
    monkeypatch.setattr("statecode.tracing.forkserver.server.sys.base_prefix", "/elsewhere")
    with pytest.raises(TracingError, match="another interpreter answered"):
        SandboxRunner(isolation=isolation)


def test_a_runner_cannot_be_used_in_a_forked_process() -> None:
    script = f"""{TRACE}
with SandboxRunner() as runner:
    if os.fork() == 0:
        try:
            trace(runner, "print(1)")
        except Exception as error:
            os.write(1, type(error).__name__.encode())
        os._exit(0)
    os.wait()
"""
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("TracingError", "")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has capabilities to drop")
def test_all_capabilities_are_dropped_if_the_user_cannot_be_changed() -> None:
    isolation_or_skip("no-namespaces")
    script = f"""{TRACE}
with SandboxRunner(isolation=isolation_for(mode="no-namespaces")) as runner:
    print(trace(runner, "print(1)"))
    status = open(f"/proc/{{runner._fork_server._process.pid}}/status").read().splitlines()
    print([line.split()[1] for line in status if line.startswith(("CapEff", "CapPrm", "NoNewPrivs"))])
"""
    without = ["setpriv", "--bounding-set", "-setuid,-setgid", "--inh-caps", "-setuid,-setgid"]
    try:
        done = subprocess.run([*without, sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("no setpriv here")
    assert (done.stdout, done.stderr) == (f"('ok', None, '1\\n', 1)\n{[16 * '0', 16 * '0', '1']}\n", "")
