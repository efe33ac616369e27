"""Test values whose text has several lines, in snoop's text."""

from __future__ import annotations

from dataclasses import replace

from statecode.records import Change
from tests.support.invalid_traces import small_trace
from tests.support.snoop_texts import read_again


def test_lines_of_a_value_are_joined_by_newlines() -> None:
    trace = replace(small_trace(), events=(small_trace().events[0]._replace(changes=(Change("x", "a\r\nb\u2028\n c\n"),)),))
    read = read_again(trace)
    assert read.events[0].changes == (Change("x", "a\nb\n\n c"),)
    assert "line separators in values" in (read.truncation or "")
