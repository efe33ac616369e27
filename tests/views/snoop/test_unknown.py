"""Test the status and the unknown parts of a trace that was read from snoop's text."""

from __future__ import annotations

from dataclasses import replace

import pytest

import statecode
from statecode.records import Status
from statecode.views.snoop.unknown import UNKNOWN
from tests.support.invalid_traces import small_trace
from tests.support.snoop_texts import read_again


def test_status_is_unknown_if_the_text_ends_early() -> None:
    read = read_again(replace(small_trace(), events=small_trace().events[:6], status=Status.TIMEOUT))
    assert (read.status, read.truncation) == (Status.KILLED, f"{UNKNOWN}stdout, stderr, threads, how it ended")


@pytest.mark.parametrize(
    ("code", "status"),
    [("x = 1\n", Status.OK), ("1 / 0\n", Status.EXCEPTION), ("raise SystemExit\n", Status.OK),
     ("raise SystemExit(0)\n", Status.OK), ("raise SystemExit(3)\n", Status.EXCEPTION), ("raise MemoryError\n", Status.MEMORY)],
)
def test_status(code: str, status: Status) -> None:
    trace = statecode.trace(code)
    assert (trace.status, read_again(trace).status) == (status, status)
