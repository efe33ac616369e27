"""Test that a program's objects have the same addresses in every run."""

from __future__ import annotations

import sys

import pytest

from statecode.records import Limits
from statecode.tracing import ENGINES, RunOptions, SandboxRunner
from tests.support.runners import isolation_or_skip
from tests.support.traced_programs import available, program, run

LAYOUT = """
class A: pass
class B:
    __slots__ = ("a", "b")
def f(): yield 1
kinds = [A, B, object, f, lambda: (lambda: 1), lambda: {1}, lambda: [1, 2], lambda: (A, B), lambda: "%s" % A, Exception]
print([id(kind()) for kind in kinds for kept in [[kind() for number in range(20)]]])
sizes = [[bytes(size) for number in range(40)] for size in range(0, 480, 16)]
print([id(block) for blocks in sizes for block in blocks])
"""
OTHERS = ("x = 1\n", "1 / 0\n", "import time\ntime.sleep(0.3)\n", "print('y' * 100000)\n", "import os\nos._exit(3)\n", "while 1: pass\n")


@pytest.mark.parametrize("mode", ["full", "no-namespaces"])
@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in ENGINES])
def test_addresses_do_not_depend_on_earlier_runs(engine, mode) -> None:
    """Run jobs in between that fail, are killed, or last until the watchdog checks: all use memory of the fork server."""
    limits = Limits(wall_s=0.4)
    with SandboxRunner(RunOptions(engine=engine), isolation=isolation_or_skip(mode)) as runner:
        layouts = set()
        for code in OTHERS * 2:
            runner.run(program(code), limits=limits)
            layouts.add(runner.run(program(LAYOUT)).trace.stdout)
    assert len(layouts) == 1


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in ENGINES])
def test_the_first_program_finds_the_same_stack_and_addresses_as_later_ones(engine) -> None:
    code = "import sys\ndepth, frame = 0, sys._getframe()\nwhile frame:\n    depth, frame = depth + 1, frame.f_back\nprint(depth)\n"
    seen = set()
    with SandboxRunner(RunOptions(engine=engine)) as runner:
        for _ in range(6):
            seen.add((runner.run(program(code)).trace.stdout, runner.run(program(LAYOUT)).trace.stdout))
    assert len(seen) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="addresses are fixed on Linux only")
def test_the_order_of_sets_ordered_by_address_is_equal_in_every_run() -> None:
    code = (
        "class A:\n    pass\ndef main():\n    objects = {A() for _ in range(50)}\n"
        "    print([hash(a) for a in objects])\nmain()\n"
    )
    orders = set()
    with SandboxRunner() as runner:
        for length in (10, 3000, 300, 30, 3):
            orders.add(run(runner, code).stdout)
            run(runner, f"x = [str(i) for i in range({length})]\n", events=100)
            run(runner, "import time\ntime.sleep(0.3)\n")  # the watchdog checks
    assert len(orders) == 1
