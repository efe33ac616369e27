"""The program that most tests of the trace page use, and functions that read and control an open page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import statecode
from statecode.records import Trace

SAMPLE = '''\
def collatz(n):
    """The steps down to 1."""
    while n != 1:
        yield n
        n = n // 2 if n % 2 == 0 else 3 * n + 1

def longest(limit):
    best = (0, 0)
    for start in range(1, limit):
        path = list(collatz(start))
        best = max(best, (len(path), start))
    return best

print("searching 🔍")
best = longest(5)
print(best)
best[2]
'''
CORPUS = Path(statecode.__file__).parent / "data" / "embedded"
READ_FRAMES = """() => [...document.querySelectorAll("#frames .frame:not(.paused)")].map((frame) => [
  Number(frame.dataset.frame), Number(frame.dataset.thread), frame.querySelector(".function").textContent,
  [...frame.querySelectorAll("tr.variable")].map((row) => [
    row.querySelector(".find").textContent, row.querySelector(".value").textContent]),
])"""
READ_PLACE = """() => ({
  event: Number(document.getElementById("event").value), slider: Number(document.getElementById("slider").value),
  now: Number(document.querySelector(".line.now")?.dataset.line ?? 0), ran: Number(document.querySelector(".line.ran")?.dataset.line ?? 0),
  output: document.querySelector("#output > pre").classList.contains("nothing") ? "" : document.querySelector("#output > pre").textContent,
  changed: [...document.querySelectorAll("tr.changed.variable .find")].map((one) => one.textContent).sort(),
})"""


def read_frames(shown: Any) -> list[tuple[Any, ...]]:
    """Return frame, thread, function and variables of each frame that the page shows and that is not paused.

    The order is that of `state_at`: by thread, outermost frame first.
    """
    frames = [(frame, thread, function, dict(rows)) for frame, thread, function, rows in shown.evaluate(READ_FRAMES)]
    return sorted(reversed(frames), key=lambda frame: frame[1])


def check_event(shown: Any, trace: Trace, k: int) -> None:
    """Check that the page shows the state of the trace at event `k`."""
    event, place = trace.events[k], shown.evaluate(READ_PLACE)
    assert (place["event"], place["slider"]) == (k, k)
    assert read_frames(shown) == [tuple(state)[:-1] for state in trace.state_at(k)]  # without the line
    assert place["now"] == event.line
    assert place["ran"] in (event.from_line, 0)
    assert trace.stdout[: event.stdout_end].endswith(place["output"])
    assert place["changed"] == sorted({change.name for change in event.changes if change.name.isidentifier()})


def jump(shown: Any, k: int) -> None:
    shown.fill("#event", str(k))
    shown.press("#event", "Enter")
