"""Whether two engines record the same, program by program: the reference is snoop, slow and not ours.

Equal is what `Trace.content()` says: events, stdout, stderr, status, exception, truncation. snoop itself breaks some
programs, and some do not even repeat themselves; what then still must hold is said in `Verdict`.
"""

from __future__ import annotations

import queue
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum
from types import TracebackType

from statecode.records import Limits, Program, Status, Trace
from statecode.tracing.compare.differences import (
    Difference,
    difference_from_prefix,
    differs_by_shown_addresses,
    differs_by_thread_states,
    first_difference,
)
from statecode.tracing.runner import SandboxRunner, TracedRun
from statecode.tracing.sandbox.isolation import Isolation

LIMITS = Limits(wall_s=60.0, cpu_s=60.0)
"""Generous, so that the slower engine comes to the program's end, or to the limit on events, as the other does."""

_SHAKES = (1, 5, 13)
_DEEP = 900  # frames of the program: the interpreter's limit on recursion is near
_GIVEN_UP = "(exception in repr)"
_CUT_OFF = (Status.TIMEOUT, Status.EVENT_LIMIT, Status.OUTPUT_LIMIT)  # the untraced program goes on where these end


class Verdict(str, Enum):
    """What came of one comparison. All but `DIFFERENT` are as it should be."""

    EQUAL = "equal"
    DIFFERENT = "different"
    BROKE = "reference broke"            # it failed, or changed the program: the tested engine has all events that it
    #                                      has, and ends as the program does without a tracer
    NOT_REPEATABLE = "not repeatable"    # the reference does not equal itself, with other addresses or without
    TOO_SLOW = "reference too slow"      # a time limit ended it: the tested engine has all events that it has


@dataclass(frozen=True, slots=True)
class Comparison:
    """One program on one input, in both engines."""

    program: Program
    input_index: int
    verdict: Verdict
    difference: Difference | None  # the first, also where it is accounted for; None where there is none
    note: str                      # how it is accounted for, or what must hold and does not
    events: int                    # of the tested engine
    wall_s: tuple[float, float]    # of the tested engine's child and of the reference's, untraced runs included


