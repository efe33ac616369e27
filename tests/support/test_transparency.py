"""Test the comparison of traced runs with runs without a tracer, with the engine snoop, which changes programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from statecode.records import Limits, Status
from statecode.tracing import RunOptions, SandboxRunner
from tests.support.engine_corpora import program_of
from tests.support.transparency import Verdict, first_difference, transparency


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(engine="snoop", limits=Limits(events=2000))) as runner:
        yield runner


def judged(runner: SandboxRunner, code: str) -> tuple[Verdict, str]:
    program = program_of("p", code)
    found = transparency(runner, program, 0, runner.run(program).trace)
    return found.verdict, found.difference


def test_equal_and_different(runner) -> None:
    assert judged(runner, "print(1)\n1 / 0\n") == (Verdict.EQUAL, "")
    assert judged(runner, "print(object())\n") == (Verdict.EQUAL, "")
    verdict, difference = judged(runner, "import sys\nprint('a')\nprint(sys.gettrace() is None)\n")
    assert (verdict, difference) == (Verdict.DIFFERENT, "stdout, line 2: 'True' became 'False'")


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="locals() is a new dict in each call")
def test_refreshed_locals_are_found(runner) -> None:
    code = "def f():\n    scope = locals()\n    scope['a'] = 1\n    b = 2\n    return sorted(scope)\nprint(f())\n"
    assert judged(runner, code) == (Verdict.DIFFERENT, "stdout, line 1: \"['a']\" became \"['a', 'b', 'scope']\"")


def test_not_repeatable(runner) -> None:
    assert judged(runner, "import time\nprint(time.time_ns())\n")[0] is Verdict.NOT_REPEATABLE


def test_the_moment_of_a_collection(runner) -> None:
    code = (
        "class N:\n    def __del__(self):\n        print('del', len(kept))\nn = N()\nn.n = n\nkept = []\ndel n\n"
        "import gc\ngc.set_threshold(100)\nfor _ in range(300):\n    kept.append([])\nprint('end')\n"
    )
    assert judged(runner, code)[0] is Verdict.COLLECTED
    assert judged(runner, f"import sys\nprint(sys.gettrace() is None)\n{code}")[0] is Verdict.DIFFERENT


def test_limits(runner) -> None:
    assert judged(runner, "for n in range(3000):\n    print(n)\n")[0] is Verdict.LIMIT


def test_a_tracer_that_the_program_removed(runner) -> None:
    assert judged(runner, "import sys\nsys.settrace(None)\nprint(1)\n")[0] is Verdict.EQUAL


@pytest.mark.parametrize(("field", "value"), [("stdout", ""), ("stderr", "x"), ("status", Status.KILLED), ("exception", None)])
def test_each_field_counts(runner, field, value) -> None:
    program = program_of("p", "print(1)\n1 / 0\n")
    trace = replace(runner.run(program).trace, **{field: value})
    found = transparency(runner, program, 0, trace)
    assert found.verdict is Verdict.DIFFERENT and found.difference.startswith(f"{field}, ")


def test_first_difference() -> None:
    assert first_difference("a\nb", "a\nc") == "line 2: 'b' became 'c'"
    assert first_difference("a", "a\nb") == "line 2: '<end>' became 'b'"
    assert first_difference(1, 2) == "1 became 2" and first_difference(1, 1) == ""
