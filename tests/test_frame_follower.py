"""Test that the call stacks of the follower agree with the depths of traced programs, and that it accepts any events."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

import statecode
from statecode.frame_follower import Frame, FrameFollower
from statecode.records import ENTERING, LEAVING, Trace
from tests.support.paths import ROOT

SHIPPED = ROOT / "statecode" / "data" / "embedded"


def shipped_traces() -> Iterator[Trace]:
    """Yield some traces of the shipped corpus, of at most 200 events each."""
    return (trace for trace in islice(statecode.read(SHIPPED), 0, 160, 2) if len(trace.events) <= 200)


def active_by_search(trace: Trace, k: int) -> list[int]:
    """Return the frames that are active at event `k`, without stacks: by the last event of each frame before `k`.

    The active frames of a thread are in the order of their last entry, because a frame that has left enters again.
    """
    last, entry = {}, {}
    for number, event in enumerate(trace.events[:k + 1]):
        before = last.get(event.frame)
        if before is None or before.kind in LEAVING:
            entry[event.frame] = number
        last[event.frame] = event
    active = [event for event in last.values() if event.kind not in LEAVING or event is trace.events[k]]
    return [event.frame for event in sorted(active, key=lambda event: (event.thread, entry[event.frame]))]


def test_the_stacks_agree_with_the_depths() -> None:
    """The depth of an entered frame is as predicted, and each frame on a stack is one deeper than the frame below."""
    entered = 0
    for trace in shipped_traces():
        follower = FrameFollower(Frame)
        for event in trace.events:
            if event.kind in ENTERING:
                assert event.depth == follower.entry_depth(event.thread)
                entered += 1
            frame = follower.activate(event.frame, event.thread)
            frame.depth = event.depth
            assert follower.innermost(event.thread) is follower.top is frame
            stacks = follower.active()
            if event.kind in LEAVING:
                follower.leave(frame)
                assert follower.active() == [other for other in stacks if other is not frame]
    assert entered > 200


def test_state_at_agrees_with_a_search() -> None:
    compared = 0
    for trace in shipped_traces():
        for k in range(0, len(trace.events), 9):
            assert [state.frame for state in trace.state_at(k)] == active_by_search(trace, k)
            compared += 1
    assert compared > 200


def test_new_numbers_and_threads() -> None:
    follower = FrameFollower(Frame)
    assert (follower.thread, follower.top, follower.next_number, follower.innermost(0)) == (0, None, 0, None)
    outer, inner = follower.activate(0, 0), follower.activate(3, 0)
    other = follower.activate(1, 5)
    assert [frame.number for frame in follower.active()] == [0, 3, 1]
    assert (follower.thread, follower.top, follower.next_number) == (5, other, 4)
    assert (follower.innermost(0), follower.frames) == (inner, {0: outer, 3: inner, 1: other})
    follower.leave(other)
    assert (follower.thread, follower.top, follower.innermost(5)) == (5, None, None)


def test_a_frame_below_another_frame() -> None:
    """Both frames stay on the stack; after a return, only the frame above is left."""
    follower = FrameFollower(Frame)
    outer, inner = follower.activate(0, 0), follower.activate(1, 0)
    assert follower.activate(0, 0) is outer and follower.top is inner
    follower.leave(outer)
    assert follower.active() == [inner] and follower.top is inner


@given(st.lists(st.tuples(st.integers(-1, 4), st.integers(-1, 2), st.booleans())))
def test_any_sequence_of_events_is_accepted(events: list[tuple[int, int, bool]]) -> None:
    """A frame is on the stack of a thread if its last event there did not leave it; no stack has a frame twice."""
    follower = FrameFollower(Frame)
    expected: dict[tuple[int, int], None] = {}
    for number, thread, leaves in events:
        frame = follower.activate(number, thread)
        expected.setdefault((thread, number))
        if leaves:
            follower.leave(frame)
            del expected[thread, number]
        active = sorted(expected, key=lambda key: key[0])  # the order of entry within a thread
        assert [one.number for one in follower.active()] == [number for _, number in active]
        assert follower.thread == thread and follower.top is follower.innermost(thread)
    assert follower.next_number == max([0, *(number + 1 for number, _, _ in events)])
