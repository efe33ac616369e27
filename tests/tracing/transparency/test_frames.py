"""Check that tracing does not change programs about frames, variables and lifetimes.

Each program in `programs/` prints the facts that its first line names. Its output, exception and exit code must be the
same in three runs: by the interpreter alone, in the sandbox without a tracer, and under the native engine.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from statecode.records import Limits, Program, Status
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native
from tests.reference.normalised import NORMALISER
from tests.reference.runs import PlainRun, plain_run
from tests.support.engine_corpora import program_of
from tests.support.transparency import Verdict, first_difference, transparency, without_addresses
from tests.tracing.engines.snoop.test_recorder import exit_code, without_trailing_blanks

pytestmark = pytest.mark.skipif(not native.available(), reason=f"no native engine: {native.reason()}")
PROGRAMS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((Path(__file__).parent / "programs").glob("*.py"))}
LIMITS = Limits(wall_s=30, cpu_s=30, events=300_000, trace_bytes=200_000_000)
DIFFERS_IN_THE_SANDBOX = {  # without a tracer, too; then only the two runs in the sandbox are compared
    "del_resurrection": "the interpreter shows source lines of files only, after `Exception ignored in`",
    "recursion_limit": "the frames of the fork server count against a limit that the program sets",
    "recursion_in_thread": "a warning of Python 3.12 about the stack shows another frame",
    "trace_module": "the program has no __file__",
}
SWAPS_TRACERS = {  # their rows are marked
    "bdb_debugger", "doctest_and_unittest", "settrace_in_thread", "settrace_off", "settrace_own_tracer", "trace_module",
}
NOT_IN_FULL = {  # the fidelity `full` allocates memory, and on Python 3.11 and 3.12 creates the `__dict__` of instances
    "gc_collect", "memory_addresses",
}
NEEDS = {  # program → first Python version
    name: tuple(map(int, found.groups())) for name, code in PROGRAMS.items()
    if (found := re.match(r"# python >= (\d+)\.(\d+):", code))
}

# Programs that ask about the tracer, or that observe how their values are read: name → code, and stdout without a
# tracer, with fidelity `snoop` and with fidelity `full`
EXEMPT = {
    "the trace function": ("import sys\nprint(sys.gettrace() is None)\n", "True\n", "False\n", "False\n"),
    "a repr that prints": (
        "class A:\n    def __repr__(self):\n        print('asked')\n        return 'A'\na = A()\nprint('end')\n",
        "end\n", "asked\nend\nasked\n", "asked\nend\nasked\n",
    ),
    "a length that counts": (
        "class A:\n    n = 0\n    def __len__(self):\n        A.n += 1\n        return 1\na = A()\nb = 1\nprint(A.n > 0)\n", "False\n", "True\n", "False\n",
    ),
    "attributes that are asked for": (
        "class A:\n    names = []\n    def __getattr__(self, name):\n        A.names.append(name)\n        raise AttributeError\na = A()\nb = 1\n"
        "print('shape' in A.names)\n", "False\n", "True\n", "False\n",
    ),
    "a class body whose namespace is no dict": (
        "from collections import UserDict\nclass A(UserDict):\n    n = 0\n    def __iter__(self):\n        A.n += 1\n        return iter(self.data)\n"
        "class M(type):\n    @classmethod\n    def __prepare__(meta, name, bases):\n        return A()\n"
        "    def __new__(meta, name, bases, space):\n        return type.__new__(meta, name, bases, space.data)\n"
        "class B(metaclass=M):\n    x = 1\n    y = 2\nprint(A.n > 0)\n", "False\n", "True\n", "True\n",
    ),
    "a replaced builtin that the text of a module calls": (
        "import builtins, math\nreal, names = getattr, []\ndef mine(value, *name):\n    names.append(name)\n    return real(value, *name)\n"
        "builtins.getattr = mine\nimport string\nx = 1\nbuiltins.getattr = real\nprint('__spec__' in str(names))\n", "False\n", "True\n", "True\n",
    ),
    "a subclass of dict that counts": (
        "class A(dict):\n    n = 0\n    def __iter__(self):\n        A.n += 1\n        return dict.__iter__(self)\na = A(b=1)\nb = 1\nprint(A.n > 0)\n",
        "False\n", "True\n", "False\n",
    ),
}


@pytest.fixture(scope="module", params=["snoop", "full"])
def runner(request) -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(engine="native", fidelity=request.param, limits=LIMITS)) as runner:
        yield runner


@pytest.fixture(scope="module")
def plain_runs() -> dict[str, PlainRun]:
    return {}  # of the interpreter alone; each program is run once for both fidelities


@pytest.mark.parametrize("name", PROGRAMS)
def test_tracing_does_not_change_a_program(runner, plain_runs, name) -> None:
    if sys.version_info[:2] < NEEDS.get(name, (3, 0)):
        pytest.skip("needs a newer Python")
    if runner.options.fidelity == "full" and name in NOT_IN_FULL:
        pytest.skip("the program observes how the fidelity `full` allocates objects")
    program = program_of(name, PROGRAMS[name])
    run = runner.run(program)
    assert run.first_perturbed_event is None and run.trace.status is not Status.TRACER_ERROR, run.trace.truncation
    assert (run.trace.status is Status.TRACER_LOST) == (name in SWAPS_TRACERS)
    assert run.trace.events
    found = transparency(runner, program, 0, run.trace)
    assert found.verdict is Verdict.EQUAL, found.difference
    if name not in DIFFERS_IN_THE_SANDBOX:
        plain = plain_runs[name] = plain_runs.get(name) or interpreter_run(program)
        ours = PlainRun(run.trace.stdout, comparable_stderr(run.trace.stderr), exit_code(run.trace))
        for side, other in zip(plain, ours):
            assert side == other, first_difference(side, other)


def interpreter_run(program: Program) -> PlainRun:
    """Run a program by the interpreter alone, and return its output as the sandbox shows it."""
    plain = plain_run(program.code, "")
    stdout = re.sub(r'"[^"]*/program\.py"', '"program.py"', plain.stdout)
    return PlainRun(stdout, comparable_stderr(NORMALISER.paths(plain.stderr)), plain.exit_code)


def comparable_stderr(text: str) -> str:
    """Return stderr without addresses, trailing blanks, and the module's name before an exception (Python 3.10)."""
    return without_addresses(without_trailing_blanks(("", text.replace("\n__main__.", "\n"), 0))[1])


def test_programs_have_a_first_line_and_print() -> None:
    assert len(PROGRAMS) >= 100
    assert not [name for name, code in PROGRAMS.items() if not re.match(r"# (python >= 3\.\d+: )?[^\n]+\.\n", code)]


@pytest.mark.parametrize("name", EXEMPT)
def test_exempt_programs(runner, name) -> None:
    """Record the known effects of tracing: see "What a program can observe" in docs/engines.md."""
    code, bare, snoop, full = EXEMPT[name]
    program = program_of(name, code)
    assert runner.run_untraced(program).trace.stdout == bare
    assert runner.run(program).trace.stdout == {"snoop": snoop, "full": full}[runner.options.fidelity]
