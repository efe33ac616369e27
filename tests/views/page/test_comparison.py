"""Test the page of a predicted run beside the real one in a headless Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import statecode
from statecode.records import Change, Status, Trace
from statecode.views.page import Comparison, page, write_page
from statecode.views.page.data import predicted_data
from tests.support.browser import RecordedPage
from tests.support.trace_page import READ_PLACE, check_event, jump

CODE = "def half(n):\n    rest = n % 2\n    return n // 2 + rest\n\ntotal = 0\nfor k in [3, 8]:\n    total += half(k)\nprint(total)\n"
READ = """() => ({
  verdict: document.getElementById("verdict").textContent, real: document.getElementById("real").textContent,
  hidden: document.getElementById("comparison").hidden,
  rows: [...document.querySelectorAll("#differing:not([hidden]) tbody tr")].map((row) => [...row.cells].map((cell) => cell.textContent)),
})"""


@pytest.fixture(scope="module")
def real() -> Trace:
    return statecode.trace(CODE)


def with_error(real: Trace) -> tuple[Trace, int]:
    """Return a prediction in which `rest` of the first call is 0 in place of 1, and the index of the event."""
    index = next(k for k, event in enumerate(real.events) if Change("rest", "1") in event.changes)
    events = list(real.events)
    events[index] = events[index]._replace(changes=(Change("rest", "0"),))
    return replace(real, events=tuple(events)), index


@pytest.fixture
def shown(chromium: Any, tmp_path: Path) -> Iterator[Any]:
    """Yield a function that opens the page of a predicted run; at the end, check that it requested and logged nothing."""
    pages: list[RecordedPage] = []

    def open_page(predicted: Trace, comparison: Comparison | None) -> Any:
        pages.append(RecordedPage(chromium, write_page(predicted, tmp_path / f"{len(pages)}.html", comparison)))
        return pages[-1].page

    yield open_page
    for one in pages:
        assert one.requests == [one.url] and one.console_messages == []
        one.close()


def test_both_runs_are_shown_from_the_first_difference_on(real: Trace, shown: Any) -> None:
    predicted, index = with_error(real)
    opened = shown(predicted, Comparison(real, index, ["first difference at event 6", "the output is <b>the same</b>"]))
    first = opened.evaluate(READ)
    assert first == {"verdict": "first difference at event 6 · the output is <b>the same</b>", "hidden": False,
                     "real": "the run:the same event", "rows": []}
    opened.click("[data-go=difference]")
    assert opened.evaluate(READ_PLACE)["event"] == index
    check_event(opened, predicted, index)  # the panels show the predicted run
    at = opened.evaluate(READ)
    assert at["rows"] == [["rest", "0", "1"]]
    assert at["real"] == "the run:Line 3 runs nextline 2 setrest = 1"
    jump(opened, index - 1)
    assert opened.evaluate(READ)["rows"] == [] and opened.evaluate(READ)["real"].endswith("the same event")
    jump(opened, len(real.events) - 1)
    assert opened.evaluate(READ)["rows"] == []  # the module has the same variables in both runs
    assert "as a model predicts it" in opened.inner_text("#facts")


def test_runs_of_different_lengths(real: Trace, shown: Any) -> None:
    short = replace(real, events=real.events[:5], status=Status.EVENT_LIMIT, truncation="<i>nonsense</i>")
    opened = shown(short, Comparison(real, 5, ["ends early"]))
    opened.click("[data-go=difference]")  # the prediction has no event 5: its last one is shown
    assert opened.evaluate(READ_PLACE)["event"] == 4 and opened.evaluate(READ)["real"] == "the run:the same event"
    assert "The prediction ends here: <i>nonsense</i>." in opened.inner_text("#now")
    opened = shown(real, Comparison(short, 5, ["goes on"]))
    jump(opened, 6)
    seen = opened.evaluate(READ)
    assert seen["real"] == "the run:has ended before this event"
    assert ["n", "3", "–"] in seen["rows"]


def test_equal_runs_and_a_page_without_comparison(real: Trace, shown: Any) -> None:
    opened = shown(real, Comparison(real, None, ["all events are the same"]))
    for k in (0, len(real.events) - 1):
        jump(opened, k)
        assert opened.evaluate(READ)["real"] == "the run:the same event" and not opened.evaluate(READ)["rows"]
    assert opened.locator("[data-go=difference]").is_disabled()
    opened = shown(real, None)
    assert opened.evaluate(READ)["hidden"] and not opened.locator("#comparison").is_visible()


def test_data_of_the_page(real: Trace) -> None:
    predicted, index = with_error(real)
    data = predicted_data(predicted, Comparison(real, index, ("a", "b")))
    assert data["comparison"]["divergence"] == index and data["comparison"]["sentences"] == ["a", "b"]
    assert data["comparison"]["run"]["events"] != data["events"] and data["facts"][0] == "as a model predicts it"
    assert '"comparison":' not in page(predicted)
