"""Test that C reads bytearrays as cheap_repr does, and their ends only."""

from __future__ import annotations

import random

import pytest

from statecode.records import Program, Status, Trace
from statecode.tracing import RunOptions, SandboxRunner
from statecode.tracing.engines import native

if not native.available():
    pytest.skip(f"no native engine: {native.reason()}", allow_module_level=True)

from statecode.tracing.engines.native.repr_functions import my_cheap_repr  # noqa: E402

SIZES = [0, 1, 20, 21, 60, 84, 85, 86, 87, 99, 100, 101, 199, 200, 201, 202, 250, 1000]
ALPHABETS = [b"a", b"\x00\x01", b"'", b'"', b"'\"", b"ab\\'\n", bytes(range(256))]


def samples() -> list[bytes]:
    generator = random.Random(0)
    filled = [bytes(generator.choice(alphabet) for _ in range(size)) for size in SIZES for alphabet in ALPHABETS]
    single = [b"a" * at + mark + b"a" * (500 - at) for at in (0, 99, 100, 250, 400, 499) for mark in (b"'", b'"', b"'\"", b"\\")]
    return filled + single


def run(code: str, engine: str = "native") -> Trace:
    with SandboxRunner(RunOptions(engine=engine, trust_programs=True)) as runner:
        trace = runner.run(Program(program_id="p", problem_id="p", code=code)).trace
    assert trace.status is Status.OK
    return trace


def test_the_text_is_that_of_cheap_repr() -> None:
    code = f"for content in {samples()!r}:\n    data = bytearray(content)\n    items = [data]\n    data = items = None\n"
    texts = {name: [change.value for event in run(code).events for change in event.changes
                    if change.name == name and change.value != "None"] for name in ("data", "items")}
    expected = [bytearray(content) for content in samples()]
    assert texts["data"] == [my_cheap_repr(value) for value in expected]
    assert texts["items"] == [my_cheap_repr([value]) for value in expected]


def test_changes_are_seen_at_the_ends_and_not_in_the_middle() -> None:
    trace = run("data = bytearray(100_000)\ndata[0] = 1\ndata[-1] = 2\ndata[50_000] = 3\ndata.append(4)\ndata[7:9] = b'\"'\nend = 1\n")
    lines = [event.from_line for event in trace.events for change in event.changes if change.name == "data"]
    assert lines == [1, 2, 3, 5, 6]


def test_short_bytearrays_are_recorded_as_by_snoop() -> None:
    code = "data = bytearray(b'ab')\nempty = bytearray()\nfor k in range(3):\n    data.append(k)\n    empty = empty + data\nlist(data)\n"
    assert run(code).content() == run(code, "snoop").content()
