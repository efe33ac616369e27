"""Runs hostile programs in one slot, and after each an ordinary one that must not notice."""

from __future__ import annotations

import dataclasses

from statecode.records import Limits, Program, Trace
from statecode.tracing import SandboxRunner
from statecode.tracing.runner import TracedRun
from statecode.tracing.sandbox.isolation import Isolation
from tests.hostile.environment import Surroundings
from tests.hostile.expectations import Hostile

LIMITS = Limits(
    wall_s=20.0, cpu_s=5.0, memory_bytes=256 * 2**20, output_bytes=100_000, events=2_000, trace_bytes=2**20
)
SHORT = dataclasses.replace(LIMITS, wall_s=1.5, cpu_s=0.5)  # for programs that may run into these, so that no load matters

ORDINARY = Hostile(name="ordinary", must=["ok"], code='''
import fcntl
import json
import os
import random
import resource
import signal
import threading


class Point:
    def __init__(self, x):
        self.x = x


def collatz(n):
    return [n] if n == 1 else [n, *collatz(n // 2 if n % 2 == 0 else 3 * n + 1)]


def names():
    try:
        return os.listdir(".")
    except OSError as error:
        return type(error).__name__


print(collatz(7), json.dumps({"b": [1, None]}), random.random(), list({"a", "b", "c"}))
print([point.x for point in {Point(1), Point(2), Point(3)}], names(), sorted(os.environ), threading.enumerate())
print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.getitimer(signal.ITIMER_REAL), signal.getsignal(signal.SIGUSR1))
print([resource.getrlimit(kind) for kind in (resource.RLIMIT_CPU, resource.RLIMIT_FSIZE, resource.RLIMIT_NOFILE)])
print([fcntl.fcntl(fd, fcntl.F_GETFL) for fd in range(3)], len(os.sched_getaffinity(0)))
''')


class Arena:
    """A slot under one isolation, with its surroundings; a context manager."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._surroundings = Surroundings()

    def __enter__(self) -> Arena:
        self._surroundings.__enter__()
        try:
            self._start()
            self._ordinary = self._run(ORDINARY, "").trace
            problems = ORDINARY.complaints(self._ordinary, LIMITS)
            assert not problems, f"{problems} {self._ordinary.stderr}"
            self._surroundings.slot_started(self._slot._fork_server._process.pid)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *ignored: object) -> None:
        if hasattr(self, "_slot"):
            self._slot.close()
        self._surroundings.__exit__()

    def problems(self, hostile: Hostile) -> list[str]:
        """Run a program and say in what anything went otherwise than it must; then mend what it harmed."""
        stdin = self._surroundings.world() if hostile.stdin is None else hostile.stdin
        self._surroundings.before_a_run()
        run = self._run(hostile, stdin)
        found = hostile.complaints(run.trace, LIMITS) + self._surroundings.look(run.trace)
        if run.attempts > 1:
            found.append("the warm process was lost")
        if hostile.twice:
            found += self._second_run(hostile, stdin, run.trace)
        if found:
            self._surroundings.mend()
        return found + self._ordinary_problems()

    def _second_run(self, hostile: Hostile, stdin: str, first: Trace) -> list[str]:
        second = self._run(hostile, stdin).trace
        if first == second or hostile.twice == ["marked"] and not (first.deterministic and second.deterministic):
            return []
        return [f"not the same twice: {first.stdout!r}, then {second.stdout!r}"]

    def _ordinary_problems(self) -> list[str]:
        trace = self._run(ORDINARY, "").trace
        if trace == self._ordinary:
            return []
        difference = _difference(trace, self._ordinary)
        self._slot.close()  # and with it the folder in which programs run
        self._start()
        self._ordinary = self._run(ORDINARY, "").trace  # the next program is to be measured by itself
        return [f"an ordinary program ran otherwise: {trace.status.value}, {difference}"]

    def _start(self) -> None:
        self._slot = SandboxRunner(limits=LIMITS, isolation=self._isolation)

    def _run(self, hostile: Hostile, stdin: str) -> TracedRun:
        limits = SHORT if any(way.startswith(("timeout", "any")) for way in hostile.must) else LIMITS
        if hostile.trace_bytes:
            limits = dataclasses.replace(limits, trace_bytes=int(hostile.trace_bytes[0]))
        program = Program(program_id=hostile.name, problem_id=hostile.name, code=hostile.code, inputs=(stdin,))
        return self._slot.run(program, limits=limits)


def _difference(trace: Trace, before: Trace) -> str:
    """The first line of output that differs, else that it is something else."""
    for line, expected in zip(trace.stdout.splitlines(), before.stdout.splitlines()):
        if line != expected:
            return f"{line[:200]!r} instead of {expected[:200]!r}"
    return f"{len(trace.events)} events instead of {len(before.events)}, stderr {trace.stderr!r}"
