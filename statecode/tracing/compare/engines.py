"""Check program by program that two engines record the same trace; the reference is usually snoop.

Traces are equal if `Trace.content()` is: events, stdout, stderr, status, exception, truncation. snoop fails on some
programs or changes their behaviour, and some programs differ from run to run. `Verdict` lists these cases with the
conditions that the tested engine must meet in each.
"""

from __future__ import annotations

import math
import queue
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from enum import Enum
from time import monotonic
from types import TracebackType

from statecode.records import Limits, Program, Status, Trace
from statecode.tracing.compare.differences import (
    Difference,
    difference_from_prefix,
    differs_by_deep_tuples,
    differs_by_shown_addresses,
    differs_by_suppressed_values,
    differs_by_thread_states,
    first_difference,
    without_addresses,
)
from statecode.tracing.engines.registry import IMITATION, NATIVE, SNOOP
from statecode.tracing.options import RunOptions
from statecode.tracing.runner import SandboxRunner, TracedRun
from statecode.tracing.wire.outcome import REPLACED

REFERENCE = SNOOP.name
LIMITS = Limits(wall_s=60.0, cpu_s=60.0)
"""High limits, so that the slower engine also reaches the end of the program or the limit on events."""

_COMMENTS_PER_LENGTH = (1, 5, 13)
_DEEP_FRAMES = 900  # frames of the program; near the interpreter's recursion limit
_CHANGED_NOTE = "it refreshes the dict of locals(), or keeps values alive"
_LIMIT_STATUSES = (Status.TIMEOUT, Status.EVENT_LIMIT, Status.OUTPUT_LIMIT)  # the untraced run may continue


