"""Test that functions registered for forks run in forks of the program, and that addresses are equal in all runs."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from statecode.records import Limits, Program, Status
from statecode.tracing import SandboxRunner, engines
from statecode.tracing.engines import native
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.runners import MODES, alive, children_of, fork_server_pid, isolation_or_skip, runs_a_program

COLLECT = """
import json
from statecode.tracing.forkserver import at_fork
at_fork.collect_hooks()
from statecode.tracing.forkserver import server
at_fork.stop_collecting()
import os
print(json.dumps([sorted({hook.__module__ for hooks in at_fork._collected for hook in hooks.values()}),
                  os.register_at_fork is at_fork._register_at_fork]))
"""
FORKS = """
import os, random, threading
random.seed(1)
started = threading.Event()
threading.Thread(target=started.wait).start()
reader, writer = os.pipe()
pid = os.fork()
if pid == 0:
    os.write(writer, f"{random.random()} {threading.active_count()} {threading.main_thread().ident}".encode())
    os._exit(0)
os.waitpid(pid, 0)
started.set()
drawn, count, ident = os.read(reader, 100).decode().split()
print(drawn != str(random.random()), count, int(ident) == threading.get_ident())
"""
LAYOUT = """
class A: pass
class B:
    __slots__ = ("a", "b")
def f(): yield 1
kinds = [A, B, object, f, lambda: (lambda: 1), lambda: {1}, lambda: [1, 2], lambda: (A, B), lambda: "%s" % A, Exception]
print([id(kind()) for kind in kinds for kept in [[kind() for number in range(20)]]])
"""
OTHERS = ("x = 1\n", "1 / 0\n", "import time\ntime.sleep(0.3)\n", "print('y' * 100000)\n", "import os\nos._exit(3)\n", "while 1: pass\n")


def program(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def available(engine: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(engine == "native" and not native.available(), reason="the native engine is not built")


def test_hooks_of_threading_and_random_are_collected() -> None:
    output = subprocess.run([sys.executable, "-c", COLLECT], capture_output=True, check=True).stdout
    assert json.loads(output) == [["random", "threading"], True]


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in engines.ENGINES])
def test_the_hooks_run_when_a_program_forks(engine) -> None:
    with SandboxRunner(engine, isolation=isolation_for(trust_programs=True)) as runner:
        trace = runner.run(program(FORKS)).trace
    assert (trace.status, trace.stdout) == (Status.OK, "True 1 True\n")


def test_the_random_state_and_the_native_thread_id_are_those_of_the_program() -> None:
    code = "import os, random, threading\nprint(random.random(), threading.main_thread().native_id == os.getpid())\n"
    with SandboxRunner() as runner:
        assert runner.run(program(code)).trace.stdout == "0.8444218515250481 True\n"


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in engines.ENGINES])
def test_addresses_do_not_depend_on_earlier_runs(engine) -> None:
    """Run jobs in between that fail, are killed, or last until the watchdog checks: all use memory of the fork server."""
    limits = Limits(wall_s=0.4)
    with SandboxRunner(engine) as runner:
        layouts = set()
        for code in OTHERS * 2:
            runner.run(program(code), limits=limits)
            layouts.add(runner.run(program(LAYOUT)).trace.stdout)
    assert len(layouts) == 1


# the preforked child


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


def test_the_wall_limit_begins_with_the_job() -> None:
    with SandboxRunner(limits=Limits(wall_s=0.5)) as runner:
        time.sleep(0.7)
        assert runner.run(program("print(1)\n")).trace.stdout == "1\n"
        started = time.monotonic()
        assert runner.run(program("import time\ntime.sleep(60)\n")).trace.truncation == "wall"
        assert 0.45 < time.monotonic() - started < 5


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in engines.ENGINES])
def test_the_first_program_finds_the_same_stack_and_addresses_as_later_ones(engine) -> None:
    code = "import sys\ndepth, frame = 0, sys._getframe()\nwhile frame:\n    depth, frame = depth + 1, frame.f_back\nprint(depth)\n"
    seen = set()
    with SandboxRunner(engine) as runner:
        for _ in range(6):
            seen.add((runner.run(program(code)).trace.stdout, runner.run(program(LAYOUT)).trace.stdout))
    assert len(seen) == 1


def wait_for(found):
    deadline = time.monotonic() + 10
    while not (result := found()) and time.monotonic() < deadline:
        time.sleep(0.005)
    assert result
    return result
