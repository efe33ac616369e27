"""Test that the windows of a run contain each event once, fit their budget, and begin with the source and the state."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

import statecode
from statecode.errors import TextLengthError
from statecode.records import LEAVING, Change, Event, EventKind, FrameState, Status, Trace
from statecode.views import VIEWS, compact, render
from statecode.views.cutting import window_context, windows
from statecode.views.segments import Kind, Segment, joined_block
from statecode.views.windows import Window, WindowFormat, best_cut, follows_from_source
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
    for part in (parts[0], parts[len(parts) // 2], parts[-1]):
        assert window_context(trace, view, part.first, budget, tokens) == joined_block(part.context)


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
    assert windows(trace, "io", 100, tokens) is None is window_context(trace, "io", 1, 100, tokens)


def test_a_window_ends_before_events_that_leave_a_frame() -> None:
    events = statecode.trace("def f():\n    return 1\n\nx = f()\ny = x\n").events
    kinds = [event.kind for event in events]
    assert kinds[3:7] == [EventKind.CALL, EventKind.LINE, EventKind.RETURN, EventKind.LINE]
    assert [best_cut(events, 0, end) for end in (4, 5, 6, 7)] == [4, 5, 5, 7]
    assert best_cut(events, 5, 6) == 6  # a window of one event
    assert (best_cut(events, 0, len(events)), best_cut(events, 0, len(events) + 1)) == (len(events) - 1, len(events) + 1)


def replayed(trace: Trace, count: int) -> list[tuple[int, int, dict[str, str]]]:
    """Return the frames that are live after `count` events, with their lines and variables, without a StateFollower."""
    stacks: dict[int, list[int]] = {}
    lines: dict[int, int] = {}
    variables: dict[int, dict[str, str]] = {}
    for event in trace.events[:count]:
        stack = stacks.setdefault(event.thread, [])
        if event.frame not in stack:
            stack.append(event.frame)
        known = variables.setdefault(event.frame, {})
        for name, value in event.changes:
            if trace.fidelity == "full":
                variables[event.frame] = known = {key: old for key, old in known.items() if not key.startswith(f"{name}.")
                                                  or name not in known}
            if name.replace(".", "").isidentifier() and (trace.fidelity == "full" or "." not in name):
                known[name] = value
        lines[event.frame] = event.line
        if event.kind in (EventKind.RETURN, EventKind.YIELD, EventKind.COMPREHENSION_RESULT):
            stack.remove(event.frame)
    return [(frame, lines[frame], variables[frame]) for _, stack in sorted(stacks.items()) for frame in stack]


@pytest.mark.parametrize("fidelity", ["snoop", "full"])
@pytest.mark.parametrize("budget", [16, 50])
def test_the_state_at_a_cut_is_that_of_a_replay_of_the_run(fidelity: str, budget: int) -> None:
    code = ("class Box:\n    def __init__(self, n):\n        self.n = n\n\ndef count(n):\n    for k in range(n):\n"
            "        yield k\n\ndef depth(n):\n    return 0 if n == 0 else 1 + depth(n - 1)\n\ntotal = 0\n"
            "for k in count(9):\n    box = Box(k)\n    total += depth(box.n)\nprint(total, [depth(k) for k in (20, 3)])\n")
    trace = statecode.trace(code, fidelity=fidelity)
    seen: list[tuple[int, list[FrameState]]] = []

    def state(trace: Trace, event: int, frames: list[FrameState]) -> list[Segment]:
        seen.append((event, frames))
        return [Segment("state", Kind.SYNTAX)]

    form = WindowFormat(compact.segments, lambda trace: [], state)
    parts = list(form.windows(trace, budget, tokens))
    assert {event for event, _ in seen} == {part.first for part in parts[1:]} and len(seen) > 10
    for event, frames in seen:
        assert [(frame.frame, frame.line, frame.variables) for frame in frames] == [
            (number, line, {name: value for name, value in variables.items() if not follows_from_source(name, value)})
            for number, line, variables in replayed(trace, event)]
    after_leaving = [event for event, _ in seen if trace.events[event - 1].kind in LEAVING]
    assert len(after_leaving) > (0 if budget == 50 else 3)  # where a window has no other event


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


def test_long_values_are_shortened_and_a_long_source_is_omitted_but_not_the_state() -> None:
    long = cut(counting_trace(3, "'" + "v" * 500 + "'"), "compact", 100)
    assert any(SHORTENED in joined_block(part.context) for part in long)
    check_windows(counting_trace(3, "'" + "v" * 500 + "'"), "compact", 100)
    trace = replace(counting_trace(40), code="x = 1\n" * 60)
    first, *later = cut(trace, "compact", 60)
    assert not first.context and later
    assert all(joined_block(part.context).startswith(f"[from event {part.first}]\n1 <module> ") for part in later)
    assert cut(trace, "compact", 1000)[0].text.startswith("1 x = 1\n2 x = 1\n")


def test_a_state_that_is_too_long_has_the_variables_that_changed_last() -> None:
    made = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>", (Change(f"name_{k}", "'" + "v" * 60 + "'"),))
                 for k in [*range(30), 7, 3])
    trace = replace(counting_trace(1), events=made + counting_trace(40).events)
    contexts = {part.first: joined_block(part.context) for part in cut(trace, "compact", 120)}
    assert "1 x = 1\n<7\n[from event " in contexts[max(contexts)]
    shown = {first: re.findall(r" (\w+)=", text) for first, text in contexts.items()}
    changed = [event.changes[0].name for event in trace.events]
    for first, names in shown.items():
        newest = list(dict.fromkeys(reversed(changed[:first])))[:len(names)]
        assert set(names) == set(newest) and (names or not first)
    assert any(len(names) < len(set(changed[:first])) for first, names in shown.items())


@pytest.mark.parametrize("view", WITH_WINDOWS)
def test_nearly_all_later_windows_have_a_state(view: str, shipped: list[Trace]) -> None:
    form = VIEWS[view].functions.windows
    assert form is not None
    later = stated = 0
    for trace in [trace for trace in shipped if 60 < len(trace.events) < 1000][:20]:
        first, *parts = form(trace, 400, tokens)
        later += len(parts)
        stated += sum(joined_block(part.context) not in ("", joined_block(first.context)) for part in parts)
    assert stated > 0.97 * later > 20


def test_a_text_longer_than_the_limit_of_views_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("statecode.views.windows.MAX_CHARACTERS", 100)
    with pytest.raises(TextLengthError, match="more than 100 characters"):
        cut(counting_trace(30), "compact", 60)


def test_a_budget_below_16_tokens_is_an_error() -> None:
    with pytest.raises(ValueError, match="at least 16 tokens; got 15"):
        cut(counting_trace(3), "compact", 15)
