"""Test reading texts that end anywhere or contain invalid lines: the events before these are those of the whole text."""

from __future__ import annotations

import random
from itertools import accumulate

import pytest

import statecode
from statecode.errors import ConfigError
from statecode.records import Trace
from statecode.views import VIEWS, View, ViewFunctions, blocks, compact, parse, render
from statecode.views.partial_texts import read_partial
from statecode.views.segments import joined_block

LOSSLESS = [name for name, view in VIEWS.items() if view.lossless]
CODE = """\
def mean(numbers):
    total = 0
    for n in numbers:
        total += n
    return total / len(numbers)

print("first")
values = list(map(int, input().split()))
print(mean(values), "a\\nb")
print([str(v) * 2 for v in values])
raise ValueError("end")
"""


@pytest.fixture(scope="module")
def real() -> Trace:
    return statecode.trace(CODE, stdin="3 14 8 1\n")


def written_events(trace: Trace, view: str, length: int) -> int:
    """Return the number of events whose text, up to the start of the next event's, is in the first `length` characters."""
    position, count = 0, -1
    for block in blocks(trace, view):
        position += len(joined_block(block))
        count += position <= length
    return min(max(count, 0), len(trace.events))


@pytest.mark.parametrize("view", LOSSLESS)
def test_whole_text_is_its_trace(real: Trace, view: str) -> None:
    whole = read_partial(render(real, view), view)
    assert whole.whole and whole.reason is None and whole.trace.content() == real.content()
    assert not whole.can_go_on and not whole.ends


@pytest.mark.parametrize("view", LOSSLESS)
def test_text_that_ends_anywhere_has_the_first_events(real: Trace, view: str) -> None:
    """Check each length: no event is wrong, and at most the last two are missing, whose text may be incomplete."""
    text = render(real, view)
    head, *_ = ends = list(accumulate(len(joined_block(block)) for block in blocks(real, view)))
    for length in range(head, len(text) - 1, 7 if view == "compact" else 61):
        partial = read_partial(text[:length], view)
        events = partial.trace.events
        if partial.whole:  # the text ends in stderr, so that it is the text of a run with less stderr
            assert (events, partial.trace.status) == (real.events, real.status)
            assert partial.trace.stderr != real.stderr
        assert events == real.events[:len(events)]
        assert partial.whole or not events or (partial.can_go_on and list(partial.ends) == ends[:len(events) + 1])
        assert len(events) >= written_events(real, view, length) - 2, text[:length][-80:]
        assert real.stdout.startswith(partial.trace.stdout)
        assert len(events) == 0 or (partial.trace.code, partial.trace.stdin) == (real.code, real.stdin)


def test_incomplete_last_line_of_compact(real: Trace) -> None:
    """Cut after a line number, in it, and in the change after it: a number counts if a space follows it."""
    text = compact.render(real)
    start = text.index("\n8 values=")
    counts = [len(read_partial(text[:start + length], "compact").trace.events) for length in (1, 2, 3, 9)]
    assert counts == [counts[0], counts[0], counts[0] + 1, counts[0] + 1]


@pytest.mark.parametrize("view", LOSSLESS)
def test_invalid_line_ends_the_events(real: Trace, view: str) -> None:
    """Insert a line of nonsense after each tenth line, and count the events before it."""
    lines = render(real, view).split("\n")
    before = render(real, view).split(joined_block(next(iter(blocks(real, view)))))[0].count("\n")
    for number in range(before + 14, len(lines) - 1, 10):
        text = "\n".join([*lines[:number], "}{ nonsense", *lines[number:]])
        partial = read_partial(text, view)
        events = partial.trace.events
        assert events == real.events[:len(events)]
        assert len(events) >= written_events(real, view, len("\n".join(lines[:number]))) - 2
        assert not partial.can_go_on


def test_reasons_contain_no_line(real: Trace) -> None:
    text = compact.render(real)
    assert read_partial(text.replace("\nexception", "\nnonsense"), "compact").reason == "expected a line number or a mark"
    assert read_partial(text[:text.rindex("\nexception")], "compact").reason == "the text ends without a status"
    again = read_partial(text.replace("\n2 total=0", "\n2 total=00 "), "compact")
    assert again.trace.events and again.reason is None  # another value is another trace, and not malformed


@pytest.mark.parametrize("view, old, new, reason", [
    ("full-state", "status: ", "status: <img>", "expected a value of Status"),
    ("frames", '"status": "', '"status": "<img>', "expected a value of Status"),
    ("frames", '{"', '{"<img>" ', "expected valid JSON"),
])
def test_reasons_contain_nothing_that_was_written(real: Trace, view: str, old: str, new: str, reason: str) -> None:
    """They are counted, and written to reports."""
    text = render(real, view)
    assert old in text
    at = text.rindex(old)
    assert read_partial(text[:at] + new + text[at + len(old):], view).reason == reason


def test_line_that_the_view_writes_in_another_way_ends_the_events(real: Trace) -> None:
    """Write a length that follows from the value: the reader accepts it, the view does not write it."""
    text = compact.render(real).replace("values=[3, 14, 8, 1]", "values=[3, 14, 8, 1] len(values)=4")
    partial = read_partial(text, "compact")
    assert partial.reason == "the view compact does not write this line here" and not partial.can_go_on
    unfinished = read_partial(text[:text.rindex("\nexception")], "compact")
    assert unfinished.trace == partial.trace and not unfinished.can_go_on
    assert len(partial.trace.events) == written_events(real, "compact", compact.render(real).index(" values=[3"))


def test_text_without_a_program_has_no_events() -> None:
    for text in ("", "nonsense", "1 x = 1"):
        partial = read_partial(text, "compact")
        assert not partial.whole and partial.trace.events == () and partial.trace.stdout == ""


@pytest.mark.parametrize("view", LOSSLESS)
def test_random_texts_raise_nothing(real: Trace, view: str) -> None:
    """Change, remove and repeat parts of a text: the events that are read are a trace that the view writes so."""
    text, chance = render(real, view), random.Random(0)
    for _ in range(60):
        mutated = text
        for _ in range(chance.randint(1, 3)):
            start = chance.randrange(len(text))
            end = start + chance.randint(0, 12)
            mutated = mutated[:start] + chance.choice(["", " ", "\n", "7", "->", ">1 ", "@", text[end:end + 30]]) + mutated[end:]
        partial = read_partial(mutated, view)
        if partial.whole:
            assert parse(mutated, view) == partial.trace
        else:
            events = "".join(map(joined_block, list(blocks(partial.trace, view))[:-1]))
            assert mutated.startswith(events) or not partial.trace.events


@pytest.mark.parametrize("view", ["snoop", "codeexecutor", "steps"])
def test_view_that_is_not_lossless_is_refused(view: str) -> None:
    with pytest.raises(ConfigError, match=f"the view {view} is not lossless.*compact, full-state, frames"):
        read_partial("text", view)


def test_view_without_read_events_reads_whole_texts_only(real: Trace) -> None:
    VIEWS.register(View(name="own", summary="", lossless=True, load=lambda: ViewFunctions(
        segments=compact.segments, parse=compact.parse)))
    try:
        text = compact.render(real)
        assert read_partial(text, "own").trace == real
        half = len(text) // 2
        assert read_partial(text[:half], "own").trace.events == () != read_partial(text[:half], "compact").trace.events
    finally:
        VIEWS.unregister("own")
