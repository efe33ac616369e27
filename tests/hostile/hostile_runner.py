"""Run hostile programs in one `SandboxRunner`, and after each one an ordinary program, whose trace must not change."""

from __future__ import annotations

import dataclasses

from statecode.records import Limits, Program, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.runner import TracedRun
from statecode.tracing.sandbox.isolation import Isolation
from tests.hostile.environment import Environment
from tests.hostile.expectations import Hostile

LIMITS = Limits(
    wall_s=20.0, cpu_s=5.0, memory_bytes=256 * 2**20, output_bytes=100_000, events=2_000, trace_bytes=2**20
)
SHORT_LIMITS = dataclasses.replace(LIMITS, wall_s=1.5, cpu_s=0.5)
"""Limits for programs that may reach a time limit; the load of the machine cannot change their outcome."""

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


ORDINARY_WITH_FILES = dataclasses.replace(ORDINARY, files='{"input": "text"}')


class HostileRunner:
    """Runs programs with one isolation and checks their environment after each; a context manager."""

    def __init__(self, isolation: Isolation) -> None:
        self._isolation = isolation
        self._environment = Environment()

    def __enter__(self) -> HostileRunner:
        self._environment.__enter__()
        try:
            self._start()
            ordinaries = [ORDINARY, ORDINARY_WITH_FILES] if "seccomp" in self._isolation.active else [ORDINARY]
            self._ordinary = {ordinary: self._run(ordinary, "").trace for ordinary in ordinaries}
            for ordinary, trace in self._ordinary.items():
                problems = ordinary.mismatches(trace, LIMITS)
                assert not problems, f"{problems} {trace.stderr}"
            self._environment.runner_started(self._runner.server._process.pid)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *ignored: object) -> None:
        if hasattr(self, "_runner"):
            self._runner.close()
        self._environment.__exit__()

    def problems(self, hostile: Hostile) -> list[str]:
        """Run a program, repair the environment, and run the ordinary program; return one text per problem found."""
        stdin = self._environment.locations_json() if hostile.stdin is None else hostile.stdin
        self._environment.start_measurement()
        run = self._run(hostile, stdin)
        found = hostile.mismatches(run.trace, LIMITS) + self._environment.violations(run.trace)
        if run.attempts > 1:
            found.append("the fork server was lost")
        if hostile.twice:
            found += self._second_run(hostile, stdin, run.trace)
        if found:
            self._environment.repair()
        found += self._ordinary_problems(ORDINARY)
        return found + self._ordinary_problems(ORDINARY_WITH_FILES) if hostile.files else found

    def _second_run(self, hostile: Hostile, stdin: str, first: Trace) -> list[str]:
        second = self._run(hostile, stdin).trace
        if first == second or hostile.twice == ["marked"] and not (first.deterministic and second.deterministic):
            return []
        return [f"the second run differs: {first.stdout!r}, then {second.stdout!r}"]

    def _ordinary_problems(self, ordinary: Hostile) -> list[str]:
        trace = self._run(ordinary, "").trace
        if trace == self._ordinary[ordinary] and trace.files is None:
            return []
        difference = _difference(trace, self._ordinary[ordinary])
        self._runner.close()  # this also removes the folder in which programs run
        self._start()
        self._ordinary[ordinary] = self._run(ordinary, "").trace  # so that this difference is reported only once
        return [f"the ordinary program ran differently: {trace.status.value}, {difference}"]

    def _start(self) -> None:
        self._runner = SandboxRunner(RunOptions(limits=LIMITS), isolation=self._isolation)

    def _run(self, hostile: Hostile, stdin: str) -> TracedRun:
        limits = SHORT_LIMITS if any(way.startswith(("timeout", "any")) for way in hostile.must) else LIMITS
        if hostile.trace_bytes:
            limits = dataclasses.replace(limits, trace_bytes=int(hostile.trace_bytes[0]))
        program = Program(
            program_id=hostile.name, problem_id=hostile.name, code=hostile.code, inputs=(stdin,), files=hostile.files
        )
        return self._runner.run(program, limits=limits)


def _difference(trace: Trace, before: Trace) -> str:
    """Return a description of the first different line of output; if there is none, the events and stderr."""
    for line, expected in zip(trace.stdout.splitlines(), before.stdout.splitlines()):
        if line != expected:
            return f"{line[:200]!r} instead of {expected[:200]!r}"
    return f"{len(trace.events)} events instead of {len(before.events)}, stderr {trace.stderr!r}"
