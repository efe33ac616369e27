"""Detect nondeterministic runs: run each program twice, with two hash seeds, and compare the traces.

The hash seed determines the order of sets of strings and everything else that depends on `hash`. A second run also
reveals dependence on the time, on addresses or on the scheduling of threads.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import zip_longest
from os.path import commonprefix
from typing import TYPE_CHECKING

from statecode.records import Trace
from statecode.tracing.wire.event_columns import RecordedRun

if TYPE_CHECKING:
    from statecode.tracing.runner import TracedRun

OTHER_HASH_SEED = 1  # of the second run; the first run, whose trace becomes the row, has the hash seed 0


def with_second_run(first: TracedRun, second: TracedRun) -> TracedRun:
    """Compare a traced run with a second one, with another hash seed, of the same program and input.

    Returns:
        The first run. If the traces differ, `deterministic` and `differs_at` are set. Wall and CPU time are the sums of
        both runs; memory and attempts are the larger of the two values.
    """
    same = first.run == second.run
    return replace(
        first,
        run=first.run if same else RecordedRun.of(mark_difference(first.trace, second.trace)),
        wall_s=first.wall_s + second.wall_s,
        cpu_s=first.cpu_s + second.cpu_s,
        max_rss_bytes=max(first.max_rss_bytes, second.max_rss_bytes),
        attempts=max(first.attempts, second.attempts),
    )


def mark_difference(trace: Trace, other: Trace) -> Trace:
    """Return `trace` if `other`, a second trace of the same run, has the same content and files.

    Otherwise return a copy of `trace` with `deterministic` and `differs_at` set.
    """
    if trace == other and trace.files == other.files:
        return trace
    return replace(trace, deterministic=False, differs_at=first_difference(trace, other))


def first_difference(trace: Trace, other: Trace) -> int:
    """Return the index of the first event at which two traces of one run differ.

    They differ at an event if `other` has no equal event at this index, or if it had printed different text by then.

    Returns:
        An index into `trace.events`; `len(trace.events)` if `other` has equal events and differs only after them.
    """
    common_output = len(commonprefix([trace.stdout, other.stdout]))  # characters
    for number, (event, its_event) in enumerate(zip_longest(trace.events, other.events)):
        if event is None or event != its_event or event.stdout_end > common_output:
            return number
    return len(trace.events)
