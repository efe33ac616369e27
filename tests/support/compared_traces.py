"""A program whose traces are compared, a pair of engines, and traces that differ in one event."""

from __future__ import annotations

from dataclasses import replace

from statecode.records import Limits, Trace
from statecode.tracing import RunOptions
from statecode.tracing.compare.engines import EnginePair
from tests.support.engine_corpora import program_of

PROGRAM = program_of("p", "x = 1\nx = [x, 2]\nprint(x)\n1 / 0\n")


def make_snoop_pair() -> EnginePair:
    """Return two snoop engines whose traces can be compared."""
    return EnginePair(("snoop", "snoop"), RunOptions(limits=Limits(wall_s=20, cpu_s=20)))


def with_event(trace: Trace, number: int, **fields) -> Trace:
    events = list(trace.events)
    events[number] = events[number]._replace(**fields)
    return replace(trace, events=tuple(events))
