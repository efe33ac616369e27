"""Test the environment of traced programs: modules, threads, random numbers, and effects of earlier programs."""

from __future__ import annotations

import pytest

from statecode.records import EventKind, Status
from statecode.tracing import RunOptions, SandboxRunner
from statecode.views import render
from tests.reference.normalised import normalised
from tests.reference.runs import snoop_text
from tests.support.traced_programs import available, program, run


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
    assert trace.stdout == "['A', '__builtins__', '__doc__', '__file__', '__main__', '__name__', 'pickle', 'sys']\n"


_MODULE_NAMES = """\
'The text.'
print(__file__, __doc__)
class A:
    __doc__ = None
    __file__ = 'program.py'
__doc__ = __file__ = None
__file__ = 'program.py'
__doc__ = 'again'
"""


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in ("native", "snoop")])
def test_file_and_doc_have_the_values_of_a_script_and_are_recorded_if_the_program_changes_them(engine) -> None:
    code = _MODULE_NAMES
    with SandboxRunner(RunOptions(engine=engine)) as runner:
        assert run(runner, "print(__file__, __doc__)\n").stdout == "program.py None\n"
        trace = run(runner, code)
    assert trace.stdout == "program.py The text.\n"
    changes = [(event.depth, *change) for event in trace.events for change in event.changes]
    assert [change for change in changes if change[1] in ("__doc__", "__file__")] == [
        (0, "__doc__", "'The text.'"), (1, "__doc__", "None"), (1, "__file__", "'program.py'"), (0, "__file__", "None"),
        (0, "__doc__", "'again'"),
    ]
    assert render(trace, "snoop") == normalised(snoop_text(code, ""))


@pytest.mark.parametrize(
    "code",
    [
        "print(open('/dev/stdin').read().split())\n",
        "import sys\nfirst = sys.stdin.readline()\nprint(first.split() + open('/dev/stdin').read().split() + ['b', '2'])\n",
        "import io, pathlib\nprint(pathlib.Path('/dev/stdin').read_text().split())\n",
        "with open('/dev/stdin', 'rb') as file:\n    print(file.read().decode().split(), file=open('/dev/stdout', 'w'))\n",
        "import os\nprint(os.read(0, 4).decode().split() + open(file='/dev/stdin').read().split())\n",
    ],
)
def test_the_standard_devices_are_the_standard_streams(runner, code) -> None:
    trace = run(runner, code, stdin="a 1\nb 2\n")
    assert (trace.status, trace.stdout, trace.stderr) == (Status.OK, "['a', '1', 'b', '2']\n", "")


def test_open_is_shown_as_the_builtin_if_a_program_names_a_device(runner) -> None:
    trace = run(runner, "import sys\nr = open\nr('/dev/stderr', 'w').write('e')\nr('/dev/null')\nr('/dev/stdinx')\n")
    changes = [change for event in trace.events for change in event.changes]
    assert ("r", "<built-in function open>") in changes
    assert (trace.stderr[:1], trace.exception.type) == ("e", "FileNotFoundError")


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


def test_generators_keep_their_frame_number(runner) -> None:
    trace = run(runner, "def g():\n    yield 1\n    yield 2\n\na, b = g(), g()\nprint(next(a), next(b), next(a))\n")
    kinds = [(event.kind, event.frame) for event in trace.events if event.function == "g" and event.kind != "line"]
    assert kinds == [
        (EventKind.START_GENERATOR, 1), (EventKind.YIELD, 1), (EventKind.START_GENERATOR, 2), (EventKind.YIELD, 2),
        (EventKind.REENTER_GENERATOR, 1), (EventKind.YIELD, 1),
    ]


def test_the_random_state_and_the_native_thread_id_are_those_of_the_program() -> None:
    code = "import os, random, threading\nprint(random.random(), threading.main_thread().native_id == os.getpid())\n"
    with SandboxRunner() as runner:
        assert runner.run(program(code)).trace.stdout == "0.8444218515250481 True\n"
