"""Test the environment of traced programs: input and output, threads, and equal results in every run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.records import EventKind, Limits, Program, Status
from statecode.tracing import SandboxRunner
from tests.support.runners import MODES, isolation_or_skip


@pytest.fixture(scope="module", params=MODES)
def runner(request):
    with SandboxRunner(isolation=isolation_or_skip(request.param)) as runner:
        yield runner


def run(runner: SandboxRunner, code: str, stdin: str = "", **limits):
    return runner.run(Program(program_id="p", problem_id="p", code=code, inputs=(stdin,)), 0, Limits(**limits)).trace


@pytest.mark.parametrize(
    "code",
    [
        "print(sum(map(int, open(0).read().split())))",
        "import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))",
        "import sys\nprint(sum(int(line) for line in sys.stdin))",
        "import sys\ninput = sys.stdin.readline\nprint(int(input()) + int(input()) + int(input()))",
        "import os, io\ninput = io.BytesIO(os.read(0, 10**6)).readline\nprint(int(input()) + int(input()) + int(input()))",
        "import sys\ndata = sys.stdin.readlines()\nprint(sum(map(int, data)))",
        "import fileinput\nprint(sum(map(int, fileinput.input())))",
        "total = 0\ntry:\n    while True:\n        total += int(input())\nexcept EOFError:\n    print(total)",
        "import os\nos.write(1, b'%d\\n' % sum(map(int, os.read(0, 99).split())))",
        "import sys\nsys.stdout.buffer.write(b'%d\\n' % sum(map(int, sys.stdin)))",
        "out = open(1, 'w')\nprint(sum(map(int, open(0))), file=out)",
        "print(sum(map(int, [input() for _ in range(3)])))",
    ],
)
def test_ways_to_read_and_write(runner, code) -> None:
    trace = run(runner, code, "1\n2\n39\n")
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "42\n", "")


@pytest.mark.parametrize(("stdin", "read"), [("\udcff\udc80", b"\xff\x80"), ("\ud800", b"\\ud800")])
def test_stdin_with_lone_surrogates(runner, stdin, read) -> None:
    trace = run(runner, "import sys\nprint(sys.stdin.buffer.read())\n", stdin)
    assert trace.stdout == f"{read}\n"


def test_deep_recursion_in_a_thread_with_a_big_stack(runner) -> None:
    code = (
        "import sys, threading\nsys.setrecursionlimit(10**6)\nthreading.stack_size(64 * 1024 * 1024)\n"
        "def depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)\n\ndef main():\n    print(depth(2000))\n\n"
        "thread = threading.Thread(target=main)\nthread.start()\nthread.join()\n"
    )
    trace = run(runner, code)
    assert (trace.status, trace.stdout, trace.deterministic) == (Status.OK, "2000\n", True)
    assert max(event.depth for event in trace.events) == 2001
    assert {event.thread for event in trace.events} == {0, 1}


def test_a_program_is_main(runner) -> None:
    code = (
        "import __main__, pickle, sys\nclass A:\n    pass\nassert __main__.A is A\nassert sys.argv == ['program.py']\n"
        "pickle.loads(pickle.dumps(A()))\nif __name__ == '__main__':\n    print(sorted(globals()))\n"
    )
    trace = run(runner, code)
    assert trace.stdout == "['A', '__builtins__', '__main__', '__name__', 'pickle', 'sys']\n"


def test_stdout_end_counts_characters_before_they_are_flushed(runner) -> None:
    trace = run(runner, "print('é')\nprint('ab', end='')\nx = 1\n")
    assert trace.stdout == "é\nab"
    assert [event.stdout_end for event in trace.events] == [0, 0, 2, 4, 4]


def test_output_of_threads_exit_handlers_and_finalisers_is_recorded(runner) -> None:
    code = (
        "import atexit, threading\nclass A:\n    def __del__(self):\n        print('deleted')\n\na = A()\n"
        "atexit.register(print, 'exit')\nthreading.Thread(target=print, args=('thread',)).start()\nprint('body')\n"
    )
    trace = run(runner, code)
    assert sorted(trace.stdout.split()[:2]) == ["body", "thread"]
    assert trace.stdout.split()[2:] == ["exit", "deleted"]


def test_random_numbers_and_hashes_are_equal_in_every_run(runner) -> None:
    code = "import random\nprint(random.random(), hash('word'), list({'a', 'b', 'c', 'd'}))\n"
    first = run(runner, code)
    assert run(runner, code).stdout == first.stdout
    with SandboxRunner() as other:
        assert run(other, code).stdout == first.stdout


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="addresses are fixed on Linux only")
def test_the_order_of_sets_ordered_by_address_is_equal_in_every_run() -> None:
    code = (
        "class A:\n    pass\ndef main():\n    objects = {A() for _ in range(50)}\n"
        "    print([hash(a) for a in objects])\nmain()\n"
    )
    orders = Counter()
    with SandboxRunner() as runner:
        for length in (10, 3000, 300, 30, 3):
            orders[run(runner, code).stdout] += 1
            run(runner, f"x = [str(i) for i in range({length})]\n", events=100)
    assert orders.most_common(1)[0][1] >= 4, "at most one order may differ: a check of the watchdog may move a block of the fork server once"


def test_runs_with_interleaved_threads_are_marked(runner) -> None:
    code = (
        "import threading, time\ndef work(name):\n    for i in range(3):\n        time.sleep(0.01)\n\n"
        "threads = [threading.Thread(target=work, args=(n,)) for n in 'ab']\n"
        "for t in threads: t.start()\nfor t in threads: t.join()\n"
    )
    trace = run(runner, code)
    assert trace.status is Status.OK
    assert not trace.deterministic


def test_a_program_does_not_see_effects_of_earlier_programs(runner) -> None:
    run(runner, "import os, sys, builtins\nopen('left.txt', 'w').write('x')\nos.mkdir('d')\nsys.modules['evil'] = 1\n"
                "builtins.evil = 1\n")
    trace = run(runner, "import os, sys\nprint(os.listdir('.'), 'evil' in sys.modules, 'evil' in dir(__builtins__))\n")
    assert trace.stdout == "[] False False\n"


def test_the_environment_of_the_supervisor_is_not_inherited(runner, monkeypatch) -> None:
    monkeypatch.setenv("STATECODE_SECRET", "42")
    with SandboxRunner() as fresh:
        trace = run(fresh, "import os\nprint(sorted(n for n in os.environ if n != 'LC_CTYPE' and 'THREADS' not in n))\n")
    assert trace.stdout == "['HOME', 'LC_ALL', 'PATH', 'PYTHONHASHSEED', 'TMPDIR']\n"


def test_heavy_packages_are_not_loaded(runner) -> None:
    trace = run(runner, "import sys\nprint({'numpy', 'pandas', 'datasets', 'torch', 'pyarrow'} & set(sys.modules))\n")
    assert trace.stdout == "set()\n"


def test_generators_keep_their_frame_number(runner) -> None:
    trace = run(runner, "def g():\n    yield 1\n    yield 2\n\na, b = g(), g()\nprint(next(a), next(b), next(a))\n")
    kinds = [(event.kind, event.frame) for event in trace.events if event.function == "g" and event.kind != "line"]
    assert kinds == [
        (EventKind.START_GENERATOR, 1), (EventKind.YIELD, 1), (EventKind.START_GENERATOR, 2), (EventKind.YIELD, 2),
        (EventKind.REENTER_GENERATOR, 1), (EventKind.YIELD, 1),
    ]


def test_trace_with_its_arguments() -> None:
    assert statecode.trace("x = input()\nprint(x)\n", stdin="hi\n").stdout == "hi\n"
    cut = statecode.trace("x = input()\nprint(x)\n", stdin="hi\n", limits=Limits(events=3))
    assert (cut.status, len(cut.events)) == (Status.EVENT_LIMIT, 3)
    origin = Program(program_id="mine", problem_id="sums", code="print('not this')", label="correct")
    labelled = statecode.trace("print(input())", stdin="this\n", program=origin)
    assert (labelled.stdout, labelled.program_id, labelled.label) == ("this\n", "mine", "correct")
    with pytest.raises(ConfigError, match="unknown engine 'fast'; known: native, snoop"):
        statecode.trace("", engine="fast")


def test_traces_are_equal_in_other_processes() -> None:
    code = "xs = {'a', 'b', 'c'}\nfor x in xs: print(x)\n"
    script = (
        "import json, sys, statecode\nprint(json.dumps(statecode.trace(sys.argv[1]).content(), default=str))"
    )
    outputs = {
        subprocess.run([sys.executable, "-c", script, code], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert len(outputs) == 1
    assert json.loads(outputs.pop())[3] == "ok"
