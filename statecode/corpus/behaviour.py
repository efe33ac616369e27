"""Compare the behaviour of mutants with that of their parents, by running both in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from statecode.errors import TracingError
from statecode.records import Program, Status

if TYPE_CHECKING:
    from statecode.tracing import SandboxRunner


class Behaviour(NamedTuple):
    """The result of a run that a user of the program sees."""

    status: Status
    stdout: str                  # "" if the run exceeded a limit on time: then it depends on the speed of the machine
    exception: tuple[str, str]   # type and message; ("", "") if the run ended without one


@dataclass(frozen=True, slots=True)
class Family:
    """A program and some of its mutants. All have the same inputs."""

    parent: Program
    mutants: tuple[Program, ...]


@dataclass(frozen=True, slots=True)
class ComparisonTask:
    """The task of a worker: compare each mutant of some families with its parent."""

    name: str
    families: tuple[Family, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedMutants:
    """The mutants of a source, by their behaviour."""

    fingerprint: str  # hash over the programs of the source, before mutants were dropped
    mutants: int
    dropped: int      # mutants that behave as their parents on every input


def run_comparisons(runner: SandboxRunner, task: ComparisonTask, on_run: Callable[[str], None]) -> tuple[bool, ...]:
    """Return for each mutant of a task, in their order, True if it behaves differently from its parent on some input.

    The runs are traced with the limits of the build, so that a mutant that does not end costs no more than a row. An
    input counts only if two runs of the parent behave in the same way.

    Args:
        on_run: called with the status of each run.

    Raises:
        TracingError: the tracing process failed.
    """
    return tuple(
        differs for family in task.families for differs in _compare(_Runs(runner, on_run), family)
    )


class _Runs:
    """The behaviour of a parent on its inputs; each input is run when it is needed, and at most twice."""

    def __init__(self, runner: SandboxRunner, on_run: Callable[[str], None]) -> None:
        self._runner, self._on_run = runner, on_run
        self._known: dict[tuple[int, bool], Behaviour] = {}

    def of_parent(self, parent: Program, input_index: int, *, again: bool = False) -> Behaviour:
        """Return the behaviour of the first run of the parent, or of the second one if `again` is True."""
        key = (input_index, again)
        if key not in self._known:
            self._known[key] = self.run(parent, input_index)
        return self._known[key]

    def run(self, program: Program, input_index: int) -> Behaviour:
        """Run a program and return its behaviour."""
        try:
            trace = self._runner.run(program, input_index).trace
        except OSError as error:
            raise TracingError(f"the tracing process failed ({error})") from error
        self._on_run(trace.status.value)
        exception = (trace.exception.type, trace.exception.message) if trace.exception else ("", "")
        return Behaviour(trace.status, "" if trace.status is Status.TIMEOUT else trace.stdout, exception)


def _compare(runs: _Runs, family: Family) -> list[bool]:
    """Return for each mutant of a family True if it differs from the parent on some input."""

    def differs(mutant: Program, input_index: int) -> bool:
        expected = runs.of_parent(family.parent, input_index)
        if runs.run(mutant, input_index) == expected:
            return False
        return runs.of_parent(family.parent, input_index, again=True) == expected

    return [any(differs(mutant, index) for index in range(len(mutant.inputs))) for mutant in family.mutants]