class EnginePair:
    """Two slots: one runs programs in the engine that is tested, one in the reference. Use it as a context manager.

    Raises:
        ConfigError: an engine is unknown.
        TracingError: a warm process does not start.
    """

    def __init__(
        self, engines: tuple[str | None, str] = (None, "snoop"), limits: Limits = LIMITS,
        isolation: Isolation | None = None,
    ) -> None:
        with ExitStack() as opened:
            self._tested, self._reference = (
                opened.enter_context(SandboxRunner(engine, limits, isolation)) for engine in engines
            )
            self._opened = opened.pop_all()

    def __enter__(self) -> EnginePair:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End both warm processes."""
        self._opened.close()

    def compare(self, program: Program, input_index: int = 0) -> Comparison:
        """Run one program on one of its inputs in both engines.

        Raises:
            IsolationError: the program is untrusted, and this machine cannot hold it.
        """
        ours, theirs = (runner.run(program, input_index) for runner in (self._tested, self._reference))
        verdict, difference, note = self._judge(program, input_index, ours.trace, theirs.trace)
        if verdict is Verdict.DIFFERENT and _is_disturbed(theirs, difference):
            verdict, note = Verdict.BROKE, f"it changes a variable at event {theirs.first_perturbed_event}"
        if verdict is Verdict.DIFFERENT and _has_no_room(theirs.trace, difference):
            verdict, note = Verdict.BROKE, "it has too little of the stack left to read a value"
        wall_s = ours.wall_s, theirs.wall_s
        return Comparison(program, input_index, verdict, difference, note, len(ours.trace.events), wall_s)

    def _judge(
        self, program: Program, input_index: int, ours: Trace, theirs: Trace
    ) -> tuple[Verdict, Difference | None, str]:
        difference = first_difference(ours, theirs)
        if _has_failed(theirs) and self._tested.engine != self._reference.engine:
            return self._judge_failed(program, input_index, ours, theirs)
        if difference is None:
            return Verdict.EQUAL, None, ""
        if theirs.status is Status.TIMEOUT and difference_from_prefix(ours, theirs) is None:
            return Verdict.TOO_SLOW, difference, f"limit {theirs.truncation}"
        note = self._unlike_itself(program, input_index, ours, theirs)
        if note:
            return Verdict.NOT_REPEATABLE, difference, note
        plain = self._reference.run_untraced(program, input_index).trace
        if not _ends_like(theirs, plain) and _ends_like(ours, plain):
            return Verdict.BROKE, difference, "it changes what the program writes, or how it ends"
        return Verdict.DIFFERENT, difference, ""

    def _judge_failed(
        self, program: Program, input_index: int, ours: Trace, theirs: Trace
    ) -> tuple[Verdict, Difference | None, str]:
        plain = self._reference.run_untraced(program, input_index).trace
        failure = theirs.truncation or ""
        missing = difference_from_prefix(ours, theirs)
        if missing is None and _ends_like(ours, plain):
            return Verdict.BROKE, first_difference(ours, theirs), failure
        note = self._unlike_itself(program, input_index, ours, theirs)
        if note:
            return Verdict.NOT_REPEATABLE, missing, note
        ending = replace(plain, events=ours.events)  # what must hold beside the events
        return Verdict.DIFFERENT, missing or first_difference(ours, ending), f"where the reference broke: {failure}"

    def _unlike_itself(self, program: Program, input_index: int, ours: Trace, theirs: Trace) -> str:
        """Say why the reference's trace is not the only one that it could have given, "" where it is.

        As far as its traces are equal, ours must be too, unless threads took turns by themselves.
        """
        if differs_by_shown_addresses(ours, theirs):
            return "it shows addresses"
        if sys.version_info >= (3, 13) and differs_by_thread_states(ours, theirs):
            return "it shows whether a thread has ended"
        own = _common_events(ours, theirs)
        for what, variant in self._variants(program):
            again = self._reference.run(variant, input_index).trace
            in_turns = not (again.deterministic and theirs.deterministic)
            if again != theirs and (in_turns or own >= _common_events(again, theirs)):
                return what
        return ""

    @staticmethod
    def _variants(program: Program) -> Iterator[tuple[str, Program]]:
        yield "another run differs", program
        for lines in _SHAKES:
            yield "at other addresses it differs", shaken(program, lines)


def shaken(program: Program, lines: int) -> Program:
    """The same program with comments after its end, whose texts take the memory where its objects would have stood.

    What a program does that depends on addresses alone, such as the order of a set of objects, may differ then. The
    smallest objects, of up to 48 bytes, stand where they stood: no text is that short.
    """
    comments = "".join(f"\n#{'-' * length}" for length in range(1, 500, 8) for _ in range(lines))
    return replace(program, code=f"{program.code}{comments}\n")


def compare_all(pairs: list[EnginePair], runs: Iterable[tuple[Program, int]]) -> Iterator[Comparison]:
    """Compare runs, as many at a time as there are pairs, and give what came of them in the order of the runs.

    The runs are taken as pairs become free.
    """
    free: queue.SimpleQueue[EnginePair] = queue.SimpleQueue()
    for pair in pairs:
        free.put(pair)

    def compare(run: tuple[Program, int]) -> Comparison:
        pair = free.get()
        try:
            return pair.compare(*run)
        finally:
            free.put(pair)

    waiting: deque[Future[Comparison]] = deque()
    pool = ThreadPoolExecutor(len(pairs))  # the work is done by the slots' processes
    try:
        for run in runs:
            waiting.append(pool.submit(compare, run))
            while len(waiting) > 4 * len(pairs):
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _has_failed(trace: Trace) -> bool:
    return trace.status is Status.TRACER_ERROR or (trace.truncation or "").startswith("tracer:")


def _is_disturbed(run: TracedRun, difference: Difference | None) -> bool:
    """Tell whether the trace is the program's own only until before the first difference: see `TracedRun`."""
    if run.first_perturbed_event is None or difference is None:
        return False
    return difference.event is None or difference.event >= run.first_perturbed_event


def _has_no_room(trace: Trace, difference: Difference | None) -> bool:
    """Tell whether snoop gave a value up first, deep in recursion; from there on it gives up all of that type."""
    if difference is None or difference.event is None or difference.event >= len(trace.events):
        return False
    ours, theirs = map(str, difference.sides)
    return trace.events[difference.event].depth >= _DEEP and _GIVEN_UP in theirs and _GIVEN_UP not in ours


def _ends_like(trace: Trace, plain: Trace) -> bool:
    """Tell whether the program does the same without a tracer; one that was cut off did less."""
    if trace.status in _CUT_OFF:
        return plain.stdout.startswith(trace.stdout) or trace.stdout.startswith(plain.stdout)
    return all(getattr(trace, field) == getattr(plain, field) for field in ("stdout", "stderr", "exception", "status"))


def _common_events(one: Trace, other: Trace) -> int:
    """The number of events until the first that differs; one more where all are equal."""
    difference = first_difference(one, other)
    if difference is None or difference.event is None:
        return len(one.events) + 1
    return difference.event
