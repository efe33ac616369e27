"""Check the state that the trace page shows at an event against the trace."""

from __future__ import annotations

import random

import pytest

import statecode
from statecode.records import Trace
from tests.support.trace_page import CORPUS, check_event, jump

SHIPPED = (
    "async_countdown/gather_tasks", "primes_in_range/chain_of_filters", "staircase_ways_mod/recursion_in_big_stack",
    "account_commands/generator_account", "bank_queue/generator_desks", "anagram_groups/letter_counts",
)


def test_page_shows_state_of_trace_at_every_event(sample, opened) -> None:
    shown = opened(sample).page
    shown.focus("body")
    for k in range(len(sample.events)):
        check_event(shown, sample, k)
        shown.keyboard.press("ArrowRight")
    for k in reversed(range(len(sample.events))):
        check_event(shown, sample, k)
        shown.keyboard.press("ArrowLeft")


@pytest.fixture(scope="module")
def shipped() -> dict[str, Trace]:
    """Return the longest run of each program in SHIPPED: tasks, threads, deep recursion, generators, comprehensions."""
    found: dict[str, Trace] = {}
    for trace in statecode.read(CORPUS):
        known = found.get(trace.program_id)
        if trace.program_id in SHIPPED and (known is None or len(known.events) < len(trace.events)):
            found[trace.program_id] = trace
    return found


@pytest.mark.parametrize("program_id", SHIPPED)
def test_random_jumps(program_id, shipped, opened) -> None:
    trace = shipped[program_id]
    shown = opened(trace).page
    chosen = random.Random(5).sample(range(len(trace.events)), min(25, len(trace.events)))
    for k in chosen:
        jump(shown, k)
        if shown.locator(".gap").count():
            shown.click(".gap")
        check_event(shown, trace, k)
