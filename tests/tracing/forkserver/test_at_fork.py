"""Test that functions registered for forks run in forks of the program."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from statecode.records import Status
from statecode.tracing import ENGINES, RunOptions, SandboxRunner
from statecode.tracing.sandbox.isolation import isolation_for
from tests.support.traced_programs import available, program

COLLECT = """
import json
from statecode.tracing.forkserver import at_fork
at_fork.collect_hooks()
from statecode.tracing.forkserver import server
at_fork.stop_collecting()
import os
print(json.dumps([sorted({hook.__module__ for hooks in at_fork._collected for hook in hooks.values()}),
                  os.register_at_fork is at_fork._register_at_fork]))
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


def test_hooks_of_threading_and_random_are_collected() -> None:
    output = subprocess.run([sys.executable, "-c", COLLECT], capture_output=True, check=True).stdout
    assert json.loads(output) == [["random", "threading"], True]


@pytest.mark.parametrize("engine", [pytest.param(name, marks=available(name)) for name in ENGINES])
def test_the_hooks_run_when_a_program_forks(engine) -> None:
    with SandboxRunner(RunOptions(engine=engine), isolation=isolation_for(trust_programs=True)) as runner:
        trace = runner.run(program(FORKS)).trace
    assert (trace.status, trace.stdout) == (Status.OK, "True 1 True\n")