class Verdict(str, Enum):
    """Result of one comparison. All except `DIFFERENT` are accepted."""

    EQUAL = "equal"
    DIFFERENT = "different"
    # the reference refreshed dicts or kept values alive, which the program observes: the tested engine with these
    # effects records the trace of the reference, and without them the program ends as it does without a tracer
    CHANGED = "reference changed the program"
    # the reference failed, changed the program in another way or could not read a value. If it failed, the tested
    # trace has all events of the reference, and ends as the program does without a tracer
    BROKE = "reference broke"
    # another run of the reference differs, with equal or with other memory addresses; or the traces differ only in
    # shown addresses or states of threads
    NOT_REPEATABLE = "not repeatable"
    # the reference reached a time limit; the tested trace has all events of the reference
    TOO_SLOW = "reference too slow"
    # the traces differ, and the runs took so long that no further runs were started to find the reason
    NOT_EXAMINED = "not examined"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The result of running one program on one input in both engines."""

    program: Program
    input_index: int
    verdict: Verdict
    difference: Difference | None  # the first, even if the verdict accepts it; None if there is none
    note: str                      # the reason for the verdict, if it needs one
    events: int                    # number of events of the tested engine
    wall_s: tuple[float, float]    # of the tested engine's child and of the reference's, including untraced runs


class EnginePair:
    """Two `SandboxRunner`s: one with the tested engine, one with the reference. Use it as a context manager.

    Args:
        engines: names of the tested engine (None: the default one) and of the reference.
        options: the options of both runners, except the engine. After their wall limit, a comparison starts no further
            runs to find the reason of a difference.

    Raises:
        ConfigError: an engine is unknown.
        TracingError: a fork server does not start.
    """

    def __init__(
        self, engines: tuple[str | None, str] = (None, REFERENCE), options: RunOptions = RunOptions(limits=LIMITS)
    ) -> None:
        with ExitStack() as opened:
            self._tested, self._reference = (
                opened.enter_context(SandboxRunner(replace(options, engine=engine))) for engine in engines
            )
            self._imitation: SandboxRunner | None = None  # started when it is needed
            self._closed = False
            self._deadline = math.inf  # of the comparison in progress, for the start of further runs
            self._opened = opened.pop_all()

    def __enter__(self) -> EnginePair:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the fork servers. Another thread may call this during a comparison, which then raises TracingError."""
        self._closed = True
        self._opened.close()

    def compare(self, program: Program, input_index: int = 0) -> Comparison:
        """Run one program on one of its inputs in both engines, and compare the traces.

        Raises:
            IsolationError: the program is untrusted, and this machine cannot isolate it.
            TracingError: the pair was closed.
        """
        limit_s = self._tested.options.limits.wall_s
        self._deadline = monotonic() + limit_s
        tested, reference = (runner.run(program, input_index) for runner in (self._tested, self._reference))
        try:
            verdict, difference, note = self._judge_runs(program, input_index, tested, reference)
        except _OutOfTime:
            verdict, difference = Verdict.NOT_EXAMINED, first_difference(tested.trace, reference.trace)
            note = f"its runs took more than the wall limit of {limit_s:g} s"
        finally:
            self._deadline = math.inf
        wall_s = tested.wall_s, reference.wall_s
        return Comparison(program, input_index, verdict, difference, note, len(tested.trace.events), wall_s)

    def _judge_runs(
        self, program: Program, input_index: int, tested: TracedRun, reference: TracedRun
    ) -> tuple[Verdict, Difference | None, str]:
        verdict, difference, note = self._judge(program, input_index, tested.trace, reference.trace)
        if verdict is Verdict.DIFFERENT and _follows_perturbation(reference, difference):
            verdict, note = Verdict.BROKE, f"it changes a variable at event {reference.first_perturbed_event}"
        elif verdict is Verdict.DIFFERENT and reference.first_perturbed_event is not None:
            unread = _unread_before_end(tested.trace, reference.trace)
            if unread:
                verdict, note = Verdict.BROKE, unread
            elif self._imitates_until_end(program, input_index, reference.trace):
                verdict, note = Verdict.CHANGED, _CHANGED_NOTE
        return verdict, difference, note

    def _judge(
        self, program: Program, input_index: int, tested: Trace, reference: Trace
    ) -> tuple[Verdict, Difference | None, str]:
        note = ""
        if tested.truncation == REPLACED and reference.status in (Status.OK, Status.EXCEPTION):
            note = f"{self._reference.engine} does not notice that the program took the tracer off for a while"
            reference = replace(reference, status=tested.status, truncation=tested.truncation)
        difference = first_difference(tested, reference)
        if _tracer_failed(reference) and self._tested.engine != self._reference.engine:
            return self._judge_failed(program, input_index, tested, reference)
        if difference is None:
            return Verdict.EQUAL, None, note
        if reference.status is Status.TIMEOUT and difference_from_prefix(tested, reference) is None:
            return Verdict.TOO_SLOW, difference, f"limit {reference.truncation}"
        note = _unread_values(tested, reference)
        if note:
            return Verdict.BROKE, difference, note
        untraced = self._run_untraced(program, input_index)
        if _ends_like(tested, untraced):
            imitated = self._imitate(program, input_index)
            if imitated is not None and (
                imitated == reference or differs_by_shown_addresses(imitated, reference)
                or _unread_values(imitated, reference)
            ):
                return Verdict.CHANGED, difference, _CHANGED_NOTE
        note = self._why_not_repeatable(program, input_index, tested, reference)
        if note:
            return Verdict.NOT_REPEATABLE, difference, note
        if not _ends_like(reference, untraced) and _ends_like(tested, untraced):
            return Verdict.BROKE, difference, "it changes what the program writes, or how it ends"
        return Verdict.DIFFERENT, difference, ""

    def _imitate(self, program: Program, input_index: int) -> Trace | None:
        """Return the trace of the native engine with the effects of snoop on the program; None for other engines."""
        if (self._tested.engine, self._reference.engine) != (NATIVE.name, SNOOP.name):
            return None
        self._check_time()
        if self._imitation is None:
            options = self._tested.options
            self._imitation = self._opened.enter_context(SandboxRunner(options, engine=IMITATION))
            if self._closed:  # by another thread, in the meantime
                self.close()
        return self._imitation.run(program, input_index).trace

    def _imitates_until_end(self, program: Program, input_index: int, reference: Trace) -> bool:
        """Return True if the trace of `_imitate` starts with all events of the reference, except for unread values."""
        imitated = self._imitate(program, input_index)
        if imitated is None:
            return False
        return difference_from_prefix(imitated, reference) is None or bool(_unread_before_end(imitated, reference))

    def _judge_failed(
        self, program: Program, input_index: int, tested: Trace, reference: Trace
    ) -> tuple[Verdict, Difference | None, str]:
        untraced = self._run_untraced(program, input_index)
        failure = reference.truncation or ""
        missing = difference_from_prefix(tested, reference)
        if (missing is None or _unread_before_end(tested, reference)) and _ends_like(tested, untraced):
            return Verdict.BROKE, first_difference(tested, reference), failure
        note = self._why_not_repeatable(program, input_index, tested, reference)
        if note:
            return Verdict.NOT_REPEATABLE, missing, note
        ending = replace(untraced, events=tested.events)  # the expected rest of the trace
        return Verdict.DIFFERENT, missing or first_difference(tested, ending), f"where the reference broke: {failure}"

    def _why_not_repeatable(self, program: Program, input_index: int, tested: Trace, reference: Trace) -> str:
        """Return the reason why a difference is accepted as not repeatable; "" if it is not accepted.

        A difference is accepted if it consists only of addresses that the program shows, or (from Python 3.13 on) only
        of states of threads. It is also accepted if two traces of the reference differ from each other, and the tested
        trace equals the reference up to the first event at which these two differ. If the order of threads is not
        deterministic, the tested trace may differ earlier.
        """
        if differs_by_shown_addresses(tested, reference):
            return "it shows addresses"
        if sys.version_info >= (3, 13) and differs_by_thread_states(tested, reference):
            return "it shows whether a thread has ended"
        common = _common_events(tested, reference)
        for reason, variant in self._variants(program):
            self._check_time()
            again = self._reference.run(variant, input_index).trace
            nondeterministic = not (again.deterministic and reference.deterministic)
            if again != reference and (nondeterministic or common >= _common_events(again, reference)):
                return reason
        return ""

    def _run_untraced(self, program: Program, input_index: int) -> Trace:
        self._check_time()
        return self._reference.run_untraced(program, input_index).trace

    def _check_time(self) -> None:
        if monotonic() > self._deadline:
            raise _OutOfTime

    @staticmethod
    def _variants(program: Program) -> Iterator[tuple[str, Program]]:
        yield "another run differs", program
        for lines in _COMMENTS_PER_LENGTH:
            yield "at other addresses it differs", with_trailing_comments(program, lines)


