"""Test programs that interfere with the tracer, and interrupted runs: at most their own traces are affected."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time

import pytest

from statecode.records import Limits, Status
from statecode.tracing import RunOptions, SandboxRunner
from tests.support.runners import TRUSTED
from tests.support.traced_programs import program


@pytest.fixture(scope="module")
def runner():
    with SandboxRunner(RunOptions(limits=Limits(wall_s=5)), isolation=TRUSTED) as runner:
        yield runner


def assert_works(runner: SandboxRunner) -> None:
    after = runner.run(program("x = 41\nprint(x + 1)\n")).trace
    assert (after.status, after.stdout, len(after.events)) == (Status.OK, "42\n", 4)


def test_a_program_that_kills_the_fork_server_is_recorded_as_killed(runner) -> None:
    traced = runner.run(program("import os\nos.kill(os.getppid(), 9)\n"))
    assert (traced.trace.status, traced.trace.truncation) == (Status.KILLED, "it ended the tracing process")
    assert (traced.trace.events, traced.attempts) == ((), 2)
    assert_works(runner)


@pytest.mark.parametrize(
    "code",
    ["import os\nos.rmdir(os.getcwd())\n", "import os, shutil\nshutil.rmtree(os.getcwd())\nopen('x', 'w')\n",
     "import os\nos.mkdir('d')\nopen('d/f', 'w').close()\nos.chmod('d', 0)\n",
     "import os\nos.symlink('/', 'root')\nos.mkfifo('pipe')\n"],
)
def test_changes_to_the_working_folder_are_removed(runner, code) -> None:
    runner.run(program(code))
    assert runner.run(program("import os\nprint(os.listdir('.'))\n")).trace.stdout == "[]\n"
    assert_works(runner)


@pytest.mark.parametrize(
    "code",
    ["import os\npid = os.fork()\nif pid == 0:\n    y = 5\n    os._exit(3)\nprint(os.waitpid(pid, 0)[1] >> 8)\n",
     "import os\nif os.fork() == 0:\n    raise SystemExit\nos.wait()\nprint(3)\n"],
)
def test_a_program_that_forks_keeps_its_own_trace(runner, code) -> None:
    trace = runner.run(program(code)).trace
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "3\n", "")
    assert trace.events[-1].kind == "return"
    assert not any(change.name == "y" for event in trace.events for change in event.changes)


def test_multiprocessing(runner) -> None:
    code = (
        "import multiprocessing as mp\ndef double(x):\n    return 2 * x\n"
        "with mp.get_context('fork').Pool(2) as pool:\n    print(pool.map(double, (1, 2, 3)))\n"
    )
    trace = runner.run(program(code)).trace
    assert (trace.status, trace.stdout) == (Status.OK, "[2, 4, 6]\n")


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="needs /proc")
def test_processes_that_a_program_started_end_with_it(runner) -> None:
    code = "import subprocess\nprint(subprocess.Popen(['/bin/sleep', '77']).pid)\n"
    pid = int(runner.run(program(code)).trace.stdout)
    deadline = time.monotonic() + 20
    while os.path.exists(f"/proc/{pid}") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not os.path.exists(f"/proc/{pid}")


@pytest.mark.skipif(sys.version_info[:2] < (3, 12), reason="before Python 3.12 no known program makes snoop fail in a thread")
def test_a_tracer_failure_after_the_end_of_the_main_thread_is_reported(runner) -> None:
    code = (
        "import threading, time\nfrom dataclasses import dataclass\ndef work():\n    time.sleep(0.1)\n"
        "    @dataclass\n    class P:\n        x: int\n    print(P(3))\n\nthreading.Thread(target=work).start()\n"
        "# the last line\n"
    )
    with SandboxRunner(RunOptions(engine="snoop"), isolation=runner.isolation) as snoop:
        trace = snoop.run(program(code)).trace
    assert (trace.status, trace.stdout) == (Status.TRACER_ERROR, "work.<locals>.P(x=3)\n")


def test_removing_the_tracer_from_threads_is_reported(runner) -> None:
    code = "import threading\nthreading.settrace(None)\nt = threading.Thread(target=print)\nt.start(); t.join()\n"
    assert runner.run(program(code)).trace.status is Status.TRACER_LOST


@pytest.mark.parametrize(
    "code",
    ["import sys\nold = sys.gettrace()\nsys.settrace(None)\nlen('hole')\nsys.settrace(old)\nprint(1)\n",
     "import sys\nold = sys.gettrace()\nsys.settrace(None)\nsys.settrace(old)\n",
     "import sys\ndef f():\n    old = sys.gettrace()\n    sys.settrace(None)\n    len('hole')\n    sys.settrace(old)\n"
     "for _ in range(1000):\n    f()\n",
     "import sys, threading\ndef f():\n    old = sys.gettrace()\n    sys.settrace(None)\n    len('hole')\n    sys.settrace(old)\n"
     "t = threading.Thread(target=f)\nt.start(); t.join()\n",
     "import sys, threading\ndef f():\n    sys.settrace(None)\n    len('hole')\nt = threading.Thread(target=f)\nt.start(); t.join()\n"],
    ids=["module", "at the end", "function", "thread", "thread without putting it back"],
)
def test_a_tracer_that_was_taken_off_for_a_while_is_reported(runner, code) -> None:
    trace = runner.run(program(code)).trace
    assert (trace.status, trace.truncation) == (Status.TRACER_LOST, "the program replaced the tracer")
    assert trace.events[-1].kind == "return"
    assert trace.stdout == runner.run_untraced(program(code)).trace.stdout


def test_threads_are_not_taken_for_tracers_that_were_put_back(runner) -> None:
    code = "import threading\nfor _ in range(3):\n    t = threading.Thread(target=print)\n    t.start(); t.join()\n"
    assert runner.run(program(code)).trace.status is Status.OK


@pytest.mark.skipif(sys.version_info < (3, 11), reason="before Python 3.11 such a recursion overflows the C stack")
def test_an_event_deep_in_a_recursion_costs_as_much_as_any_other(runner) -> None:
    code = "import sys\nsys.setrecursionlimit(10**6)\ndef f(n):\n    return n and f(n - 1) + 1\nprint(f(60_000))\n"
    limits = Limits(events=10**6, memory_bytes=2 << 30, trace_bytes=1 << 30, cpu_s=5, wall_s=60)  # was 11 s, is 0.2 s
    trace = runner.run(program(code), limits=limits).trace
    assert (trace.status, trace.stdout, trace.events[-2].depth) == (Status.OK, "60000\n", 1)


def test_the_reply_to_an_interrupted_run_is_not_taken_for_the_next(runner) -> None:
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        runner.run(program("import time\ntime.sleep(3)\n"))
    assert_works(runner)


@pytest.mark.parametrize("code", [
    "import threading\ndel threading._trace_hook\n", "import sys\nsys.settrace = None\n", "import threading\ndel threading._shutdown\n",
])
def test_a_program_that_removes_functions_of_the_interpreter_ends_normally(runner, code) -> None:
    trace = runner.run(program(code + "import atexit\natexit.register(print, 'exit')\nprint('end')\n")).trace
    assert (trace.status, trace.stdout) == (Status.TRACER_LOST if "_trace_hook" in code else Status.OK, "end\nexit\n")


CALLS_THE_TRACER = """\
import sys
tracer = sys.gettrace()
class A:
    def __repr__(self):
        for _ in range(300):
            tracer(sys._getframe(), "call", None)
        return "A"
def use():
    items = [1]
    first = A()
    second = A()
    return second
for arg in (3, None, (), (1, 2, 3), (ValueError, 3, None)):
    for event in ("exception", "return", "line", "call", "other"):
        try:
            tracer(sys._getframe(), event, arg)
        except TypeError:
            pass
use()
print("end")
"""


def test_a_program_that_calls_the_tracer_does_not_crash(runner) -> None:
    trace = runner.run(program(CALLS_THE_TRACER)).trace
    assert (trace.status, trace.stdout) == (Status.TRACER_LOST, "end\n")
