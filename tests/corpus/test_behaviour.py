"""Test the comparison of mutants with their parents, with real runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from statecode.corpus.behaviour import ComparisonTask, Family, run_comparisons
from statecode.records import Limits, Program
from statecode.tracing import RunOptions, SandboxRunner


@pytest.fixture(scope="module")
def runner() -> Iterator[SandboxRunner]:
    with SandboxRunner(RunOptions(limits=Limits(events=200))) as created:
        yield created


def program(code: str, *inputs: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code, inputs=inputs or ("1\n", "2\n", "3\n"))


PARENT = "n = int(input())\nif n > 2:\n    print('large')\nprint(6 // n)\n"
CASES = [  # code of a mutant, True if it differs from PARENT
    (PARENT + "# comment\n", False),
    (PARENT.replace("n > 2", "n >= 3"), False),
    (PARENT.replace("n > 2", "n >= 2"), True),           # on the second input
    (PARENT.replace("large", "small"), True),            # on the last input
    (PARENT + "raise SystemExit(0)\n", False),
    (PARENT + "raise SystemExit(1)\n", True),            # same output, other status
    (PARENT + "while True:\n    pass\n", True),
    ("import sys\nsys.stderr.write('x')\n" + PARENT, False),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_a_mutant_differs_if_its_output_status_or_exception_does(code: str, expected: bool, runner: SandboxRunner) -> None:
    task = ComparisonTask("t", (Family(program(PARENT), (program(code),)),))
    assert run_comparisons(runner, task, lambda status: None) == (expected,)


@pytest.mark.parametrize(("parent", "mutant", "expected"), [
    ("[][1]", "[][2]", False), ("[][1]", "{}[1]", True), ("{}[1]", "{}[2]", True), ("x = 1\n{}[1]", "x = 2\n\n\n{}[1]", False),
])
def test_exceptions_are_compared_without_their_lines(parent: str, mutant: str, expected: bool, runner: SandboxRunner) -> None:
    task = ComparisonTask("t", (Family(program(parent, ""), (program(mutant, ""),)),))
    assert run_comparisons(runner, task, lambda status: None) == (expected,)


def test_the_files_of_a_run_are_compared(runner: SandboxRunner) -> None:
    if runner.isolation.read_only_reason():
        pytest.skip("programs can leave no files here")
    parent = replace(program("open('out', 'w').write(str(1 + 2))\n", ""), files="{}")
    mutants = tuple(replace(parent, code=f"open('out', 'w').write(str({sum_}))\n") for sum_ in ("1 * 2", "1 + 2 + 0"))
    task = ComparisonTask("t", (Family(parent, mutants),))
    assert run_comparisons(runner, task, lambda status: None) == (True, False)


def test_an_input_on_which_the_parent_is_not_deterministic_does_not_count(runner: SandboxRunner) -> None:
    parent = "import time\nprint(time.perf_counter_ns())\n"
    task = ComparisonTask("t", (Family(program(parent, ""), (program(parent + "x = 1\n", ""),)),))
    assert run_comparisons(runner, task, lambda status: None) == (False,)


def test_the_runs_of_a_parent_are_used_for_all_its_mutants(runner: SandboxRunner) -> None:
    same, other = program(PARENT + "\n"), program("print(0)\n")
    statuses: Counter[str] = Counter()
    families = (Family(program(PARENT), (same, same, other, other)), Family(program("x = 1", ""), (program("1 / 0", ""),)))
    task = ComparisonTask("t", families)
    assert run_comparisons(runner, task, lambda status: statuses.update([status])) == (False, False, True, True, True)
    # 3 inputs of the parent and of both equal mutants, 1 of each other one, 1 repetition; then 3 of the second family
    assert statuses == {"ok": 3 + 6 + 2 + 1 + 2, "exception": 1}
