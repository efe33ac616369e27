"""Test progress: lines without carriage returns in a log, bars on a terminal, and the time left."""

from __future__ import annotations

import io
import itertools
import sys

import pytest

from statecode import progress
from statecode.progress import print_above_bars, progress_bar, seconds_left, time_left


class Terminal(io.StringIO):
    """Text that is written to a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    """Make each look at the clock take a second."""
    seconds = itertools.count()
    monkeypatch.setattr(progress.LogLines, "_time", lambda bar: float(next(seconds)), raising=False)
    monkeypatch.setattr("tqdm.std.time", lambda: float(next(seconds)))


def test_a_log_has_a_line_per_interval_and_a_last_one(clock, capsys) -> None:
    with progress_bar(None, "tracing", "runs", total=3_000, remains=True) as bar:
        for _ in range(60):
            bar.update(50)
    written = capsys.readouterr().err
    lines = written.splitlines()
    assert "\r" not in written
    assert 2 <= len(lines) <= 60 / progress.LOG_INTERVAL_S + 2
    assert lines[0].startswith("tracing: 1,") and lines[0].count(" of 3,000 runs, ") == 1
    assert lines[0].endswith(" left") and lines[-1].startswith("tracing: 3,000 of 3,000 runs, ")
    assert lines[-1].endswith(" elapsed")


def test_a_short_task_writes_a_line_only_if_it_remains(capsys) -> None:
    assert list(progress_bar([1, 2], "counting", "shards")) == [1, 2]
    assert capsys.readouterr().err == ""
    assert list(progress_bar(iter([1, 2]), "counting", "shards", remains=True)) == [1, 2]
    assert capsys.readouterr().err.startswith("counting: 2 shards, ")
    assert list(progress_bar([1, 2], "counting", "shards", remains=True, shown=False)) == [1, 2]
    assert capsys.readouterr().err == ""


def test_a_line_is_not_repeated_when_other_text_is_printed(capsys) -> None:
    with progress_bar(None, "tracing", "runs", total=2, remains=True) as bar:
        bar.update()
        print_above_bars("a reason", sys.stderr)
        bar.update()
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "a reason"
    assert [line.split(",")[0] for line in lines[1:]] == ["tracing: 2 of 2 runs"]


def test_a_terminal_has_a_bar(monkeypatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(None, "tracing", "runs", total=2, remains=True) as bar:
        bar.update(2)
        print_above_bars("a reason", sys.stderr)
    written = sys.stderr.getvalue()
    assert "\r" in written and "a reason\n" in written and "100%" in written


def test_the_time_left_counts_only_new_items(clock) -> None:
    with progress_bar(None, "training", "steps", total=110, initial=10) as bar:
        assert time_left(bar) == ""
        bar.update(50)
        minutes, seconds = map(int, time_left(bar).split(":"))
        assert minutes == 0 and 0 < seconds < 10  # 50 steps took a few looks at the clock, and 50 remain
    assert time_left(progress_bar(None, "training", "steps", total=2, shown=False)) == ""


def test_the_seconds_that_are_left_are_those_of_the_line(clock) -> None:
    with progress_bar(None, "training", "steps", total=110, initial=10) as bar:
        assert seconds_left(bar) is None
        bar.update(25)
        left_s = seconds_left(bar)
        assert left_s is not None and left_s > 0 and time_left(bar)[-2:] >= f"{int(left_s):02}"
        bar.update(75)
        assert seconds_left(bar) == 0
