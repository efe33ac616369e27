"""Whether a run would come out the same again: each program runs twice, under two hash seeds.

The hash seed decides the order of sets of strings and of whatever is derived from `hash`. A second run also shows what
depends on the time, on addresses or on the order in which threads are scheduled.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from os.path import commonprefix
from typing import TYPE_CHECKING

from statecode.corpus.plan import Run
from statecode.records import Trace

if TYPE_CHECKING:
    from statecode.tracing.runner import SandboxRunner, TracedRun

OTHER_HASH_SEED = 1  # rows are made with 0


def run_twice(runner: SandboxRunner, other: SandboxRunner, run: Run) -> TracedRun:
    """Trace a run in `slot` and again in `other`, which has another hash seed, and mark the trace if they differ.

    Times and starts are those of both runs, memory is that of the larger one.
    """
    first, second = (each.run(run.program, run.input_index) for each in (runner, other))
    return replace(
        first,
        trace=mark_difference(first.trace, second.trace),
        wall_s=first.wall_s + second.wall_s,
        cpu_s=first.cpu_s + second.cpu_s,
        max_rss_bytes=max(first.max_rss_bytes, second.max_rss_bytes),
        attempts=max(first.attempts, second.attempts),
    )


def mark_difference(trace: Trace, other: Trace) -> Trace:
    """The trace, with `deterministic` and `differs_at` set where `other`, of the same program, has another content."""
    if trace == other:
        return trace
    return replace(trace, deterministic=False, differs_at=first_difference(trace, other))


def first_difference(trace: Trace, other: Trace) -> int:
    """The number of the first event that `other` does not have, or before which it printed something else.

    `len(trace.events)` where all events are the same.
    """
    printed_alike = len(commonprefix([trace.stdout, other.stdout]))  # characters
    for number, (event, its_event) in enumerate(zip_longest(trace.events, other.events)):
        if event is None or event != its_event or event.stdout_end > printed_alike:
            return number
    return len(trace.events)
