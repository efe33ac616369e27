"""The hooks that modules register for forks wait for the program's own forks, and addresses repeat from run to run."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from statecode.records import Limits, Program, Status
from statecode.tracing import Slot, engines, native
from statecode.tracing.isolation import isolation_for

KEPT = """
import json
from statecode.tracing import at_fork
at_fork.keep_back()
from statecode.tracing import zygote
at_fork.register_later_ones()
import os
print(json.dumps([sorted({hook.__module__ for hooks in at_fork._kept for hook in hooks.values()}),
                  os.register_at_fork is at_fork._register]))
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


def made(code: str) -> Program:
    return Program(program_id="p", problem_id="p", code=code)


def available(engine: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(engine == "native" and not native.available(), reason="the native engine is not built")


def test_hooks_of_threads_and_random_numbers_are_kept_back() -> None:
    output = subprocess.run([sys.executable, "-c", KEPT], capture_output=True, check=True).stdout
    assert json.loads(output) == [["random", "threading"], True]


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in engines.ENGINES])
def test_a_program_that_forks_has_the_hooks(engine) -> None:
    with Slot(engine, isolation=isolation_for(trust_programs=True)) as slot:
        trace = slot.run(made(FORKS)).trace
    assert (trace.status, trace.stdout) == (Status.OK, "True 1 True\n")


def test_random_numbers_and_the_threads_number_are_the_programs_own() -> None:
    code = "import os, random, threading\nprint(random.random(), threading.main_thread().native_id == os.getpid())\n"
    with Slot() as slot:
        assert slot.run(made(code)).trace.stdout == "0.8444218515250481 True\n"


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in engines.ENGINES])
def test_addresses_do_not_depend_on_what_ran_before(engine) -> None:
    """Other jobs fail, are killed, take long enough for the watch to look: it all uses memory of the warm process."""
    limits = Limits(wall_s=0.4)
    with Slot(engine) as slot:
        layouts = set()
        for code in OTHERS * 2:
            slot.run(made(code), limits=limits)
            layouts.add(slot.run(made(LAYOUT)).trace.stdout)
    assert len(layouts) == 1
