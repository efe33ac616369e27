"""Test formatted numbers, sizes and durations."""

from __future__ import annotations

from statecode.cli.formatting import format_bytes, format_count, format_duration


def test_formatting() -> None:
    assert [format_count(number, "run") for number in (0, 1, 1200)] == ["0 runs", "1 run", "1,200 runs"]
    assert [format_bytes(number) for number in (0, 999, 1000, 1_400_000, 123_456_789, 5e12)] == [
        "0 B", "999 B", "1.0 kB", "1.4 MB", "123 MB", "5.0 TB",
    ]
    assert [format_duration(seconds) for seconds in (0.1, 61, 200, 18_600)] == ["1 s", "61 s", "3 min 20 s", "5 h 10 min"]
