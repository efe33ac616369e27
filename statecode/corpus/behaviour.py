"""Compare the behaviour of mutants with that of their parents, by running both in the sandbox."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from statecode.corpus.plan import Run
from statecode.corpus.shards import traced_runs
from statecode.records import Program, Status

if TYPE_CHECKING:
    from statecode.tracing import SandboxRunner


class Behaviour(NamedTuple):
    """The result of a run that a user of the program sees."""

    status: Status
    stdout: str                  # "" if the run exceeded a limit on time: then it depends on the speed of the machine
    exception: tuple[str, str]   # type and message; ("", "") if the run ended without one
    files: str | None            # that the run left in its folder; None: none


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

    def behaviour_of(program: Program, input_index: int) -> Behaviour:
        (traced,) = traced_runs(runner, [Run(program, input_index)])
        head = traced.run.head
        on_run(head.status.value)
        exception = (head.exception.type, head.exception.message) if head.exception else ("", "")
        stdout = "" if head.status is Status.TIMEOUT else head.stdout
        return Behaviour(head.status, stdout, exception, head.files)

    return tuple(differs for family in task.families for differs in _compare(family, behaviour_of))


def _compare(family: Family, behaviour_of: Callable[[Program, int], Behaviour]) -> list[bool]:
    """Return for each mutant of a family True if it differs from the parent on some input."""

    @cache
    def of_parent(input_index: int, run: int) -> Behaviour:
        """Return the behaviour of the parent in its run number 1 or 2; each is run when it is needed."""
        return behaviour_of(family.parent, input_index)

    def differs(mutant: Program, input_index: int) -> bool:
        expected = of_parent(input_index, 1)
        return behaviour_of(mutant, input_index) != expected and of_parent(input_index, 2) == expected

    return [any(differs(mutant, index) for index in range(len(mutant.inputs))) for mutant in family.mutants]
