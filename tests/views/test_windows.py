"""Test that the windows of a run contain each event once, fit their budget, and begin with the source and the state."""

from __future__ import annotations

from dataclasses import replace

import pytest

import statecode
from statecode.errors import TextLengthError
from statecode.records import Change, Event, EventKind, FrameState, Status, Trace
from statecode.views import VIEWS, compact, render
from statecode.views.cutting import windows
from statecode.views.segments import Kind, Segment, joined_block
from statecode.views.windows import Window, WindowFormat, follows_from_source
from tests.support.samples import sample, sampled

WITH_WINDOWS = [name for name, view in VIEWS.items() if view.is_text and view.functions.windows]
SHORTENED = "…"


def tokens(text: str) -> int:
    return (len(text) + 2) // 3


def cut(trace: Trace, view: str, budget: int) -> list[Window]:
    found = windows(trace, view, budget, tokens)
    assert found is not None
    return list(found)


def check_windows(trace: Trace, view: str, budget: int) -> None:
    """Assert the properties that the windows of every run have."""
    parts = cut(trace, view, budget)
    text = render(trace, view)
    if tokens(text) <= budget:
        assert [part.text for part in parts] == [text]
        return
    assert all(tokens(part.text) <= budget for part in parts)
    assert text.endswith("".join(joined_block(part.events) for part in parts))
    head = joined_block(next(iter(VIEWS[view].functions.segments(trace))))
    assert head + "".join(joined_block(part.events) for part in parts) == text
    assert [part.first for part in parts] == [0, *(part.end for part in parts[:-1])]
    assert parts[-1].end == len(trace.events) and [part.is_last for part in parts].index(True) == len(parts) - 1
    source = joined_block(parts[0].context)
    assert all(joined_block(part.context).startswith(source) for part in parts)
    if head:
        assert source in (head, "")


@pytest.mark.parametrize("view", WITH_WINDOWS)
@sampled(80)
def test_the_windows_of_every_run_contain_each_event_once_within_the_budget(view: str, step: int, shipped: list[Trace]) -> None:
    short = [trace for trace in shipped if len(trace.events) < 2000]
    for trace in sample(short, step, lambda trace: frozenset([trace.status.value])):
        for budget in (40, 300, 1000):
            check_windows(trace, view, budget)


def test_the_views_with_windows_are_the_lossless_ones_and_snoop() -> None:
    assert set(WITH_WINDOWS) == {name for name, view in VIEWS.items() if view.lossless} | {"snoop"}
    trace = statecode.trace("x = 1\n")
    assert windows(trace, "io", 100, tokens) is None


@pytest.mark.parametrize("fidelity", ["snoop", "full"])
def test_the_state_at_a_cut_is_that_of_the_trace(fidelity: str) -> None:
    code = ("class Box:\n    def __init__(self, n):\n        self.n = n\n\ndef count(n):\n    for k in range(n):\n"
            "        yield k\n\ndef depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)\n\ntotal = 0\n"
            "for k in count(9):\n    box = Box(k)\n    total += depth(box.n)\nprint(total)\n")
    trace = statecode.trace(code, fidelity=fidelity)
    seen: list[tuple[int, list[FrameState]]] = []

    def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
        seen.append((event, frames))
        return [Segment("state", Kind.SYNTAX)]

    form = WindowFormat(compact.segments, lambda trace: [], state)
    parts = list(form.windows(trace, 50, tokens))
    assert [event for event, _ in seen] == [part.first for part in parts[1:]] and len(seen) > 10
    for event, frames in seen:
        expected = trace.state_at(event - 1)
        assert [frame._replace(variables={}) for frame in frames] == [frame._replace(variables={}) for frame in expected]
        for frame, other in zip(frames, expected):
            assert frame.variables == {
                name: value for name, value in other.variables.items() if not follows_from_source(name, value)}
        assert trace.events[event - 1].kind not in (EventKind.RETURN, EventKind.YIELD)


def counting_trace(events: int, value: str | None = None) -> Trace:
    made = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>", (Change(f"x{k % 5}", value or str(k)),)) for k in range(events))
    return Trace(program_id="p", problem_id="p", input_index=0, code="x = 1\n", stdin="7\n", events=made,
                 status=Status.OK)


def test_compact_windows_begin_with_source_input_state_and_line() -> None:
    trace = counting_trace(40)
    parts = cut(trace, "compact", 60)
    context = joined_block(parts[1].context)
    event = parts[1].first
    values = "".join(f" {name}={value}" for name, value in trace.state_at(event - 1)[0].variables.items())
    assert context == f"1 x = 1\n<7\n[from event {event}]\n1 <module>{values}\n\n1"
    assert joined_block(parts[1].events).startswith(f" x{event % 5}={event}\n1")


def test_long_values_are_shortened_and_a_long_source_leaves_no_context() -> None:
    long = cut(counting_trace(3, "'" + "v" * 500 + "'"), "compact", 100)
    assert any(SHORTENED in joined_block(part.context) for part in long)
    check_windows(counting_trace(3, "'" + "v" * 500 + "'"), "compact", 100)
    trace = replace(counting_trace(40), code="x = 1\n" * 60)
    assert all(not part.context for part in cut(trace, "compact", 60))
    assert cut(trace, "compact", 1000)[0].text.startswith("1 x = 1\n2 x = 1\n")


def test_a_text_longer_than_the_limit_of_views_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.views.windows.MAX_CHARACTERS", 100)
    with pytest.raises(TextLengthError, match="more than 100 characters"):
        cut(counting_trace(30), "compact", 60)


def test_a_budget_below_16_tokens_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 16 tokens; got 15"):
        cut(counting_trace(3), "compact", 15)
