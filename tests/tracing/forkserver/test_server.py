"""Test the fork server: its preforked child, and the packages that it does not import."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from statecode.records import Status
from statecode.tracing import SandboxRunner
from tests.support.runners import MODES, alive, children_of, fork_server_pid, isolation_or_skip, runs_a_program
from tests.support.traced_programs import program, run


@pytest.mark.parametrize("mode", MODES)
def test_one_preforked_child_waits_and_none_while_a_program_runs(mode) -> None:
    code = "import time\ntime.sleep(0.3)\n"
    with SandboxRunner(isolation=isolation_or_skip(mode)) as runner, ThreadPoolExecutor(1) as thread:
        runner.run(program("x = 1\n"))
        (preforked,) = wait_for(lambda: children_of(fork_server_pid(runner)))
        run = thread.submit(runner.run, program(code))
        assert wait_for(lambda: runs_a_program(runner)) and children_of(fork_server_pid(runner)) == [preforked]
        assert run.result().trace.status is Status.OK
        (other,) = wait_for(lambda: children_of(fork_server_pid(runner)))
        assert other != preforked
        for number in (signal.SIGKILL, signal.SIGTERM):  # if it is killed, the next child is forked without a retry
            (preforked,) = wait_for(lambda: children_of(fork_server_pid(runner)))
            os.kill(preforked, number)
            wait_for(lambda: not alive(preforked))
            run = runner.run(program("print(1)\n"))
            assert (run.trace.stdout, run.attempts) == ("1\n", 1)


@pytest.mark.parametrize("mode", MODES)
def test_the_preforked_child_ends_with_the_runner_and_with_the_fork_server(mode) -> None:
    with SandboxRunner(isolation=isolation_or_skip(mode)) as runner:
        (first,) = wait_for(lambda: children_of(fork_server_pid(runner)))
        os.kill(fork_server_pid(runner), signal.SIGKILL)
        wait_for(lambda: not alive(first))
        runner.run(program("x = 1\n"))
        (second,) = wait_for(lambda: children_of(fork_server_pid(runner)))
    wait_for(lambda: not alive(second))


def test_the_preforked_child_has_no_other_open_files() -> None:
    """Check that it has only the standard streams, inherited from the fork server, and the socket for its job."""
    with SandboxRunner() as runner:
        (preforked,) = wait_for(lambda: children_of(fork_server_pid(runner)))
        wait_for(lambda: len(os.listdir(f"/proc/{preforked}/fd")) == 4)
        (socket_fd,) = set(os.listdir(f"/proc/{preforked}/fd")) - {"0", "1", "2"}
        assert os.readlink(f"/proc/{preforked}/fd/{socket_fd}").startswith("socket:")


def test_heavy_packages_are_not_loaded(runner) -> None:
    trace = run(runner, "import sys\nprint({'numpy', 'pandas', 'datasets', 'torch', 'pyarrow'} & set(sys.modules))\n")
    assert trace.stdout == "set()\n"


def wait_for(found):
    deadline = time.monotonic() + 10
    while not (result := found()) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert result
    return result