class _OutOfTime(Exception):
    """Raised before a further run if the comparison has taken the wall limit of one run."""


def with_trailing_comments(program: Program, lines: int) -> Program:
    """Return the program with comments appended, whose strings occupy memory so that its objects get other addresses.

    Behaviour that depends on addresses, such as the order of a set of objects, may then differ. Objects of up to 48
    bytes keep their addresses, because no string is that small.

    Args:
        lines: number of comments of each length.
    """
    comments = "".join(f"\n#{'-' * length}" for length in range(1, 500, 8) for _ in range(lines))
    return replace(program, code=f"{program.code}{comments}\n")


def compare_all(pairs: list[EnginePair], runs: Iterable[tuple[Program, int]]) -> Iterator[Comparison]:
    """Compare runs concurrently, one at a time in each pair, and yield the comparisons in the order of the runs.

    The iterable of runs is consumed as pairs become free, about four runs per pair in advance. After an exception, or
    if not all comparisons are consumed, the pairs are closed.
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

    pending: deque[Future[Comparison]] = deque()
    pool = ThreadPoolExecutor(len(pairs))  # the processes of the runners do the work
    try:
        for run in runs:
            pending.append(pool.submit(compare, run))
            while len(pending) > 4 * len(pairs):
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BaseException:  # such as Ctrl-C: do not wait for the runs in progress
        for pair in pairs:
            pair.close()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _tracer_failed(trace: Trace) -> bool:
    return trace.status is Status.TRACER_ERROR or (trace.truncation or "").startswith("tracer:")


def _follows_perturbation(run: TracedRun, difference: Difference | None) -> bool:
    """Return True if the difference is at or after the first event that the tracer perturbed: see `TracedRun`."""
    if run.first_perturbed_event is None or difference is None:
        return False
    return difference.event is None or difference.event >= run.first_perturbed_event


def _unread_values(tested: Trace, reference: Trace) -> str:
    """Return the reason why the reference shows other values; "" if the traces differ in something else."""
    if differs_by_deep_tuples(tested, reference):
        return "it shows deeply nested tuples as far as the stack permits"
    if not differs_by_suppressed_values(tested, reference):
        return ""
    if max((event.depth for event in reference.events), default=0) >= _DEEP_FRAMES:
        return "it has too little of the stack left to read a value"
    return "it suppresses the values of a class"


def _unread_before_end(tested: Trace, reference: Trace) -> str:
    """Return `_unread_values` for the events of the reference, whose trace may end before the tested one."""
    return _unread_values(replace(reference, events=tested.events[:len(reference.events)]), reference)


def _ends_like(trace: Trace, untraced: Trace) -> bool:
    """Return True if a trace ends like a run without a tracer, except for memory addresses that the program shows.

    After a limit only stdout is compared: one of the outputs must start with the other.
    """
    if trace.status in _LIMIT_STATUSES:
        return untraced.stdout.startswith(trace.stdout) or trace.stdout.startswith(untraced.stdout)
    fields = ("stdout", "stderr", "exception", "status")
    ends = [without_addresses(repr([getattr(each, field) for field in fields])) for each in (trace, untraced)]
    return ends[0] == ends[1]


def _common_events(one: Trace, other: Trace) -> int:
    """Return the number of events before the first one that differs; if all are equal, the number of events plus 1."""
    difference = first_difference(one, other)
    if difference is None or difference.event is None:
        return len(one.events) + 1
    return difference.event
