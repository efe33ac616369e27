"""Test that several recorders in one process are independent: each trace is the same as with one recorder."""

from __future__ import annotations

import io
import json
import threading
from typing import Any

import pytest

from statecode.tracing.engines import native

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native import _engine, tracer  # noqa: E402

CAPACITY = 1 << 20
CALL_TELL = -2  # see `open` in _engine.c
SHAPES = """\
class Grid:
    def __init__(self, rows):
        self.shape = (rows, rows)
for row in range(40):
    grid = Grid(row)
    other = Grid(row)
    step()
"""
WORDS = """\
class Word:
    def __repr__(self):
        return 'a word'
for row in range(40):
    words = [Word(), str(row)]
    table = {row: [row] * row}
    step()
"""


class Recording:
    """One recorder, with a program and the events that it recorded.

    Args:
        shapes: instances of the program's classes may have a shape.
        prefix: put before every value that Python reads for this recorder.
    """

    def __init__(self, source: str, shapes: bool, prefix: str) -> None:
        self._code = compile(source, "<program>", "exec")
        self._channel = bytearray(CAPACITY)
        parts = tracer.recorder_parts()
        describe = parts["describe"]

        def describe_with_prefix(name: str, value: Any) -> tuple[Any, ...]:
            text, *rest = describe(name, value)
            return prefix + text, *rest

        self._recorder = _engine.Recorder(**{**parts, "describe": describe_with_prefix})
        self._recorder.open(
            self._channel, 8, CAPACITY, 10**6, 10**6, io.BufferedWriter(io.BytesIO()), CALL_TELL, lambda limit: None
        )
        self._recorder.add_code(self._code, shapes, not shapes)

    def run(self, barrier: threading.Barrier) -> None:
        """Run the program in a thread of its own; each of its calls of `step` waits for the other program."""
        def step() -> None:  # a barrier's own repr contains the number of waiting threads
            barrier.wait(timeout=60)

        def traced() -> None:
            self._recorder.start()
            exec(self._code, {"__name__": "__main__", "step": step})

        thread = threading.Thread(target=traced)
        thread.start()
        self._thread = thread

    def events(self) -> list[list[Any]]:
        """Wait for the end of the program and return its events."""
        self._thread.join()
        self._recorder.close()
        assert self._recorder.failure is None
        lines = bytes(self._channel[8:self._recorder.end]).splitlines()
        return [json.loads(line) for line in lines]


def grids() -> Recording:
    return Recording(SHAPES, True, "first ")


def words() -> Recording:
    return Recording(WORDS, False, "second ")


def recorded(*recordings: Recording) -> list[list[list[Any]]]:
    barrier = threading.Barrier(len(recordings))
    for recording in recordings:
        recording.run(barrier)
    return [without_addresses(recording.events()) for recording in recordings]


def without_addresses(events: list[list[Any]]) -> list[list[Any]]:
    for event in events:
        event[7] = [[name, value.partition(" at 0x")[0]] for name, value in event[7]]
    return events


def test_two_recorders_in_two_threads_record_two_programs_at_once() -> None:
    alone = recorded(grids()) + recorded(words())
    assert recorded(grids(), words()) == alone
    assert recorded(*reversed([words(), grids()])) == alone


def test_each_recorder_has_the_settings_of_its_own_program() -> None:
    first, second = recorded(grids(), words())
    assert ["grid.shape", "(3, 3)"] in [change for event in first for change in event[7]]
    values = [value for event in first + second for _, value in event[7]]
    assert any(value.startswith("first <") for value in values)
    assert "second [a word, '3']" in values
