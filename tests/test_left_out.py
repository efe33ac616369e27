"""Test the counts of files that sources leave out."""

from __future__ import annotations

from statecode import left_out


def test_files_are_counted_in_the_innermost_block() -> None:
    left_out.count("outside of a block")
    with left_out.counted() as outer:
        left_out.count("a")
        with left_out.counted() as inner:
            left_out.count("b")
            left_out.count("b")
        left_out.count("a")
    assert (outer, inner) == ({"a": 2}, {"b": 2})
