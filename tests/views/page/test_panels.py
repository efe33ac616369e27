"""Test the values, long texts and the end of the run that the trace page shows."""

from __future__ import annotations

import random

import pytest

import statecode
from statecode.records import Change, Event, EventKind, Status, Trace
from tests.support.trace_page import read_frames


def test_long_texts_are_shown_in_part(opened) -> None:
    long = "".join(random.Random(1).choices("abcdefgh\n", k=300_000))
    events = [
        Event(EventKind.LINE, 1, 0, 0, 0, 0, "<module>", (Change("x", repr(long)),), stdout_end=len(long)),
        Event(EventKind.LINE, 1, 1, 0, 0, 0, "<module>", tuple(Change(f"v{n}", str(n)) for n in range(1000)), stdout_end=len(long)),
    ]
    trace = Trace(program_id="p", problem_id="p", input_index=0, code=f"x = '{long[:9000]!r}'\n", stdin=long, stdout=long,
                  status=Status.OK, events=tuple(events))
    shown = opened(trace).page
    assert shown.evaluate("() => document.body.textContent.length - document.getElementById('trace').textContent.length") < 120_000
    shown.click("tr.variable .more")
    assert len(shown.text_content("tr.variable .value")) > 4000
    assert trace.stdout.endswith(shown.text_content("#output > pre"))
    shown.click("#output > .more")
    assert len(shown.text_content("#output > pre")) == 32_000
    shown.keyboard.press("ArrowRight")
    assert shown.locator("tr.variable").count() == 120
    shown.click(".frame > .more")
    (_, _, _, variables), = read_frames(shown)
    assert {name: value for name, value in variables.items() if name != "x"} == {f"v{n}": str(n) for n in range(1000)}


def test_changed_part_of_a_value_is_marked(opened) -> None:
    texts = ["[1, 2, 3]", "[1, 20, 3]", "'😀x'", "'😁x'", "'𝒳😁x'", "'𝒳'", "''"]
    marks = ["", "0", "'😀x'", "😁", "𝒳", "", ""]  # the difference to the previous text; never half a character
    events = tuple(Event(EventKind.LINE, 1, 1, 0, 0, 0, "f", (Change("x", text),)) for text in texts)
    trace = Trace(program_id="", problem_id="", input_index=0, code="", stdin="", status=Status.OK, events=events)
    shown = opened(trace).page
    for text, mark in zip(texts, marks):
        assert shown.text_content(".value") == text
        assert shown.evaluate("() => document.querySelector('.value mark')?.textContent ?? ''") == mark
        shown.keyboard.press("ArrowRight")


@pytest.mark.parametrize(
    ("code", "sentences"),
    [
        ("def f(:\n", ["does not compile", "SyntaxError"]),
        ("import os\nx = 1\nos._exit(3)\n", ["was killed", "The trace is truncated after"]),
        ("n = 0\nwhile True:\n    n += 1\n", ["reached the limit on recorded events", "events: limit on recorded events"]),
        ("print('fine')\n", ["ended normally"]),
    ],
)
def test_end_of_run_and_truncation_are_shown(code, sentences, opened) -> None:
    trace = statecode.trace(code, limits=statecode.Limits(events=300))
    shown = opened(trace).page
    if trace.events:
        shown.click("[data-go=last]")
    assert all(text in shown.inner_text("#now") for text in sentences)
    assert ("trace truncated" in shown.inner_text("#ending")) == (trace.truncation is not None)
