"""Test that programs which share a child have the same records as in a child each, also if one of them fails."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path

import pytest

from statecode.corpus.build import build
from statecode.corpus.shards import SHARED_RUNS
from statecode.programs import load_programs
from statecode.records import Limits, Program, Status, own_text_of
from statecode.tracing import RunOptions, SandboxRunner, TracedRun
from statecode.tracing.engines.registry import NATIVE
from tests.support.samples import sampled

pytestmark = pytest.mark.skipif(NATIVE.unavailable_reason() != "", reason="only the native engine shares a child")


def facts(run: TracedRun) -> tuple:
    """Return everything that a row contains."""
    head = run.run.head
    return *(getattr(head, field.name) for field in fields(head) if field.name != "events"), *map(list, run.run.events)


def programs(*codes: str, stdin: str = "") -> list[tuple[Program, int]]:
    return [
        (Program(program_id=f"p{number}", problem_id="p", code=code, inputs=(stdin,), own_text=own_text_of(code)), 0)
        for number, code in enumerate(codes)
    ]


def assert_same_as_alone(runner: SandboxRunner, runs: list[tuple[Program, int]], shared: int | None = None) -> list[TracedRun]:
    """Check that the runs together are as those alone, and that a child is shared by `shared` of them (None: by all)."""
    assert len(runner._run_shared(runs)) == (len(runs) if shared is None else shared)
    together = list(runner.run_together(runs))
    assert len(together) == len(runs)
    for (program, input_index), run in zip(runs, together):
        assert facts(run) == facts(runner.run(program, input_index)), program.code
    return together


@sampled(40)
def test_generated_programs(step: int) -> None:
    runs = [(program, index) for program in load_programs("generated:10000") for index in range(len(program.inputs))]
    with SandboxRunner() as runner:
        for start in range(0, len(runs), SHARED_RUNS * step):
            assert_same_as_alone(runner, runs[start : start + SHARED_RUNS])


def test_programs_that_leave_something_behind() -> None:
    """The state of one program is not visible in the next."""
    codes = [
        "x = 1\nprint(x, end='')\n",
        "print('x' in globals(), input())\n",
        "import sys\nprint(sys.stdin.read(), sys.stdin.read() == '')\nprint('e', file=sys.stderr)\nsys.stdout = None\n",
        "class A:\n    def __del__(self):\n        print('del')\na = A()\na.a = a\n",
        "print('é\\u2028')\nraise ValueError('no')\n",
        "import sys\nsys.setrecursionlimit(80)\n",
        "def f(n):\n    return n and 1 + f(n - 1)\nprint(f(300))\n",
        "import sys\nprint(sys.stdout.tell())\nsys.exit('end')\n",
        "print(__name__, __file__, [*globals()])\n",
        "",
    ]
    with SandboxRunner() as runner:
        for code in codes:
            alone = runner.run(*programs(code, stdin="a\nb\n")[0])
            probe = "import sys\nprint(input(), sys.getrecursionlimit() > 900)\n"
            first, second = runner._run_shared(programs(code, probe, stdin="a\nb\n"))
            assert facts(first) == facts(alone), code
            assert (second.trace.stdout, second.trace.status) == ("a True\n", Status.OK), code


@pytest.mark.parametrize("code,status", [
    pytest.param("n = 0\nwhile True:\n    n += 1\n", Status.EVENT_LIMIT, id="events"),
    pytest.param("sum(range(10**12))\n", Status.TIMEOUT, id="cpu"),
    pytest.param("import time\ntime.sleep(60)\n", Status.TIMEOUT, id="wall"),
    pytest.param("x = bytes(10**10)\n", Status.MEMORY, id="memory"),
    pytest.param("print('x' * 10**7)\n", Status.OUTPUT_LIMIT, id="output"),
    pytest.param("import os\nos._exit(3)\n", Status.KILLED, id="exit"),
    pytest.param("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n", Status.KILLED, id="signal"),
    pytest.param("1 +\n", Status.COMPILE_ERROR, id="syntax"),
    pytest.param("import os\nos.lseek(1, 0, 2)\nos.close(1)\n", None, id="closed_stdout"),
    pytest.param("import sys\nsys.settrace(None)\n", Status.TRACER_LOST, id="trace_function"),
    pytest.param("print('x' * 10**5)\n", Status.OK, id="long_output"),  # more than the room for the end record
])
def test_a_program_that_fails(code: str, status: Status | None) -> None:
    """The programs after it run in children of their own."""
    with SandboxRunner(RunOptions(limits=Limits(cpu_s=0.5, wall_s=1.5, events=500))) as runner:
        some = programs("print(1)\n", code, "print(2)\n", "y = 3\nprint(y)\n")
        runs = assert_same_as_alone(runner, some, shared=1)
    assert [run.trace.stdout for run in runs][::2] == ["1\n", "2\n"] and runs[3].trace.stdout == "3\n"
    assert status in (None, runs[1].trace.status)


def test_only_own_programs_share_a_child(monkeypatch: pytest.MonkeyPatch) -> None:
    shared = []
    run_shared = SandboxRunner._run_shared
    monkeypatch.setattr(SandboxRunner, "_run_shared", lambda self, runs: shared.append(len(runs)) or run_shared(self, runs))
    own = programs(*["print(1)\n"] * 3)
    other = [(replace(program, own_text=None), index) for program, index in own]
    with_files = [(replace(program, files='{"a": "b"}'), index) for program, index in own]
    with SandboxRunner() as runner:
        assert len(list(runner.run_together([*own, *other, *own[:2], *with_files, own[0]]))) == 12
    assert shared == [3, 2]
    assert {program.may_share_process for program in load_programs("embedded")} == {False}
    assert not replace(own[0][0], code="print(2)\n").may_share_process
    with SandboxRunner(RunOptions(engine="snoop")) as runner:
        assert len(list(runner.run_together(own))) == 3
    assert shared == [3, 2]


def test_a_shared_corpus_has_the_same_bytes(tmp_path: Path) -> None:
    own = list(load_programs("generated:100"))
    alone = [replace(program, own_text=None) for program in own]
    for name, some in {"shared": own, "alone": alone}.items():
        build(some, tmp_path / name, workers=2, runs_per_shard=40, progress=False)
    paths = sorted(path.relative_to(tmp_path / "alone") for path in (tmp_path / "alone").rglob("*.parquet"))
    assert len(paths) > 2
    for path in paths:
        assert (tmp_path / "shared" / path).read_bytes() == (tmp_path / "alone" / path).read_bytes(), path
