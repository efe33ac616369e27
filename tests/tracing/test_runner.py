"""Test the runner: each status by a real program, exact limits, events up to the end, faults of the fork server."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from statecode.records import Limits, Program, Status
from statecode.tracing import ENGINES, RunOptions, SandboxRunner
from tests.support.runners import fork_server_pid
from tests.support.traced_programs import available, run

ON_LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="limits on memory and output need Linux")


def test_ok(runner) -> None:
    trace = run(runner, "print(input()[::-1])\n", "héllo\n")
    assert (trace.status, trace.stdout, trace.stderr, trace.exception, trace.truncation) == (
        Status.OK, "olléh\n", "", None, None,
    )
    assert trace.python == f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert trace.snoop_version == "0.6.1"


def test_an_empty_program_runs(runner) -> None:
    assert run(runner, "").status is Status.OK
    assert run(runner, "\n").status is Status.OK
    assert run(runner, "# nothing\n").status is Status.OK


@pytest.mark.parametrize(
    "code",
    ["while True: pass", "sum(range(10**12))", "import re; re.match('(a+)+$', 'a' * 40 + 'b')", "pow(3, 10**9)"],
)
def test_cpu_limit(runner, code) -> None:
    trace = run(runner, f"x = 1\n{code}\n", cpu_s=0.3, events=10**9, trace_bytes=2**31)
    assert (trace.status, trace.truncation) == (Status.TIMEOUT, "cpu")
    assert trace.events[2].changes == (("x", "1"),)


def test_wall_limit(runner) -> None:
    trace = run(runner, "print('early', flush=True)\nimport time\ntime.sleep(60)\n", wall_s=0.3)
    assert (trace.status, trace.truncation) == (Status.TIMEOUT, "wall")
    assert trace.stdout == "early\n"
    assert trace.events[-1].line == 3


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_the_event_limit_is_exact_and_keeps_the_prefix(runner, limit) -> None:
    code = "for i in range(50):\n    print(i)\n"
    whole, cut = run(runner, code), run(runner, code, events=limit)
    assert (cut.status, cut.truncation) == (Status.EVENT_LIMIT, "events")
    assert cut.events == whole.events[:limit]
    assert whole.stdout.startswith(cut.stdout)
    assert cut.stdout == whole.stdout[: whole.events[limit].stdout_end]


def test_a_run_with_exactly_as_many_events_as_the_limit_is_complete(runner) -> None:
    code = "a = 1\nb = 2\n"
    count = len(run(runner, code).events)
    assert run(runner, code, events=count).status is Status.OK
    assert run(runner, code, events=count - 1).status is Status.EVENT_LIMIT


def test_large_values_reach_the_limit_on_trace_bytes(runner) -> None:
    trace = run(runner, "x = 1\nwhile True:\n    x = x << 9000\n", trace_bytes=200_000)
    assert (trace.status, trace.truncation) == (Status.EVENT_LIMIT, "trace_bytes")
    assert sum(len(change.value) for event in trace.events for change in event.changes) < 200_000


@ON_LINUX
@pytest.mark.parametrize("code", ["x = bytearray(2 * 10**9)", "x = [0]\nwhile True:\n    x = x + x"])
def test_memory_limit(runner, code) -> None:
    trace = run(runner, f"a = 1\n{code}\n", memory_bytes=100 * 2**20)
    assert trace.status is Status.MEMORY
    assert trace.exception is not None
    assert trace.exception.type == "MemoryError"


@ON_LINUX
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_limit_keeps_the_prefix(runner, stream) -> None:
    trace = run(runner, f"import sys\nwhile True:\n    print('x' * 99, file=sys.{stream})\n", output_bytes=10_000)
    assert (trace.status, trace.truncation) == (Status.OUTPUT_LIMIT, "output")
    assert getattr(trace, stream) == ("x" * 99 + "\n") * 100


@ON_LINUX
def test_one_long_line_reaches_the_output_limit(runner) -> None:
    trace = run(runner, "print('x' * 10**8)\n", output_bytes=10_000)
    assert (trace.status, trace.stdout) == (Status.OUTPUT_LIMIT, "x" * 10_000)


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.abort()", "SIGABRT"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os; os._exit(0)", "exit code 0 before the end"),
        ("import os; os._exit(7)", "exit code 7 before the end"),
    ],
)
def test_killed(runner, code, reason) -> None:
    trace = run(runner, f"x = 1\n{code}\n")
    assert (trace.status, trace.truncation) == (Status.KILLED, reason)
    assert trace.events[2].changes == (("x", "1"),)


@pytest.mark.parametrize("code", ["import sys; sys.settrace(None)", "import sys; sys.settrace(lambda *a: None)"])
def test_tracer_lost(runner, code) -> None:
    trace = run(runner, f"{code}\nx = 1\nprint(x)\n")
    assert trace.status is Status.TRACER_LOST
    assert trace.stdout == "1\n"


@pytest.mark.skipif(sys.version_info[:2] == (3, 11), reason="Python 3.11 starts the class's frame at another line")
def test_a_program_that_breaks_snoop_runs_to_its_end(runner) -> None:
    code = "from dataclasses import dataclass\n@dataclass\nclass P:\n    x: int\n\nprint(P(3))\n"
    with SandboxRunner(RunOptions(engine="snoop"), isolation=runner.isolation) as snoop:
        trace = run(snoop, code)
    assert trace.status is Status.TRACER_ERROR
    assert trace.truncation.startswith("tracer: AttributeError")
    assert (trace.stdout, trace.stderr) == ("P(x=3)\n", "")
    assert trace.events
    if runner.engine == "native":
        whole = run(runner, code)
        assert (whole.status, whole.stdout) == (Status.OK, trace.stdout)
        assert whole.events[: len(trace.events)] == trace.events != whole.events


def test_a_failing_repr_writes_nothing_to_stderr(runner) -> None:
    code = "class A:\n    def __init__(self):\n        self.x = 1\n    def __repr__(self):\n        return str(self.x)\n\na = A()\n"
    trace = run(runner, code)
    assert (trace.status, trace.stderr) == (Status.OK, "")


def test_a_killed_fork_server_is_replaced(runner) -> None:
    os.kill(fork_server_pid(runner), signal.SIGKILL)
    program = Program(program_id="p", problem_id="p", code="print(1)")
    traced = runner.run(program)
    assert (traced.attempts, traced.trace.stdout) == (2, "1\n")


def test_a_stopped_fork_server_is_replaced(monkeypatch) -> None:
    monkeypatch.setattr("statecode.tracing.forkserver.client._TIMEOUT_MARGIN_S", 0.5)
    with SandboxRunner(RunOptions(limits=Limits(wall_s=2))) as runner:
        os.kill(fork_server_pid(runner), signal.SIGSTOP)
        traced = runner.run(Program(program_id="p", problem_id="p", code="print(1)"))
        assert (traced.attempts, traced.trace.stdout) == (2, "1\n")


@pytest.mark.skipif(sys.version_info < (3, 12), reason="before Python 3.12 every event has a line")
@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in ENGINES])
def test_an_event_without_a_line_is_on_the_line_before_it(engine) -> None:
    """The frame has no line when it returns after a taken `except*`."""
    code = (
        "try:\n    try:\n        raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\n    except* ValueError:\n"
        "        raise KeyError(1)\nexcept* Exception as e:\n    for k in range(2):\n        x = k\n"
    )
    with SandboxRunner(RunOptions(engine=engine)) as runner:
        trace = run(runner, code)
    assert (trace.status, trace.truncation) == (Status.OK, None)
    assert (trace.events[-1].kind, trace.events[-1].line) == ("return", 7)
