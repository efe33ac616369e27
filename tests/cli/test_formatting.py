"""Test formatted numbers, sizes, durations and outcomes of runs."""

from __future__ import annotations

from statecode.cli.formatting import format_bytes, format_count, format_duration, format_outcome
from statecode.records import ExceptionInfo, Status
from tests.support.corpus_samples import trace


def test_formatting() -> None:
    assert [format_count(number, "run") for number in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]
    assert [format_bytes(number) for number in (0, 999, 1000, 1_400_000, 123_456_789, 5e12)] == [
        "0 B", "999 B", "1.0 kB", "1.4 MB", "123 MB", "5.0 TB",
    ]
    assert [format_duration(seconds) for seconds in (0.1, 61, 200, 18_600)] == ["1 s", "61 s", "3 min 20 s", "5 h 10 min"]


def test_outcomes() -> None:
    raised = ExceptionInfo("KeyError", "'x'", 9)
    assert format_outcome(trace(status=Status.OK, exception=None, truncation=None)) == "ok"
    assert format_outcome(trace(status=Status.EXCEPTION, exception=raised, truncation=None), str.upper) == "exception, KEYERROR: 'X' at line 9"
    assert format_outcome(trace(status=Status.EVENT_LIMIT, exception=None, truncation="events")) == "event_limit, stopped by events"
    lost = trace(status=Status.TRACER_LOST, exception=None, truncation="the program replaced the tracer")
    assert format_outcome(lost) == "tracer_lost, the program replaced the tracer"
