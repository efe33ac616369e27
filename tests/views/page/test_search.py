"""Test the search of the trace page for the changes of a variable."""

from __future__ import annotations

import statecode
from statecode.records import EventKind
from tests.support.trace_page import READ_PLACE, check_event, jump


def test_search_lists_changes_of_a_variable(sample, opened) -> None:
    shown = opened(sample).page
    changes = [k for k, event in enumerate(sample.events) if any(change.name == "best" for change in event.changes)]
    shown.keyboard.press("/")
    shown.keyboard.type("best")
    assert shown.inner_text("#found").startswith(f"{len(changes)} changes")
    assert shown.eval_on_selector_all(".hit", "hits => hits.map((hit) => Number(hit.dataset.event))") == changes
    assert "best = (0, 0)" in shown.inner_text(".hit >> nth=0")
    visited = []
    for key in ("Enter", "Enter", "Shift+Enter"):
        shown.keyboard.press(key)
        visited.append(shown.evaluate(READ_PLACE)["event"])
    assert visited == [changes[0], changes[1], changes[0]]
    shown.click(".hit >> nth=-1")
    check_event(shown, sample, changes[-1])
    shown.fill("#search", "8")
    runs = [k for k, event in enumerate(sample.events) if event.line == 8 and event.kind is EventKind.LINE]
    assert shown.eval_on_selector_all(".hit", "hits => hits.map((hit) => Number(hit.dataset.event))") == runs
    shown.fill("#search", "absent")
    assert shown.inner_text("#found") == "no such variable"
    shown.fill("#search", "")
    assert not shown.locator("#hits").is_visible()
    shown.click("text=<module> >> xpath=ancestor::article >> button.find >> nth=0")
    assert shown.input_value("#search") == "best"


def test_a_long_list_of_changes_follows_the_event(opened) -> None:
    trace = statecode.trace("for number in range(700):\n    pass\n")
    shown = opened(trace).page
    shown.fill("#search", "number")
    assert shown.locator(".hit").count() == 60
    jump(shown, len(trace.events) - 30)
    current = int(shown.get_attribute(".hit[aria-current]", "data-event"))
    assert current == max(k for k in range(len(trace.events) - 29) if trace.events[k].changes)
