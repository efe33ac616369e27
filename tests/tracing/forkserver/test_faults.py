"""Test faults of the processes of a runner: they are killed, stopped or crash.

Each fault costs at most one retry, leaves no process running, and loses no result. The tests send real signals to real
processes.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from statecode.records import Limits, Program, Status
from statecode.tracing import RunOptions, SandboxRunner, TracedRun
from tests.support.processes import nothing_left
from tests.support.runners import MODES, children_of, fork_server_pid, isolation_or_skip, runs_a_program

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks for processes in /proc")

SLEEPER = Program(
    program_id="p",
    problem_id="p",
    code="import time\nclass A: pass\nfor n in range(4):\n    a = A()\n    time.sleep(0.06)\nprint(n, a, hash('a'))\n",
)
LONG = Program(program_id="p", problem_id="p", code="import time\ntime.sleep(300)\n")


def outer_launcher(runner: SandboxRunner) -> int:
    """Return the process id of bubblewrap outside the namespaces."""
    return runner.server._process.pid


def inner_launcher(runner: SandboxRunner) -> int:
    """Return the process id of bubblewrap inside the namespaces."""
    (inner,) = children_of(outer_launcher(runner))
    return inner


def program_runs(runner: SandboxRunner, ignored: set[int]) -> bool:
    """Return True if a program runs whose fork server is not one of `ignored`."""
    try:
        return fork_server_pid(runner) not in ignored and runs_a_program(runner)
    except (AttributeError, IndexError):  # the server is being replaced
        return False


def run_with_signals(
    runner: SandboxRunner, program: Program, victim: Callable[[SandboxRunner], int], number: int, attempts: int = 1
) -> TracedRun:
    """Run the program, and send a signal to a process of the runner in each of the first attempts.

    If an attempt ends before the signal is sent, everything is repeated.
    """
    finished = threading.Event()
    signalled: set[int] = set()

    def send_signals() -> None:
        while len(signalled) < attempts and not finished.wait(0.01):
            if program_runs(runner, signalled) and not finished.wait(0.05) and program_runs(runner, signalled):
                signalled.add(fork_server_pid(runner))
                os.kill(victim(runner), number)

    with ThreadPoolExecutor(1) as thread:
        sending = thread.submit(send_signals)
        try:
            run = runner.run(program)
        finally:
            finished.set()
    sending.result()
    return run if len(signalled) == attempts else run_with_signals(runner, program, victim, number, attempts)


FAULTS = [
    pytest.param(signal.SIGKILL, id="killed"),
    pytest.param(signal.SIGSEGV, id="crashed"),
    pytest.param(signal.SIGSTOP, id="stopped", marks=pytest.mark.one_python),
]


def limits_for(number: int) -> Limits:
    """Return limits with a short wall limit for SIGSTOP: the runner waits that long for a stopped process."""
    return Limits(wall_s=2 if number == signal.SIGSTOP else 60)


def check_faults(mode: str, victim: Callable[[SandboxRunner], int], number: int, attempts: int) -> None:
    """Send the signal between two programs, and while one runs; assert the attempts, and that the traces are equal."""
    isolation = isolation_or_skip(mode)
    with nothing_left(), SandboxRunner(RunOptions(limits=limits_for(number)), isolation=isolation) as runner:
        first = runner.run(SLEEPER)
        assert (first.trace.status, first.attempts) == (Status.OK, 1)
        os.kill(victim(runner), number)
        after = runner.run(SLEEPER)
        during = run_with_signals(runner, SLEEPER, victim, number)
        assert (after.attempts, during.attempts) == (attempts, attempts)
        assert after.trace == during.trace == runner.run(SLEEPER).trace == first.trace


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("mode", MODES)
def test_a_lost_fork_server_costs_one_retry(mode, number, monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._TIMEOUT_MARGIN_S", 0.5)
    check_faults(mode, fork_server_pid, number, attempts=2)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_killed_launcher_costs_one_retry(launcher) -> None:
    check_faults("full", launcher, signal.SIGKILL, attempts=2)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_stopped_launcher_costs_nothing(launcher) -> None:
    check_faults("full", launcher, signal.SIGSTOP, attempts=1)


def check_lost_twice(mode: str, victim: Callable[[SandboxRunner], int], number: int) -> None:
    """Send the signal in both attempts; assert the trace, and that the program, which would run for minutes, ends."""
    isolation = isolation_or_skip(mode)
    with nothing_left() as wait, SandboxRunner(RunOptions(limits=limits_for(number)), isolation=isolation) as runner:
        lost = run_with_signals(runner, LONG, victim, number, attempts=2)
        assert (lost.trace.status, lost.trace.events, lost.attempts) == (Status.KILLED, (), 2)
        assert lost.trace.truncation == "it ended the tracing process"
        wait()
        assert runner.run(SLEEPER).attempts == 1


@pytest.mark.parametrize("number", FAULTS)
@pytest.mark.parametrize("mode", MODES)
def test_a_run_that_loses_its_fork_server_twice_is_recorded_as_killed(mode, number, monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._TIMEOUT_MARGIN_S", 0.5)
    check_lost_twice(mode, fork_server_pid, number)


@pytest.mark.parametrize("launcher", [outer_launcher, inner_launcher])
def test_a_program_ends_with_its_launcher(launcher) -> None:
    check_lost_twice("full", launcher, signal.SIGKILL)
