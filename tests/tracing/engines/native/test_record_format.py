"""Test that the native engine writes the fields of `wire.record.EventRecord`, with their types and in their order."""

from __future__ import annotations

import io
import json
import threading

import pytest

from statecode.records import EventKind
from statecode.tracing.engines import native
from statecode.tracing.wire.record import EVENT_TYPES, HEADER, HEADER_BYTES, KINDS, EventRecord

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native import _engine, tracer  # noqa: E402

SOURCE = """\
def double(n):
    stdout.write(b'12345')
    return 2 * n

def count():
    yield 'a'

x = double(21)
try:
    [x][x]
except IndexError:
    list(count())
"""


def records_of(source: str) -> list[EventRecord]:
    """Return the records that the native engine writes for a program, in a thread of its own."""
    channel, stdout = bytearray(2**16), io.BufferedWriter(io.BytesIO())
    code = compile(source, "<program>", "exec")
    recorder = _engine.Recorder(**tracer.recorder_parts())
    recorder.open(channel, HEADER_BYTES, len(channel), 100, 10**6, stdout, -2, lambda limit: None)  # -2: call tell()
    recorder.add_code(code)

    def run() -> None:
        recorder.start()
        exec(code, {"__name__": "__main__", "stdout": stdout})

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    recorder.close()
    assert recorder.failure is None
    assert HEADER.unpack(channel[:HEADER_BYTES]) == (recorder.end - HEADER_BYTES,)
    lines = channel[HEADER_BYTES:recorder.end].decode("ascii").splitlines()
    return [EventRecord._make(json.loads(line)) for line in lines]


def test_the_fields_have_the_specified_types() -> None:
    records = records_of(SOURCE)
    for record in records:
        for name, value, types in zip(record._fields, record, EVENT_TYPES):
            assert type(value) in types, name
    comprehensions = {EventKind.COMPREHENSION, EventKind.COMPREHENSION_RESULT}  # not in all versions of Python
    assert {KINDS[record.kind] for record in records} == set(EventKind) - comprehensions


def test_the_fields_have_the_specified_order() -> None:
    first: dict[tuple[EventKind, int, int], EventRecord] = {}
    for record in records_of(SOURCE):
        first.setdefault((KINDS[record.kind], record.line, record.depth), record)
    call, line, returned, started, in_generator, raised = (
        first[place] for place in [  # the module is called at line 1 too, on Python 3.10
            (EventKind.CALL, 1, 1), (EventKind.LINE, 3, 1), (EventKind.RETURN, 3, 1), (EventKind.START_GENERATOR, 5, 1),
            (EventKind.LINE, 6, 1), (EventKind.EXCEPTION, 10, 0),
        ]
    )
    assert call == (0, 1, 1, 1, 1, 0, "double:1", [["n", "21"]], None, None, 0)
    assert line == (3, 3, 2, 1, 1, 0, "double:1", [], None, None, 5)
    assert returned == (4, 3, 3, 1, 1, 0, "double:1", [], "42", None, 5)
    assert started == (1, 5, 5, 1, 2, 0, "count:5", [], None, None, 5)
    assert in_generator == (3, 6, 5, 1, 2, 0, "count:5", [], None, None, 5)
    assert raised.value is not None and raised.value.startswith("0:")  # the code object of the module
    assert raised._replace(value="0:1") == (
        6, 10, 10, 0, 0, 0, "<module>:1", [], "0:1", "!!! IndexError: list index out of range", 5,
    )
